using ImcBot.Lab.Commands;
using ImcBot.Lab.Launch;

namespace ImcBot.Lab.Drills;

/// <summary>Every fault alone, all pairs, and all six at once, one drill after the other; each fault alone once more with every request refused.</summary>
internal sealed class Matrix(string folder, int count, int seed, TimeSpan patience, Action<string> tell, TimeProvider time)
{
    private static readonly string[] Faults = ["disk", "log", "antivirus", "message:1", "threads", "build"];

    public static IEnumerable<(string Faults, string Answers)> All =>
    [
        .. Faults.Select(fault => (fault, "approve")),
        .. from first in Faults from second in Faults where Array.IndexOf(Faults, first) < Array.IndexOf(Faults, second) select ($"{first},{second}", "approve"),
        (string.Join(',', Faults), "approve"),
        .. Faults.Select(fault => (fault, "deny")),
    ];

    /// <summary>Runs those whose faults contain <paramref name="only"/> and prints a Markdown table row for each; true when all were as they must be.</summary>
    public async Task<bool> RunAsync(string? only, CancellationToken cancel)
    {
        tell("| Faults | Answers | Outcome | Causes | Approvals | Rounds | Starts | Crashes | First good mail s | Accepted / archived / held / lost / twice | Seconds | As it must be |");
        tell("|---|---|---|---|---:|---:|---:|---:|---:|---|---:|---|");
        var all = true;
        foreach (var (faults, answers) in All.Where(one => only is null || one.Faults.Contains(only, StringComparison.Ordinal)))
        {
            var row = await RowAsync(faults, answers, cancel);
            tell(row.Text);
            all &= row.Good;
        }
        return all;
    }

    private async Task<(string Text, bool Good)> RowAsync(string faults, string answers, CancellationToken cancel)
    {
        try
        {
            var site = new SiteOptions(Path.Combine(folder, $"{faults}-{answers}".Replace(':', '-').Replace(',', '+'))) { Count = count, Seed = seed, Faults = faults };
            var result = await new Drill(new(site, AnswerSheet.Read(answers), patience), _ => { }, time).RunAsync(cancel);
            var wrong = Wrong(faults.Split(','), answers, result).ToArray();
            var messages = result.Messages;
            return ($"| {faults} | {answers} | {result.Outcome} | {string.Join(' ', result.CausesFound.Where(cause => !cause.Contains(':', StringComparison.Ordinal)))} | {result.Approvals} | {result.Rounds} "
                + $"| {result.Starts} | {result.StoreCrashes} | {result.SecondsToFirstGoodMail} | {messages.Accepted} / {messages.Archived} / {messages.Held} / {messages.Lost} / {messages.Duplicated} | {result.Seconds} | {(wrong.Length == 0 ? "yes" : $"NO: {string.Join("; ", wrong)}")} |", wrong.Length == 0);
        }
        catch (LabException problem)
        {
            return ($"| {faults} | {answers} | did not run | | | | | | | | | NO: {problem.Message.ReplaceLineEndings(" ")} |", false);
        }
    }

    private static IEnumerable<string> Wrong(string[] faults, string answers, DrillResult result)
    {
        var (outcome, most) = answers == "deny" ? ("escalated", 0) : ("resolved", faults.Length switch { 1 => 2, 2 => 3, _ => 4 });
        if (result.Outcome != outcome)
            yield return $"{outcome} expected";
        foreach (var missing in faults.Select(fault => fault.Split(':')[0]).Except(result.CausesFound))
            yield return $"{missing} not named";
        if (result.Approvals > most)
            yield return $"{most} approvals at most";
        if (result.Messages.Lost > 0)
            yield return $"{result.Messages.Lost} lost";
        foreach (var violation in result.Violations)
            yield return violation;
    }
}
