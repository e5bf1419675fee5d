using System.Text.Json;
using ImcBot.Bot.Commands;
using Xunit;

namespace ImcBot.Bot.Tests.Commands;

/// <summary>Runs the bot's commands as the console does.</summary>
internal static class CommandLine
{
    /// <summary>The one object that a command prints with <c>--json</c>.</summary>
    public static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        await BotCommand
            .Create()
            .Parse([.. arguments, "--json"])
            .InvokeAsync(new() { EnableDefaultExceptionHandler = false, Output = output }, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(output.ToString()).RootElement;
    }

    public static string[] Strings(this JsonElement element, string member) =>
        [.. element.GetProperty(member).EnumerateArray().Select(item => item.GetString()!)];
}
