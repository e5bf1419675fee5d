using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImcBot.Bot.Channel;

/// <summary>The body that answers an invoke activity.</summary>
/// <param name="StatusCode">Also the HTTP status.</param>
internal sealed record InvokeAnswer(int StatusCode, string? Type, object? Value)
{
    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

    public static InvokeAnswer NotImplemented { get; } = new(501, null, null);

    public static InvokeAnswer Empty { get; } = new(200, null, null);

    public static InvokeAnswer Say(string text) => new(200, "application/vnd.microsoft.activity.message", text);

    public static InvokeAnswer From(Reply answer) =>
        answer.Card is { } card ? new InvokeAnswer(200, Message.CardType, card) : Say(answer.Text ?? "Taken.");
}

/// <summary>Waiting with a limit, without giving up what was begun.</summary>
internal static class Patience
{
    /// <summary>False when the time was up first; the task goes on. What it threw is thrown by the task alone.</summary>
    public static async Task<bool> WaitOrLeaveAsync(this Task task, TimeSpan limit, TimeProvider time)
    {
        await task.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
