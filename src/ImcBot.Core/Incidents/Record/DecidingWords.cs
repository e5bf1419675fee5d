using System.Text.RegularExpressions;

namespace ImcBot.Core.Incidents;

/// <summary>
/// The words behind a command that decide something: numbers, dates, names of steps and messages, and a few words of our own. They stand in
/// the journal in clear, so that an argument that is taken away takes no decision with it; what only people read is not among them.
/// </summary>
internal static partial class DecidingWords
{
    /// <summary>Stands for a word that only people read.</summary>
    public const string Other = "…";

    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "all",
        "anyway",
        "archived",
        "delete",
        "done",
        "headers",
        "return",
    };

    /// <summary>One word for each word of the argument, in its order.</summary>
    public static IReadOnlyList<string> Of(CommandVerb verb, string? argument)
    {
        var said = (argument ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. said.Select(
                (word, at) => Own.Contains(word) || Number().IsMatch(word) || (Names(verb, said, at) && Name().IsMatch(word)) ? word : Other
            ),
        ];
    }

    /// <summary>Whether a name stands at this place: of a step, a form, or a message.</summary>
    private static bool Names(CommandVerb verb, string[] said, int at) =>
        verb switch
        {
            CommandVerb.Ask or CommandVerb.Export => at == 0,
            CommandVerb.Messages => at > 0 && (at == 1 || said[0].Equals("return", StringComparison.OrdinalIgnoreCase)),
            _ => false,
        };

    [GeneratedRegex(@"^#?(?:INC-)?[0-9][0-9/,-]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Number();

    [GeneratedRegex(@"^[A-Za-z0-9._$~{}+,-]{1,64}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
