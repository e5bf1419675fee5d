using System.Globalization;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>What a run told beside its verdict, read from the words of the wire.</summary>
/// <param name="CrashedAt">Server clock, Unix microseconds.</param>
/// <param name="StopSeconds">How long the services took to stop; null when none was measured.</param>
/// <param name="StartSeconds">The same for their start.</param>
/// <param name="EventsAfter">Index of the event log when it began; null when it was not told.</param>
/// <param name="Wedged">The service that hung while it was to stop; null when none did.</param>
/// <param name="Voided">What has changed since the approval, so that nothing was done; null when it was done.</param>
internal sealed record RunFacts(
    int Starts,
    IReadOnlyList<long> CrashedAt,
    double? StopSeconds,
    double? StartSeconds,
    long? EventsAfter,
    string? Wedged,
    string? Voided
)
{
    /// <summary>Of a run that told nothing.</summary>
    public static RunFacts None { get; } = new(0, [], null, null, null, null, null);

    private const int MostCrashes = 100;

    /// <param name="at">When it was told, Unix microseconds.</param>
    public static RunFacts Of(Report report, long at)
    {
        var data = report.Data;
        return new(
            Number(data, "starts"),
            Crashes(report.Data, at),
            Seconds(data, "stopSeconds"),
            Seconds(data, "startSeconds"),
            long.TryParse(data.GetValueOrDefault("eventsAfter"), NumberStyles.None, CultureInfo.InvariantCulture, out var after)
                ? after
                : null,
            data.GetValueOrDefault("wedged"),
            data.GetValueOrDefault("voided")
        );
    }

    /// <summary>Moments as they stand under a name, Unix microseconds.</summary>
    public static IEnumerable<long> Moments(IReadOnlyDictionary<string, string> data, string name) =>
        (data.GetValueOrDefault(name) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Take(MostCrashes)
            .Select(moment => long.TryParse(moment, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0)
            .Where(at => at > 0);

    /// <summary>
    /// When it crashed; a relay that is older than these moments tells only how often, and then it is when that was told.
    /// </summary>
    private static IReadOnlyList<long> Crashes(IReadOnlyDictionary<string, string> data, long at) =>
        data.ContainsKey("crashedAt")
            ? [.. Moments(data, "crashedAt")]
            : [.. Enumerable.Range(0, Math.Clamp(Number(data, "crashes"), 0, MostCrashes)).Select(number => at + number)];

    private static double? Seconds(IReadOnlyDictionary<string, string> data, string name) =>
        double.TryParse(data.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && double.IsFinite(seconds)
        && seconds > 0
            ? seconds
            : null;

    private static int Number(IReadOnlyDictionary<string, string> data, string name) =>
        int.TryParse(data.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
