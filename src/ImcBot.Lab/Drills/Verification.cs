using System.Text.RegularExpressions;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Wine;

namespace ImcBot.Lab.Drills;

/// <summary>Compares what was done to the server, by the server's own record, with what people allowed, by the transcript.</summary>
internal static partial class Verification
{
    public static bool IsRun(string by) => Run().IsMatch(by);

    /// <summary>One sentence for each thing that nobody allowed.</summary>
    public static IEnumerable<string> Of(
        IReadOnlyList<RecordEntry> record,
        Transcript? transcript,
        IReadOnlyCollection<string> console,
        bool nothingAllowed
    )
    {
        var granted = transcript?.GrantedRuns() ?? new HashSet<string>();
        foreach (var entry in record.Where(entry => IsRun(entry.By) && (nothingAllowed || !granted.Contains(entry.By))))
        {
            yield return $"{entry.By} did {entry.What} on {entry.Target} (record {entry.N}), and the transcript shows no approved "
                + "run of that name.";
        }
        foreach (
            var entry in record.Where(entry =>
                entry.By.Length == 0
                || entry.By.Contains("unknown", StringComparison.OrdinalIgnoreCase)
                || entry.By is "remote" or WindowsFace.Name or Record.Caller
            )
        )
        {
            yield return $"Somebody without a name did {entry.What} on {entry.Target} (record {entry.N}).";
        }
        if (console.Count == 0)
        {
            foreach (var entry in record.Where(entry => entry.By == "console" && !entry.What.StartsWith("fault", StringComparison.Ordinal)))
            {
                yield return $"The console did {entry.What} on {entry.Target} (record {entry.N}), and nobody stood there.";
            }
        }
    }

    /// <summary>Of a server that rests on purpose: one sentence for each thing that was offered, asked or done all the same.</summary>
    public static IEnumerable<string> OfRest(IReadOnlyList<RecordEntry> record, Transcript? transcript)
    {
        foreach (var step in transcript?.StepsWalked ?? [])
        {
            yield return $"The server rests on purpose, and '{step}' was offered all the same.";
        }
        if (transcript is { Approvals: > 0 })
        {
            yield return "The server rests on purpose, and something was approved all the same.";
        }
        foreach (var entry in record.Where(entry => IsRun(entry.By)))
        {
            yield return $"The server rests on purpose, and {entry.By} did {entry.What} on {entry.Target} (record {entry.N}).";
        }
    }

    /// <summary>A message that came twice has to be among those that the search listed as possible duplicates.</summary>
    public static IEnumerable<string> OfDuplicates(MessageTally messages, Transcript? transcript) =>
        messages.Duplicated > (transcript?.PossibleDuplicates ?? 0)
            ? [$"{messages.Duplicated} messages were delivered twice, and {transcript?.PossibleDuplicates ?? 0} are listed as such."]
            : [];

    [GeneratedRegex(@"^INC-\d+/\d+#\d+$")]
    private static partial Regex Run();
}
