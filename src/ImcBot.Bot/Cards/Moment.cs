using System.Globalization;

namespace ImcBot.Bot.Cards;

/// <summary>Times of the journal (Unix microseconds) as people read them.</summary>
internal static class Moment
{
    /// <summary>The reader's own clock: the client fills it in. Only in a <see cref="TextBlock"/>.</summary>
    public static string Time(long at) => $"{{{{TIME({Iso(at)})}}}}";

    /// <summary>The reader's own calendar.</summary>
    public static string Date(long at) => $"{{{{DATE({Iso(at)}, SHORT)}}}}";

    /// <summary>For plain text, which no client fills in: the same to every reader, such as "2026-12-31 03:10 UTC".</summary>
    public static string Utc(long at) =>
        DateTimeOffset.UnixEpoch.AddMicroseconds(at).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>How long something takes, such as "45 s" or "3 min".</summary>
    public static string Long(double seconds) => seconds < 90 ? $"{Math.Ceiling(seconds)} s" : $"{Math.Ceiling(seconds / 60)} min";

    private static string Iso(long at) =>
        DateTimeOffset.UnixEpoch.AddMicroseconds(at).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
