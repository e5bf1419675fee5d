using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>
/// The search at a glance, time running down: per run a bar of the mail accepted so far and a bar of the suspects left. Bars are coloured block
/// characters, because text is drawn everywhere and in the reader's theme; a picture by data address is not promised by Teams, and the grounds
/// of containers are too pale to read. Each bar has its number beside it.
/// </summary>
internal static class SearchPicture
{
    /// <summary>Two bars with their numbers fit beside each other on a phone.</summary>
    private const int Cells = 8;

    /// <summary>Block characters by eighths of a cell.</summary>
    private const string Eighths = " \u258F\u258E\u258D\u258C\u258B\u258A\u2589\u2588";

    public static IEnumerable<Element> Draw(Search search, int lines)
    {
        if (search.Rounds.Count < 2 || search.Counts is not { } counts)
        {
            yield break;
        }

        var most = Math.Max(1, counts.Found + counts.Arrived);
        yield return Row(Head("Run"), Head("Mail accepted"), Head("Suspects left")) with { Separator = true, Spacing = "Medium" };
        foreach (var round in search.Rounds.TakeLast(Math.Min(lines, 12)))
        {
            yield return Row(
                new TextBlock($"{round.Run}"),
                Bar(round.Accepted, (double)round.Accepted / most, "Good"),
                Bar(round.Suspects, Math.Log(1 + round.Suspects) / Math.Log(1 + most), "Attention"));
        }

        yield return Shape.Small($"A full bar is {most} messages. The bars of suspects are logarithmic: each halving takes off the same length.");
    }

    private static TextBlock Head(string text) => new(text) { IsSubtle = true, Weight = "Bolder" };

    private static ColumnSet Row(Element run, Element accepted, Element suspects) =>
        new([new Column("40px", [run]), new Column("stretch", [accepted]), new Column("stretch", [suspects])]) { Spacing = "None" };

    /// <summary>The bar, and the number it stands for. What is not nothing shows.</summary>
    private static RichText Bar(int number, double share, string colour)
    {
        var eighths = number == 0 ? 0 : (int)Math.Clamp(Math.Round(share * Cells * 8), 1, Cells * 8);
        var bar = new string(Eighths[^1], eighths / 8) + (eighths % 8 == 0 ? "" : $"{Eighths[eighths % 8]}");
        return new RichText(bar.Length == 0 ? [new TextRun($"{number}")] : [new TextRun(bar) { Color = colour }, new TextRun($" {number}")]);
    }
}
