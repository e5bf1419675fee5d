using System.Text.Json;
using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>
/// Real bot and relay: enrolled, at work, <c>rotate-key</c>, at work again in the same incident; then the transcript is held against both
/// keys, offline.
/// </summary>
public sealed class The_relay_gets_a_new_key_in_the_middle(ITestOutputHelper output)
{
    [Fact]
    public async Task Its_incident_ends_well_and_verifies_by_either_key_and_the_old_key_opens_nothing()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-rotate").FullName)
        {
            Count = 40,
            Seed = 11,
            Faults = "log,threads,message:1",
        };
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
        var cast = new Cast(
            site.Client,
            new ServerDesk(site.Http, site.ServerAddress),
            AnswerSheet.Read("approve"),
            output.WriteLine,
            TimeProvider.System
        );

        var playing = cast.PlayAsync(either.Token);
        var relay = Path.Combine(options.DataFolder, "relay");
        var old = await WithARowAsync(relay, either.Token);
        await site.Relay!.EndAsync();
        var stolen = Copy(relay, Path.Combine(options.DataFolder, "stolen"));
        var rotated = await SayAsync("ImcBot.Relay", ["rotate-key", .. At(relay)], either.Token);
        site.StartRelay();
        Assert.Equal("resolved", await playing);

        var now = await LedgerAsync(relay, either.Token);
        Assert.NotEqual(old.Key, now.Key);
        Assert.Contains(now.Key, rotated.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal([old.Key], now.Former);
        Assert.True(now.Rows > old.Rows, "The relay did nothing with its new key.");

        var refused = await Programs.RunAsync("ImcBot.Relay", ["rotate-key", .. At(stolen)], either.Token);
        Assert.False(refused.IsWell);
        Assert.Contains("The bot did not take the new key", refused.Said, StringComparison.Ordinal);

        var transcript = Path.Combine(options.DataFolder, "transcript.jsonl");
        await File.WriteAllBytesAsync(
            transcript,
            await new ExportDesk(site.Client, site.Http, TimeProvider.System).FetchAsync(cast.Thread!, either.Token),
            either.Token
        );
        await site.Relay!.EndAsync();
        await site.Bot!.EndAsync();
        Assert.Equal([old.Key, now.Key], SignedBy(transcript));
        foreach (
            var keys in (string[][])
                [
                    [old.Key, now.Key],
                    [old.Key],
                ]
        )
        {
            var said = await SayAsync(
                "ImcBot.Bot",
                ["transcript", "verify", transcript, .. keys.SelectMany(key => (string[])["--relay-key", key]), "--relay-head", now.Head],
                either.Token
            );
            Assert.Contains("whole and unchanged", said, StringComparison.Ordinal);
            Assert.DoesNotContain("--relay-", said, StringComparison.Ordinal);
        }

        Assert.False(
            (
                await Programs.RunAsync(
                    "ImcBot.Bot",
                    ["transcript", "verify", transcript, "--relay-key", new string('0', 64), "--relay-head", now.Head],
                    either.Token
                )
            ).IsWell
        );
        Assert.Empty((await Reviewer.ReviewAsync(transcript, options, either.Token)).Complaints);
    }

    /// <summary>The ledger as soon as a run stands in it.</summary>
    private static async Task<Ledger> WithARowAsync(string relay, CancellationToken cancellationToken)
    {
        for (; ; await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken))
        {
            if (File.Exists(Path.Combine(relay, "ledger.db")) && await LedgerAsync(relay, cancellationToken) is { Rows: > 0 } ledger)
            {
                return ledger;
            }
        }
    }

    private static async Task<Ledger> LedgerAsync(string relay, CancellationToken cancellationToken)
    {
        using var said = JsonDocument.Parse(await SayAsync("ImcBot.Relay", ["ledger", .. At(relay), "--json"], cancellationToken));
        var ledger = said.RootElement;
        return new(
            ledger.GetProperty("key").GetString()!,
            [.. ledger.GetProperty("former").EnumerateArray().Select(key => key.GetString()!)],
            ledger.GetProperty("rows").GetInt32(),
            ledger.GetProperty("heads").TryGetProperty("INC-1", out var head) ? head.GetString()! : ""
        );
    }

    private static string[] At(string relay) => ["--data", relay, "--host-url", "http://127.0.0.1:1"];

    /// <summary>The keys that signed the runs of the transcript, as the bot believed them, in order.</summary>
    private static IEnumerable<string> SignedBy(string transcript) =>
        File.ReadLines(transcript)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line =>
                line.TryGetProperty("entry", out var entry)
                && entry.TryGetProperty("fact", out var fact)
                && fact.TryGetProperty("relayKey", out _)
            )
            .Select(line => line.GetProperty("entry").GetProperty("fact").GetProperty("relayKey").GetString()!)
            .Distinct();

    private static string Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        return to;
    }

    private static async Task<string> SayAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var (isWell, said) = await Programs.RunAsync(program, arguments, cancellationToken);
        Assert.True(isWell, $"{program}: {said}");
        return said;
    }

    private sealed record Ledger(string Key, string[] Former, int Rows, string Head);
}
