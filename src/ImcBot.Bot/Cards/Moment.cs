using System.Globalization;

namespace ImcBot.Bot.Cards;

/// <summary>Times of the journal (Unix microseconds) as people read them.</summary>
internal static class Moment
{
    /// <summary>The reader's own clock: the client fills it in. Only in a <see cref="TextBlock"/>.</summary>
    public static string Time(long at) => $"{{{{TIME({Iso(at)})}}}}";

    /// <summary>The reader's own calendar.</summary>
    public static string Date(long at) => $"{{{{DATE({Iso(at)}, SHORT)}}}}";

    /// <summary>Where no client fills in: summaries and plain text.</summary>
    public static string Utc(long at) => When(at).ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>How long from one to the other, such as "17 min" or "2 h 05 min".</summary>
    public static string Span(long from, long to)
    {
        var minutes = Math.Max(0, (to - from) / 60_000_000);
        return minutes < 100 ? $"{minutes} min" : $"{minutes / 60} h {minutes % 60:00} min";
    }

    /// <summary>How long something takes, such as "45 s" or "3 min".</summary>
    public static string Long(double seconds) => seconds < 90 ? $"{Math.Ceiling(seconds)} s" : $"{Math.Ceiling(seconds / 60)} min";

    private static string Iso(long at) => When(at).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset When(long at) => DateTimeOffset.UnixEpoch.AddMicroseconds(at);
}
