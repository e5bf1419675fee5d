using System.Text.Json;
using System.Text.RegularExpressions;
using ImcBot.Lab.Launch;

namespace ImcBot.Lab.Drills;

/// <summary>
/// Somebody who got a drill's transcript and has nothing but the commands: it must verify, agree with the ledger of the relay that acted,
/// and replay to the same decisions.
/// </summary>
/// <param name="Replayed">Entries that were decided again as they had been.</param>
/// <param name="Complaints">One sentence for each thing that does not hold.</param>
internal sealed partial record Reviewer(int Replayed, IReadOnlyList<string> Complaints)
{
    /// <param name="transcript">Path of the JSON Lines transcript.</param>
    /// <param name="site">The drill's folder; what the relay itself prints is read there, unless its key is a Windows's.</param>
    public static async Task<Reviewer> ReviewAsync(string transcript, SiteOptions site, CancellationToken cancellationToken)
    {
        var relay = site.Wine ? [] : await RelayAsync(transcript, site.DataFolder, cancellationToken);
        var verified = await Programs.RunAsync("ImcBot.Bot", ["transcript", "verify", transcript, .. relay], cancellationToken);
        var replayed = await Programs.RunAsync("ImcBot.Bot", ["transcript", "replay", transcript], cancellationToken);
        var count = Entries().Match(replayed.Said);
        string[] complaints =
        [
            .. !verified.IsWell || !verified.Said.Contains("whole and unchanged", StringComparison.Ordinal)
                ? [$"The transcript does not verify: {verified.Said}"]
            : relay.Count > 0 && verified.Said.Contains("--relay-", StringComparison.Ordinal)
                ? [$"The transcript was not held against the relay's ledger: {verified.Said}"]
            : (string[])[],
            .. !replayed.IsWell || !count.Success
                ? [$"The transcript does not replay to the same decisions: {replayed.Said}"]
                : (string[])[],
        ];
        return new(count.Success ? int.Parse(count.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 0, complaints);
    }

    /// <summary>
    /// What <c>imcbot-relay ledger</c> prints for the incident, as the arguments of <c>verify</c>; none where the relay changed nothing.
    /// </summary>
    private static async Task<IReadOnlyList<string>> RelayAsync(string transcript, string data, CancellationToken cancellationToken)
    {
        var printed = await Programs.RunAsync(
            "ImcBot.Relay",
            ["ledger", "--data", Path.Combine(data, "relay"), "--host-url", "http://127.0.0.1:1", "--json"],
            cancellationToken
        );
        if (!printed.IsWell)
        {
            throw new LabException($"The relay's ledger cannot be read: {printed.Said}");
        }
        using var first = JsonDocument.Parse(File.ReadLines(transcript).First());
        using var ledger = JsonDocument.Parse(printed.Said);
        // A key given at enrolment vouches for those that came after it.
        var key = ledger
            .RootElement.GetProperty("former")
            .EnumerateArray()
            .Append(ledger.RootElement.GetProperty("key"))
            .First()
            .GetString()!;
        return ledger
            .RootElement.GetProperty("heads")
            .TryGetProperty(first.RootElement.GetProperty("transcript").GetString()!, out var head)
            ? ["--relay-key", key, "--relay-head", head.GetString()!]
            : [];
    }

    [GeneratedRegex(@"(\d+) entr(?:y replays|ies replay) to the same decisions")]
    private static partial Regex Entries();
}
