using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>
/// The search at a glance, time running down: per run a bar of the mail accepted so far and a bar of the suspects left. Bars are columns of
/// the card itself, because Teams draws those everywhere, in the reader's theme; each has its number beside it.
/// </summary>
internal static class SearchPicture
{
    private const int Whole = 100;

    public static IEnumerable<Element> Draw(Search search, int lines)
    {
        if (search.Rounds.Count < 2 || search.Counts is not { } counts)
        {
            yield break;
        }

        var most = Math.Max(1, counts.Found + counts.Arrived);
        yield return Row(
            new Column("40px", [new TextBlock("Run") { IsSubtle = true, Weight = "Bolder" }]),
            new Column("stretch", [new TextBlock("Mail accepted") { IsSubtle = true, Weight = "Bolder" }]),
            new Column("stretch", [new TextBlock("Suspects left") { IsSubtle = true, Weight = "Bolder" }])) with { Separator = true, Spacing = "Medium" };
        foreach (var round in search.Rounds.TakeLast(Math.Min(lines, 12)))
        {
            yield return Row(
                new Column("40px", [new TextBlock($"{round.Run}")]),
                Bar(round.Accepted, (double)round.Accepted / most, "good"),
                Bar(round.Suspects, Math.Log(1 + round.Suspects) / Math.Log(1 + most), round.Suspects > 0 ? "warning" : "good"));
        }

        yield return Shape.Small($"Bars of accepted mail end at {most} messages. Bars of suspects are on a logarithmic scale: each halving shortens them by the same bit.");
    }

    private static ColumnSet Row(params IReadOnlyList<Column> columns) => new(columns) { Spacing = "Small" };

    /// <summary>A coloured part, the rest of the bar, and the number it stands for.</summary>
    private static Column Bar(int number, double share, string style)
    {
        var filled = (int)Math.Round(Math.Clamp(share, 0, 1) * Whole);
        Column[] parts =
        [
            .. filled > 0 ? [Part(filled, style)] : Array.Empty<Column>(),
            .. filled < Whole ? [Part(Whole - filled, "emphasis")] : Array.Empty<Column>(),
            new Column("58px", [new TextBlock($"{number}")]) { Spacing = "Small", VerticalContentAlignment = "Center" },
        ];
        return new Column("stretch", [new ColumnSet(parts)]) { VerticalContentAlignment = "Center" };
    }

    private static Column Part(int weight, string style) => new($"{weight}", []) { Style = style, MinHeight = "18px", Spacing = "None" };
}
