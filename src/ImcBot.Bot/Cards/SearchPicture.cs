using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>
/// The search at a glance, time running down: per run a bar of the items accepted so far and a bar of those that could be the bad one. Bars
/// are coloured block characters, because text is drawn everywhere and in the reader's theme; a picture by data address is not promised by
/// Teams, and the grounds of containers are too pale to read. Each bar has its number beside it.
/// </summary>
internal static class SearchPicture
{
    /// <summary>Two bars with their numbers fit beside each other on a phone.</summary>
    private const int Cells = 8;

    public static IEnumerable<Element> Draw(Search search, int lines)
    {
        if (search.Rounds.Count < 2 || search.Counts is not { } counts)
        {
            yield break;
        }

        var most = Math.Max(1, counts.Found + counts.Arrived);
        yield return Row(Head("Run"), Head("Accepted"), Head("Could be bad")) with
        {
            Separator = true,
            Spacing = "Medium",
        };
        foreach (var round in search.Rounds.TakeLast(Math.Min(lines, 12)))
        {
            yield return Row(
                new TextBlock($"{round.Run}"),
                Bar(round.Accepted, (double)round.Accepted / most, "Good"),
                Bar(round.Suspects, Math.Log(1 + round.Suspects) / Math.Log(1 + most), "Attention")
            );
        }

        yield return Shape.Small(
            $"A full bar is {search.Words.CountItems(most)}. Bars of what could be bad are logarithmic: each halving takes off the "
                + "same length."
        );
    }

    private static TextBlock Head(string text) => new(text) { IsSubtle = true, Weight = "Bolder" };

    private static ColumnSet Row(Element run, Element accepted, Element suspects) =>
        new([new Column("40px", [run]), new Column("stretch", [accepted]), new Column("stretch", [suspects])]) { Spacing = "None" };

    private static RichText Bar(int number, double share, string colour) =>
        Bars.Draw($"{number}", number == 0 ? 0 : Math.Max(share, double.Epsilon), colour, Cells);
}
