using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Export.Html;

/// <summary>The search as a picture: items still held and items accepted, run by run. The same stands in the table below it.</summary>
internal static class SearchPlot
{
    private const int Width = 1000,
        Left = 60,
        Right = 970,
        Top = 30,
        Bottom = 210;

    public static string Draw(ReviewModel model, SubjectWords words)
    {
        var points = model.Search.Items;
        var most = Math.Max(1, points.Max(point => Math.Max(point.Counts.Held, point.Counts.Accepted)));
        var svg = new Svg(
            "search",
            $"Search for the bad {words.Item} over {Words.Count(points.Count, "run")}: held from {points[0].Counts.Held} to "
                + $"{points[^1].Counts.Held}, accepted {points[^1].Counts.Accepted}.",
            Width
        );
        double X(int index) =>
            points.Count == 1 ? (Left + Right) / 2.0 : Left + 20 + ((Right - Left - 40) * index / (double)(points.Count - 1));
        double Y(int count) => Bottom - ((Bottom - Top) * count / (double)most);

        foreach (var share in (int[])[0, most / 2, most])
        {
            svg.Line(Left, Y(share), Right, Y(share), "axis").Text(Left - 8, Y(share) + 4, $"{share}", "q", "end");
        }

        var apart = Math.Max(1, points.Count / 16);
        for (var index = 0; index < points.Count; index++)
        {
            var point = points[index];
            if (point.Verdict is RoundVerdict.Crashed or RoundVerdict.Hung || point.Crashed)
            {
                svg.Rect(X(index) - 5, Top, 10, Bottom - Top, "bad", $"run {point.Run}: {point.Verdict}, entry {point.Seq}");
            }

            if (index % apart == 0)
            {
                svg.Text(X(index), Bottom + 17, $"run {point.Run}", "q", "middle")
                    .Text(
                        X(index),
                        Bottom + 32,
                        point.Verdict is RoundVerdict.Crashed ? "CRASHED"
                            : point.Verdict is RoundVerdict.Hung ? "HUNG"
                            : point.Verdict is RoundVerdict.Ran ? "ran"
                            : "unknown",
                        "",
                        "middle"
                    );
            }
        }

        svg.Curve(points.Select((point, index) => (X(index), Y(point.Counts.Held))), "curve")
            .Curve(points.Select((point, index) => (X(index), Y(point.Counts.Accepted))), "curve2");
        for (var index = 0; index < points.Count; index++)
        {
            svg.Circle(X(index), Y(points[index].Counts.Held), 4.5, "mark", $"run {points[index].Run}: {points[index].Counts.Held} held")
                .Shape(
                    FormattableString.Invariant(
                        $"{X(index) - 5:0.#},{Y(points[index].Counts.Accepted) + 4:0.#} {X(index) + 5:0.#},{Y(points[index].Counts.Accepted)
                            + 4:0.#} {X(index):0.#},{Y(points[index].Counts.Accepted) - 6:0.#}"
                    ),
                    "markgood",
                    $"run {points[index].Run}: {points[index].Counts.Accepted} accepted"
                );
        }

        svg.Circle(Left + 30, 14, 4.5, "mark")
            .Text(Left + 42, 18, $"solid: {words.Items} held")
            .Shape($"{Left + 215},18 {Left + 225},18 {Left + 220},8", "markgood")
            .Text(Left + 232, 18, "dashed: accepted")
            .Rect(Left + 420, 7, 10, 14, "bad")
            .Text(Left + 438, 18, "bar: a crash or a hang");
        return svg.End(Bottom + 44);
    }
}
