namespace ImcBot.Bot.Cards;

/// <summary>
/// Bars of coloured block characters: text is drawn everywhere and in the reader's theme. Each has its number beside it, so that colour and
/// length are never the only sign.
/// </summary>
internal static class Bars
{
    /// <summary>Block characters by eighths of a cell.</summary>
    private const string Eighths = " \u258F\u258E\u258D\u258C\u258B\u258A\u2589\u2588";

    /// <param name="share">0 draws no bar; what is more than nothing shows.</param>
    public static RichText Draw(string says, double share, string colour, int cells)
    {
        var eighths = share <= 0 ? 0 : (int)Math.Clamp(Math.Round(share * cells * 8), 1, cells * 8);
        var bar = new string(Eighths[^1], eighths / 8) + (eighths % 8 == 0 ? "" : $"{Eighths[eighths % 8]}");
        return new RichText(bar.Length == 0 ? [new TextRun(says)] : [new TextRun(bar) { Color = colour }, new TextRun($" {says}")]);
    }
}
