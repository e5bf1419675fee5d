using System.Text.RegularExpressions;

namespace ImcBot.Lab.Drills;

/// <summary>Which step of a runbook asks and does what, read from its text.</summary>
internal sealed partial class RunbookSteps
{
    private readonly IReadOnlyDictionary<string, string> _parameters;
    private readonly List<(string Use, Dictionary<string, string> With, string Step)> _checks = [];
    private readonly List<(string Use, string Step)> _remedies = [];

    /// <param name="parameters">What the subject gives for names such as <c>${log}</c>.</param>
    public RunbookSteps(string runbook, IReadOnlyDictionary<string, string> parameters)
    {
        _parameters = parameters;
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
                    _checks.Add((used.Groups[1].Value, Arguments(line), step));
                }
                else
                {
                    _remedies.Add((used.Groups[1].Value, step));
                }
            }
        }
    }

    /// <summary>The step that asks this; null for what only a look at the service's health asks.</summary>
    /// <param name="with">What it is told, by name.</param>
    public string? Asking(string use, IReadOnlyDictionary<string, string> with) =>
        _checks
            .Find(check =>
                check.Use == use
                && check.With.Count == with.Count
                && check.With.All(argument => with.TryGetValue(argument.Key, out var told) && Fits(argument.Value, told))
            )
            .Step;

    /// <summary>The step that does this; where several do, one of those that found something.</summary>
    public string? Doing(string use, IReadOnlyCollection<string> found)
    {
        var steps = _remedies.Where(remedy => remedy.Use == use).Select(remedy => remedy.Step).ToList();
        return steps.Find(found.Contains) ?? steps.FirstOrDefault();
    }

    private static Dictionary<string, string> Arguments(string line) =>
        Named()
            .Matches(line)
            .Where(name => name.Groups[1].Value is not ("use" or "with"))
            .ToDictionary(name => name.Groups[1].Value, name => name.Groups[2].Value.Trim('"'), StringComparer.Ordinal);

    /// <summary>A name that the subject gives nothing for, such as one of the server's, may stand for anything.</summary>
    private bool Fits(string written, string told)
    {
        var filled = Name().Replace(written, name => _parameters.GetValueOrDefault(name.Groups[1].Value, name.Value));
        return filled == told || Name().IsMatch(filled);
    }

    [GeneratedRegex(@"^ {0,4}- id: *([\w-]+)")]
    private static partial Regex Head();

    [GeneratedRegex(@"\buse: *([\w.-]+)")]
    private static partial Regex Used();

    [GeneratedRegex("""[{,] *([\w-]+): *("[^"]*"|[^{},]*[^{}, ])?""")]
    private static partial Regex Named();

    [GeneratedRegex(@"\$\{([\w-]+)\}")]
    private static partial Regex Name();
}
