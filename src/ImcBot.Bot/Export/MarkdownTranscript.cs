using System.Globalization;
using System.Text;
using ImcBot.Bot.Engine;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>The journal as a reviewer reads it: one line per fact, what ImcBot said and started below it.</summary>
internal static class MarkdownTranscript
{
    public static string Of(int incident, IReadOnlyList<StoredEntry> stored)
    {
        var text = new StringBuilder($"# INC-{incident}\n\n");
        var day = "";
        foreach (var entry in stored.Select(one => one.Read()))
        {
            var at = UnixTime.FromMicros(entry.At);
            if (day != (day = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))
            {
                text.Append(CultureInfo.InvariantCulture, $"## {day} (UTC)\n\n");
            }

            var words = entry.Parking is { } parking ? $"PARKED: entry {parking.Entry} would be decided differently today: {parking.What}" : Words(entry.Fact);
            text.Append(CultureInfo.InvariantCulture, $"- {at:HH:mm:ss.fff} **{entry.Kind}** {Escape(words)}{(entry.Declined is { } why ? $" *not taken: {Escape(why.ToString())}*" : "")}\n");
            foreach (var effect in entry.Effects.Select(Words).OfType<string>())
            {
                text.Append(CultureInfo.InvariantCulture, $"  - {Escape(effect)}\n");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{stored.Count} entries; hash of the last: `{(stored.Count > 0 ? stored[^1].Hash : "none")}`\n");
        return text.ToString();
    }

    private static string Words(Fact? fact) => fact switch
    {
        Opened opened => $"for {opened.Host}, relay {opened.Relay}, runbook {opened.Runbook[..Math.Min(8, opened.Runbook.Length)]}{(opened.By is { } by ? $", asked by {by.Name}" : "")}",
        Alerted alerted => string.Join("; ", alerted.Alert.Events.Select(one => $"event {one.Id}")),
        Checked { Report: var report } => $"{report.Run} {report.Verdict}: {report.Summary}",
        Planned { Report: var report } => $"{report.Run} {report.Verdict}: {report.Summary}",
        Acted { Report: var report } => string.Join("; ", [$"{report.Run} {report.Verdict}: {report.Summary}", .. (report.Effects ?? []).Select(effect => $"{effect.Use}: {effect.Summary}")]),
        Voted voted => $"{voted.By.Name}: {voted.Answer} {voted.Question} {voted.Why}",
        Commanded command => $"{command.By.Name}: {command.Verb} {command.Argument}",
        Noted noted => $"{noted.By.Name}: {noted.Text}",
        DeadlinePassed passed => $"{passed.Deadline} of {passed.Question}",
        Posted posted => $"{posted.Post.Kind} card{(posted.PossibleDuplicate ? ", possibly twice" : "")}",
        RelayHeard => "the relay is there again",
        RelaySilent => "no word from the relay",
        _ => "",
    };

    private static string? Words(Effect effect) => effect switch
    {
        RunAction run => $"runs {run.Run} under the grant of plan {run.Plan[..Math.Min(8, run.Plan.Length)]}, approved by {string.Join(", ", run.Grant.Approvers)}",
        MakePlan plan => $"asks for a plan of {plan.Run.Question}",
        Say say => $"said: {say.Text}",
        Page page => $"paged {page.Role}: {page.Text}",
        _ => null,
    };

    private static string Escape(string? text) => (text ?? "").ReplaceLineEndings(" ").Replace("*", "\\*", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
