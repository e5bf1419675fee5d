using System.Text;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Journal;

public sealed class The_journal_shows_what_was_done_to_it
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("update entries set bytes = replace(bytes, 'surveying', 'resolved_') where seq = 1", "Entry 1")]
    [InlineData("update entries set signature = randomblob(64) where seq = 2", "Entry 2")]
    [InlineData("delete from entries where seq = 3", "Entry 3")]
    [InlineData("delete from entries where seq = 5", "Entry 5")]
    [InlineData("update entries set seq = -seq where seq in (3, 4); update entries set seq = 7 + seq where seq < 0", "Entry 3")]
    [InlineData("update entry_values set value = 'somebody else' where seq = 2", "entry 2")]
    public async Task A_change_behind_its_back_freezes_the_incident(string sql, string names)
    {
        await using var room = await NotesAsync(4);
        await room.SqlAsync(sql);

        await using var later = await room.RestartAsync();
        await later.StartAsync();
        var told = await later.Channel.UntilAsync(told => told.StartsWith("announce", StringComparison.Ordinal), Token);

        Assert.Contains("INC-1 is frozen", told, StringComparison.Ordinal);
        Assert.Contains(names, told, StringComparison.Ordinal);
        Assert.All(later.Channel.Told, other => Assert.StartsWith("announce", other, StringComparison.Ordinal));
        Assert.Empty(await later.Engine.OwedAsync(1, Lane.Relay, Token));
    }

    [Fact]
    public async Task A_frozen_incident_declines_every_fact()
    {
        await using var room = await NotesAsync(4);
        await room.SqlAsync("delete from entries where seq = 5");

        await using var later = await room.RestartAsync();
        var decision = await later.TellAsync(at => new RelaySilent(at));

        Assert.Contains("frozen", decision.Declined, StringComparison.Ordinal);
        Assert.Equal(4, (await later.EntriesAsync()).Count);
    }

    [Fact]
    public async Task An_entry_signed_by_another_key_does_not_verify()
    {
        await using var room = await NotesAsync(1);
        await using var stranger = await EngineRoom.NewAsync();
        var stored = (await room.EntriesAsync())[0];

        Assert.Null(Chain.Refuse(Head.Before(1), stored, room.Key, out _));
        Assert.Contains("not signed", Chain.Refuse(Head.Before(1), stored, stranger.Key, out _), StringComparison.Ordinal);
        Assert.Contains("INC-2", Chain.Refuse(Head.Before(2), stored, room.Key, out _), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removing_texts_leaves_the_chain_whole_and_nothing_of_the_text()
    {
        await using var room = await NotesAsync(3);
        Assert.Equal(2, await room.Journal.RemoveTextsAsync(1, 3, Token));

        await using var later = await room.RestartAsync();
        var incident = await later.Engine.FindAsync(1, Token);
        var entry = (await later.EntriesAsync())[2];

        Assert.Null(incident!.Task);
        Assert.Empty(entry.Values);
        Assert.Null(((Noted)entry.Read().Fact!).Text.Value);
        Assert.DoesNotContain("note 1", Encoding.UTF8.GetString(entry.Bytes), StringComparison.Ordinal);
        Assert.Null((await later.TellAsync(at => new RelaySilent(at))).Declined);
    }

    [Fact]
    public async Task The_same_text_is_committed_to_differently_each_time()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.TellAsync(at => new Noted(at, Some.Responder, "yes", true));
        await room.TellAsync(at => new Noted(at, Some.Responder, "yes", true));

        var entries = await room.EntriesAsync();

        Assert.Empty(
            entries[1]
                .Values.Select(value => value.Commitment)
                .Intersect(entries[2].Values.Select(value => value.Commitment), StringComparer.Ordinal)
        );
        Assert.DoesNotContain("yes", Encoding.UTF8.GetString(entries[1].Bytes), StringComparison.Ordinal);
        Assert.DoesNotContain("Riley", Encoding.UTF8.GetString(entries[1].Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_of_200_KB_is_kept_beside_its_entry_and_covered_by_it()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        var plan = Encoding.UTF8.GetBytes(new string('x', 200_000));
        var report = EngineRoom.ReportOf(new RunId(new QuestionId(1, 1), 1), Verdict.Clear) with { Kind = JobKind.Plan, Plan = plan };
        await room.TellAsync(at => new Planned(at, report));

        var stored = (await room.EntriesAsync())[^1];
        Assert.InRange(stored.Bytes.Length, 1, Journals.Largest);
        Assert.Equal(plan, ((Planned)stored.Read().Fact!).Report.Plan);

        await room.SqlAsync(
            "update blobs set bytes = replace(bytes, 'eHh4', 'eHh5') where digest in (select blob from entries where seq = 2)"
        );
        await using var later = await room.RestartAsync();
        Assert.Contains("frozen", (await later.TellAsync(at => new RelaySilent(at))).Declined, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows keeps rights otherwise.");
            return;
        }

        var path = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "journal.key");
        KeyFile.LoadOrCreate(path).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains(
            "chmod 600",
            Assert.Throws<InvalidOperationException>(() => KeyFile.LoadOrCreate(path)).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>An incident with this many notes after its opening.</summary>
    private static async Task<EngineRoom> NotesAsync(int notes)
    {
        var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        for (var note = 0; note < notes; note++)
        {
            await room.TellAsync(at => new Noted(at, Some.Responder, $"note {note}", true));
        }

        return room;
    }
}
