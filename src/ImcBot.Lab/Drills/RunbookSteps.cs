using System.Text.RegularExpressions;

namespace ImcBot.Lab.Drills;

/// <summary>Which step of a runbook asks and does what, read from its file.</summary>
internal sealed partial class RunbookSteps
{
    private readonly Dictionary<string, string> _steps = new(StringComparer.Ordinal);

    /// <summary>Reads every runbook of a folder; where two steps use the same, the first counts.</summary>
    public static RunbookSteps Read(string folder)
    {
        var read = new RunbookSteps();
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            read.Add(File.ReadLines(file));
        }

        return read;
    }

    /// <summary>The step that uses a check or an action; null when none does.</summary>
    public string? Find(string use) => _steps.GetValueOrDefault(use);

    private void Add(IEnumerable<string> lines)
    {
        string? step = null;
        foreach (var line in lines.SkipWhile(line => line.TrimEnd() != "steps:"))
        {
            step = Head().Match(line) is { Success: true } head ? head.Groups[1].Value : step;
            foreach (Match use in step is null ? [] : Used().Matches(line).AsEnumerable())
            {
                _steps.TryAdd(use.Groups[1].Value, step!);
            }
        }
    }

    [GeneratedRegex(@"^ {0,4}- id: *([\w-]+)")]
    private static partial Regex Head();

    [GeneratedRegex(@"\buse: *([\w.-]+)")]
    private static partial Regex Used();
}
