using System.Globalization;
using System.Text;
using ImcBot.Bot.Export;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Replay;
using ImcBot.Bot.Tests.Export;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Replay;

/// <summary>The whole campaign: <c>IMCBOT_REPLAYS=10000 dotnet test tests/ImcBot.Bot.Tests</c>.</summary>
public sealed class Past_incidents_test_tomorrows_code(ITestOutputHelper output)
{
    private const int Length = 60;

    private static readonly byte[] RunbookBytes = File.ReadAllBytes(Repository.Path("manifests/runbooks/Q317653.yaml"));

    private static readonly int Replays = int.TryParse(
        Environment.GetEnvironmentVariable("IMCBOT_REPLAYS"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out var count
    )
        ? count
        : 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_simulated_journal_replays_to_the_same_decisions_through_its_bytes()
    {
        var entries = 0;
        for (var seed = 0; seed < Replays; seed++)
        {
            var told = new RandomFacts(seed);
            for (var step = 0; step < Length; step++)
            {
                told.Step();
            }

            var recording = Recorded([
                .. told
                    .Decisions.Skip(1)
                    .Zip(told.Facts, (decision, fact) => (fact, decision))
                    .Prepend(((Fact)told.Opening, told.Decisions[0])),
            ]);
            var difference = recording.FirstDifference();
            Assert.True(difference is null, $"seed {seed}: {difference?.What}");
            entries += recording.Entries.Count;
        }

        output.WriteLine($"{Replays} simulated journals, {entries} entries: all replay to the same decisions.");
    }

    [Fact]
    public async Task A_transcript_of_a_night_replays_and_a_changed_decision_is_named()
    {
        using var sample = await SampleJournal.WriteAsync(ANight.Told);
        var recording = await ReadAsync(await sample.ExportAsync("jsonl"));

        Assert.Null(recording.FirstDifference());
        var changed = recording.Entries.Select(entry => entry.Seq == 13 ? entry with { Phase = Phase.Closed } : entry).ToList();
        Assert.Equal(13, (recording with { Entries = changed }).FirstDifference()!.Entry);
    }

    [Fact]
    public async Task The_same_runbook_would_have_gone_the_same_way()
    {
        var recording = await NightAsync();

        var lines = WhatIf.Tell(recording, Some.Runbook);

        Assert.Contains(lines, line => line.StartsWith("mail.suspects: Finding", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("offers message: Hold the mail", StringComparison.Ordinal));
        Assert.Contains(
            lines,
            line => line.StartsWith("as then, ", StringComparison.Ordinal) && line.Contains(" approved: ", StringComparison.Ordinal)
        );
        Assert.Equal("ends: resolved", lines[^1]);
    }

    [Fact]
    public async Task A_changed_runbook_is_told_step_by_step_and_what_was_not_asked_then_stays_unknown()
    {
        var recording = await NightAsync();
        var other = RunbookFile.Load(Moved(), "changed.yaml");

        var lines = WhatIf.Tell(recording, other);

        Assert.Contains("disk.free: was not asked then, so it is unknown", lines);
    }

    // Another threshold is another question: the record has no answer to it.
    private static byte[] Moved() =>
        Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(RunbookBytes).Replace("at-least: 500MB", "at-least: 900MB", StringComparison.Ordinal)
        );

    private static async Task<Recording> NightAsync()
    {
        var night = new Rehearsal("message");
        var spool = new FakeSpool(200, new HashSet<int> { 17 }, Contracts.IndexSet.Of(17));
        night.Round = run =>
        {
            var report = spool.Take(run);
            night.ServiceUp = spool.Up;
            return report;
        };
        night.Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        using var sample = await SampleJournal.WriteAsync(night.Told);
        return await ReadAsync(await sample.ExportAsync("jsonl"));
    }

    private static async Task<Recording> ReadAsync(byte[] transcript)
    {
        await using var stream = new MemoryStream(transcript);
        var recording = await Recording.ReadAsync(stream, Token);
        Assert.Null(recording.Proof.Problem);
        return recording;
    }

    /// <summary>The entries as a journal would give them back: written as bytes and read again.</summary>
    private static Recording Recorded(IReadOnlyList<(Fact Fact, Decision Decision)> told) =>
        new(
            new TranscriptProof(null, 7, told.Count, 0, null, null, LedgerProof.None),
            [.. told.Select((one, index) => ThroughBytes(Entry.After(new Head(7, index, ""), one.Fact.At, one.Fact, null, one.Decision)))],
            RunbookBytes
        );

    private static Entry ThroughBytes(Entry entry)
    {
        var values = new List<SealedValue>();
        return JournalJson.Read<Entry>(
            JournalJson.Write(entry, values),
            values.ToDictionary(value => value.Commitment, value => value.Value, StringComparer.Ordinal)
        );
    }
}
