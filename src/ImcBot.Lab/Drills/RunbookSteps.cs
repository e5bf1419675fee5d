using System.Text.RegularExpressions;

namespace ImcBot.Lab.Drills;

/// <summary>Which step of a runbook asks and does what, read from its text.</summary>
internal sealed partial class RunbookSteps
{
    private readonly Dictionary<string, string> _checks = new(StringComparer.Ordinal);
    private readonly List<(string Use, string Step)> _remedies = [];

    public RunbookSteps(string runbook)
    {
        string? step = null;
        foreach (var line in runbook.Split('\n').SkipWhile(line => line.TrimEnd() != "steps:"))
        {
            step = Head().Match(line) is { Success: true } head ? head.Groups[1].Value : step;
            if (step is null)
            {
                continue;
            }

            foreach (Match used in Used().Matches(line).AsEnumerable())
            {
                if (line.TrimStart().StartsWith("check:", StringComparison.Ordinal))
                {
                    _checks.TryAdd(Key(used.Groups[1].Value, Named().Matches(line).Select(name => name.Groups[1].Value)), step);
                }
                else
                {
                    _remedies.Add((used.Groups[1].Value, step));
                }
            }
        }
    }

    /// <summary>The step that asks this; null for what only a look at the service's health asks.</summary>
    /// <param name="arguments">The names of what it is told.</param>
    public string? Asking(string use, IEnumerable<string> arguments) => _checks.GetValueOrDefault(Key(use, arguments));

    /// <summary>The step that does this; where several do, one of those that found something.</summary>
    public string? Doing(string use, IReadOnlyCollection<string> found)
    {
        var steps = _remedies.Where(remedy => remedy.Use == use).Select(remedy => remedy.Step).ToList();
        return steps.Find(found.Contains) ?? steps.FirstOrDefault();
    }

    private static string Key(string use, IEnumerable<string> arguments) =>
        $"{use} {string.Join(' ', arguments.Except(["use", "with"]).Order(StringComparer.Ordinal))}";

    [GeneratedRegex(@"^ {0,4}- id: *([\w-]+)")]
    private static partial Regex Head();

    [GeneratedRegex(@"\buse: *([\w.-]+)")]
    private static partial Regex Used();

    [GeneratedRegex(@"[{,] *([\w-]+): ")]
    private static partial Regex Named();
}
