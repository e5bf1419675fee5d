using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export.Html;

/// <summary>
/// The incident over time: when the service was stopped, which phase it was in, and what happened. The same stands as text in the timeline
/// table.
/// </summary>
internal static class TimelinePlot
{
    private const int Width = 1000,
        Left = 92,
        Right = 984;

    /// <summary>Room for a mark and the number of what it stands for: what is nearer is one mark.</summary>
    private const int Apart = 30;
    private static readonly (MarkKind Kind, string Name)[] Lanes =
    [
        (MarkKind.Event, "Events"),
        (MarkKind.Command, "People"),
        (MarkKind.Vote, "Votes"),
        (MarkKind.Run, "Runs"),
        (MarkKind.Note, "Notes"),
    ];

    public static string Draw(ReviewModel model, Incident incident)
    {
        var from = Math.Min(incident.OpenedAt, model.Outages.Items.Select(outage => outage.Since).DefaultIfEmpty(incident.OpenedAt).Min());
        var to = Math.Max(model.LastAt, from + 1_000_000);
        double At(int seq, long at) => X(model.ByLastClock(seq, at));
        double X(long at) => Left + ((Right - Left) * Math.Clamp((at - from) / (double)(to - from), 0, 1));
        var svg = new Svg(
            "plot",
            $"Timeline of {incident.Name} from {Review.Clock(from)} to {Review.Clock(to)} UTC: outages, phases, events, people, "
                + "votes, runs and notes.",
            Width
        );

        svg.Text(12, 33, incident.Words.Label);
        svg.Rect(Left, 18, Right - Left, 22, "good", incident.Words.Works);
        foreach (var outage in model.Outages.Items)
        {
            var (begin, end) = outage is { Until: { } over, EndedBy: { } ended }
                ? (At(ended, outage.Since), At(ended, over))
                : (X(outage.Since), X(to));
            svg.Rect(
                begin,
                18,
                end - begin,
                22,
                "down",
                $"{incident.Words.Short} stopped {Review.Clock(outage.Since)} to "
                    + $"{(outage.Until is { } until ? Review.Clock(until) : "the end")}"
            );
            if (end - begin > 90)
            {
                svg.Text((begin + end) / 2, 33, $"stopped {Review.Span(outage.Since, outage.Until ?? to)}", anchor: "middle");
            }
        }

        svg.Text(12, 65, "Phase");
        var phases = model.Phases.Items;
        for (var index = 0; index < phases.Count; index++)
        {
            var (begin, end) = (
                At(phases[index].Seq, phases[index].At),
                index + 1 < phases.Count ? At(phases[index + 1].Seq, phases[index + 1].At) : X(to)
            );
            var name = Words.Kebab(phases[index].Phase).Replace('-', ' ');
            svg.Rect(begin, 50, end - begin, 22, "phase", $"{name}, from entry {phases[index].Seq}");
            if (end - begin > (name.Length * 6.4) + 8)
            {
                svg.Text((begin + end) / 2, 65, name, anchor: "middle");
            }
        }

        for (var lane = 0; lane < Lanes.Length; lane++)
        {
            var y = 92 + (lane * 26);
            svg.Text(12, y + 4, Lanes[lane].Name).Line(Left, y, Right, y, "axis");
            foreach (
                var near in model
                    .Marks.Items.Where(mark => mark.Kind == Lanes[lane].Kind)
                    .GroupBy(mark => (int)((At(mark.Seq, mark.At) - Left) / Apart))
            )
            {
                Mark(svg, Left + ((near.Key + 0.5) * Apart), y, [.. near], incident);
            }
        }

        Axis(svg, from, to, X, 92 + (Lanes.Length * 26));
        return svg.End(92 + (Lanes.Length * 26) + 26);
    }

    private static void Mark(Svg svg, double x, double y, TimelineMark[] marks, Incident incident)
    {
        var (who, what) = FactWords.Of(marks[0].Fact);
        var tip =
            $"entry {marks[0].Seq}, {Review.Clock(marks[0].At)}: {Svg.Fit($"{who} {what}", 160)}"
            + $"{(marks.Length > 1 ? $" and {marks.Length - 1} more" : "")}";
        string Around(params (double X, double Y)[] points) =>
            string.Join(' ', points.Select(point => FormattableString.Invariant($"{x + point.X:0.#},{y + point.Y:0.#}")));
        _ = marks[0] switch
        {
            { Fact: Voted { Answer: Answer.Approve or Answer.BreakGlass } } => svg.Shape(Around((-7, 6), (7, 6), (0, -8)), "markgood", tip),
            { Fact: Voted no } => svg.Shape(
                Around((-7, -6), (7, -6), (0, 8)),
                incident.FindRequest(no.Question) is { } asked && ApprovalRules.IsObjection(asked, no.By, no.Answer)
                    ? "markwarn"
                    : "markbad",
                tip
            ),
            { Fact: Acted { Report.Verdict: not Contracts.Verdict.Clear } } => svg.Shape(
                Around((-7, -3), (-3, -7), (0, -4), (3, -7), (7, -3), (4, 0), (7, 3), (3, 7), (0, 4), (-3, 7), (-7, 3), (-4, 0)),
                "markbad",
                tip
            ),
            { Kind: MarkKind.Run } => svg.Shape(Around((-6, -6), (6, -6), (6, 6), (-6, 6)), "mark", tip),
            { Kind: MarkKind.Event } => svg.Shape(Around((0, -8), (8, 0), (0, 8), (-8, 0)), "markwarn", tip),
            _ => svg.Circle(x, y, 5.5, "mark", tip),
        };
        if (marks.Length > 1)
        {
            svg.Text(x + 8, y - 4, $"{marks.Length}", "q");
        }
    }

    private static void Axis(Svg svg, long from, long to, Func<long, double> x, double y)
    {
        svg.Line(Left, y, Right, y, "axis");
        var format =
            to - from > 86_400_000_000 ? "MM-dd HH:mm"
            : to - from > 600_000_000 ? "HH:mm"
            : "HH:mm:ss";
        for (var tick = 0; tick <= 6; tick++)
        {
            var at = from + ((to - from) * tick / 6);
            svg.Line(x(at), y, x(at), y + 5, "axis")
                .Text(
                    x(at),
                    y + 18,
                    UnixTime.FromMicros(at).ToString(format, System.Globalization.CultureInfo.InvariantCulture),
                    "q",
                    tick == 0 ? "start"
                        : tick == 6 ? "end"
                        : "middle"
                );
        }
    }
}
