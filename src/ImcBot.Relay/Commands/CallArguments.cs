using System.CommandLine;
using ImcBot.Contracts;

namespace ImcBot.Relay.Commands;

/// <summary>A catalog call on the command line: <c>--with name=value</c>, repeated.</summary>
internal static class CallArguments
{
    public static Option<string[]> Option() =>
        new("--with")
        {
            Description = "An argument as name=value; may be repeated",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };

    /// <param name="standard">Calls whose arguments serve when none is given.</param>
    public static Call Read(string name, IReadOnlyList<string> with, IReadOnlyList<Call> standard)
    {
        var given = with.Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.Ordinal);
        return given.Count == 0 && standard.FirstOrDefault(call => call.Use == name) is { } usual
            ? usual
            : new Call(name, Catalog.Find(name)?.Version ?? 1, given);
    }
}
