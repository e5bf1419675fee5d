using System.Text.Json;

namespace ImcBot.Bot.Channel;

/// <summary>Whoever makes sense of what is heard.</summary>
internal interface IChatHandler
{
    /// <summary>Returns once everything that must not be forgotten is kept. Never throws for what people say.</summary>
    Task<Reply> HearAsync(Heard heard, CancellationToken cancellationToken);

    /// <summary>A message was deleted or changed: its words go from the record wherever it was talk or a note.</summary>
    Task ForgetAsync(string thread, string message, bool isChanged, CancellationToken cancellationToken);

    /// <summary>The app was taken out of the channel of the incidents, or is there again: every open incident is told.</summary>
    Task ChangeChannelAsync(bool isHere, string by, CancellationToken cancellationToken);

    /// <summary>Keeps that something was tried and refused before it was heard, where an incident is named by it.</summary>
    /// <param name="heard">As the activity describes itself; nothing in it is proven.</param>
    Task RefuseAsync(Heard heard, string why, CancellationToken cancellationToken);
}

/// <summary>What is said back to the person, in the same place or privately; a click may be answered with a new card.</summary>
/// <param name="IsRefused">Nothing was changed by what was asked.</param>
internal sealed record Reply(string? Text, JsonElement? Card = null, string? Private = null, bool IsRefused = false)
{
    public static Reply None { get; } = new(Text: null);

    /// <summary>A sentence that may hold anybody's words.</summary>
    public static Reply Of(string sentence) => new(Words.Escape(sentence, 1000));
}
