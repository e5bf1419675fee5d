namespace ImcBot.Bot.Cards;

/// <summary>Bytes as people read them.</summary>
internal static class Size
{
    public static string Of(long bytes) =>
        bytes switch
        {
            < 1 << 10 => $"{bytes} B",
            < 1 << 20 => $"{bytes >> 10} KB",
            < 1 << 30 => $"{bytes >> 20} MB",
            _ => $"{bytes / (double)(1 << 30):0.0} GB",
        };
}
