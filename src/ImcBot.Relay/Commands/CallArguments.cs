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

    /// <summary>Throws <see cref="OptionsException"/> for an argument that is given twice.</summary>
    /// <param name="standard">Calls whose arguments serve when none is given.</param>
    public static Call Read(string name, IReadOnlyList<string> with, IReadOnlyList<Call> standard)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in with.Select(pair => pair.Split('=', 2)))
        {
            if (!given.TryAdd(pair[0], pair.Length > 1 ? pair[1] : ""))
            {
                throw new OptionsException([$"--with {pair[0]}: it is given twice; name it once."]);
            }
        }

        return given.Count == 0 && standard.FirstOrDefault(call => call.Use == name) is { } usual
            ? usual
            : new Call(name, Catalog.Find(name)?.Version ?? 1, given);
    }
}
