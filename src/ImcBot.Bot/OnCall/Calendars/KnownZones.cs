using System.Collections.Frozen;
using NodaTime;
using NodaTime.TimeZones;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>
/// Zones by the names that calendars give them: IANA, Windows, and IANA behind a vendor's prefix (<c>/mozilla.org/…/Europe/Berlin</c>).
/// </summary>
internal static class KnownZones
{
    private const int LongestName = 3;

    private static readonly FrozenDictionary<string, string> Iana = TzdbDateTimeZoneSource
        .Default.GetIds()
        .ToFrozenDictionary(id => id, id => id, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Windows =
        TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.ToFrozenDictionary(
            pair => pair.Key,
            pair => pair.Value,
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>The zone of a setting; UTC where it is empty, null where nobody knows it.</summary>
    public static DateTimeZone? Find(string setting) => setting.Length == 0 ? DateTimeZone.Utc : ByAbbreviation(setting);

    /// <summary>
    /// The zone whose rules this name says for certain; an abbreviation such as EST does not: it is given to places with and without summer
    /// time.
    /// </summary>
    public static DateTimeZone? ByName(string name) =>
        IdOf(name) is { } id && (IsUtc(id) || name.Contains('/', StringComparison.Ordinal) || Windows.ContainsKey(name)) ? Zone(id) : null;

    /// <summary>The zone an abbreviation stands for in the zone tables, where nothing better is known.</summary>
    public static DateTimeZone? ByAbbreviation(string name) => IdOf(name) is { } id ? Zone(id) : null;

    private static string? IdOf(string name) =>
        Iana.TryGetValue(name, out var id) || Windows.TryGetValue(name, out id) ? id
        : name.StartsWith('/') || name.Contains("://", StringComparison.Ordinal) ? Behind(name.Split('/'))
        : null;

    private static string? Behind(string[] segments) =>
        Enumerable
            .Range(1, Math.Min(LongestName, segments.Length - 1))
            .Reverse()
            .Select(count => Iana.GetValueOrDefault(string.Join('/', segments[^count..])))
            .FirstOrDefault(id => id is not null);

    private static bool IsUtc(string id) => TzdbDateTimeZoneSource.Default.CanonicalIdMap[id] is "Etc/UTC" or "Etc/GMT";

    private static DateTimeZone Zone(string id) =>
        IsUtc(id) ? DateTimeZone.Utc : DateTimeZoneProviders.Tzdb[TzdbDateTimeZoneSource.Default.CanonicalIdMap[id]];
}
