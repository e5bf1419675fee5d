using System.Globalization;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>What the last days came to: times, answers and causes, each with a bar, because a number alone does not compare.</summary>
internal static class StatsCard
{
    /// <summary>Fits beside its label on a phone.</summary>
    private const int Cells = 10;

    public static AdaptiveCard Draw(Figures figures, int lines) =>
        new(
            [
                Shape.Head("default", Period(figures), Words.Count(figures.Incidents, "incident")),
                .. figures.Incidents == 0 ? [Shape.Plain("No incident was opened.")] : Parts(figures, lines),
            ],
            null,
            $"{Period(figures)}: {Words.Count(figures.Incidents, "incident")}."
        );

    private static IEnumerable<Element> Parts(Figures figures, int lines)
    {
        if (figures.LeftOut > 0)
        {
            yield return Shape.Plain(
                $"Only the newest {figures.Incidents + figures.Unread} of {figures.Incidents + figures.Unread + figures.LeftOut} incidents "
                    + "are counted; ask for fewer days.",
                color: "Warning"
            );
        }

        if (figures.Unread > 0)
        {
            yield return Shape.Plain(
                $"Not counted, because they cannot be read: {Words.Count(figures.Unread, "incident")}.",
                color: "Warning"
            );
        }

        yield return Title("Times (median, and the longest)");
        (string Name, IReadOnlyList<double> Seconds)[] times =
        [
            ("taken up", figures.Waits.ToTake),
            ("answered", figures.Waits.ToAnswer),
            ("resolved", figures.Waits.ToResolve),
        ];
        var longest = times.SelectMany(time => time.Seconds).DefaultIfEmpty(1).Max();
        foreach (var (name, seconds) in times)
        {
            yield return Figures.Median(seconds) is { } median
                ? Bar(name, median / longest, $"{Span(median)} / {Span(seconds.Max())}", "Good")
                : Bar(name, 0, "never", "Good");
        }

        yield return Shape.Row(
            "Down",
            figures.Outages == 0
                ? "No service was down."
                : $"{Words.Count(figures.Outages, "incident")} with the service down, {Span(figures.DownSeconds)} in all."
        );
        yield return Title("Answers to requests");
        (string Name, int Count, string Style)[] answers =
        [
            ("approved", figures.Decisions.Approved, "Good"),
            ("refused", figures.Decisions.Refused, "Warning"),
            ("expired", figures.Decisions.Expired, "Warning"),
            ("under 3 s", figures.Decisions.Quick, "Attention"),
        ];
        var most = Math.Max(1, answers.Max(answer => answer.Count));
        foreach (var (name, count, style) in answers)
        {
            yield return Bar(name, (double)count / most, $"{count}", style);
        }

        yield return Title("Causes found");
        var causes = figures
            .Causes.OrderByDescending(cause => cause.Value)
            .ThenBy(cause => cause.Key, StringComparer.Ordinal)
            .Take(lines)
            .ToList();
        foreach (var (name, count) in causes)
        {
            yield return Bar(Words.Escape(name, 40), (double)count / causes[0].Value, $"{count}", "Accent");
        }

        if (causes.Count == 0)
        {
            yield return Shape.Plain("No check found a cause.");
        }

        yield return Shape.Small("'Under 3 s' counts approvals that nobody can have read. The transcripts ('export') tell each of them.");
    }

    private static string Period(Figures figures) => figures.Days == 1 ? "The last day" : $"The last {figures.Days} days";

    private static TextBlock Title(string text) =>
        new(text)
        {
            Weight = "Bolder",
            Spacing = "Medium",
            Separator = true,
        };

    private static ColumnSet Bar(string name, double share, string says, string colour) =>
        new([new Column("88px", [new TextBlock(name)]), new Column("stretch", [Bars.Draw(says, share, colour, Cells)])])
        {
            Spacing = "Small",
        };

    private static string Span(double seconds) =>
        seconds < 90 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s") : Summary.Length(0, (long)(seconds * 1e6));
}
