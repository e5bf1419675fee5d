using System.Text;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Chat;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

public sealed class What_must_be_forgotten_is_forgotten
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redact_removes_value_and_salt_from_every_form_and_from_the_database_file_and_the_chain_verifies()
    {
        await using var room = await TalkedAsync("the patient is Jane Roe");
        await room.StartAsync();
        var values = (await room.EntriesAsync()).Single(entry => entry.Seq == 2).Values;
        Assert.NotEmpty(values);

        await room.TellAsync(at => new Commanded(at, CommandVerb.Redact, Some.Lead, null, "2"));
        await room.Channel.UntilAsync(told => told.Contains("entry 2 are removed", StringComparison.Ordinal), Token);

        foreach (var format in TranscriptWriter.Formats)
        {
            var text = await ExportAsync(room, format);
            Assert.DoesNotContain("Jane Roe", text, StringComparison.Ordinal);
            Assert.All(values, value => Assert.DoesNotContain(Convert.ToBase64String(value.Salt), text, StringComparison.Ordinal));
        }

        await room.SqlAsync("pragma wal_checkpoint(truncate)");
        var file = await File.ReadAllBytesAsync(Path.Combine(room.Folder, "imcbot.db"), Token);
        Assert.Equal(-1, file.AsSpan().IndexOf("Jane Roe"u8));
        Assert.All(values, value => Assert.Equal(-1, file.AsSpan().IndexOf(value.Salt)));
        Assert.Null((await ProveAsync(await ExportAsync(room, "jsonl"))).Problem);
        Assert.Null((await room.RestartAsync()).Engine.FindAsync(1, Token).Exception);
    }

    [Fact]
    public async Task A_message_deleted_in_the_chat_is_gone_from_the_record_and_a_changed_one_says_what_it_says_now()
    {
        await using var room = await TalkedAsync("the patient is Jane Roe", "1795426778058");
        await room.StartAsync();
        await room.TellAsync(at => new Noted(at, Some.OnCall, "another message", false, Message: "1795426778059"));
        await room.TellAsync(at => new Voted(at, new QuestionId(1, 9), Some.OnCall, Core.Incidents.Answer.DenyNext, "because"));

        Assert.Equal([2], await room.Engine.EntriesOfAsync(1, "1795426778058", Token));
        await room.TellAsync(at => new Unsaid(at, 2, Changed: true));
        await room.TellAsync(at => new Noted(at, Some.Responder, "the patient is known", false, Message: "1795426778058"));
        while ((await room.Engine.OwedAsync(1, Lane.Channel, Token)).Any(one => one.Effect is Redact))
        {
            await Task.Yield();
        }

        var text = await ExportAsync(room, "jsonl");
        Assert.DoesNotContain("Jane Roe", text, StringComparison.Ordinal);
        Assert.Contains("the patient is known", text, StringComparison.Ordinal);
        Assert.Contains("another message", text, StringComparison.Ordinal);
        Assert.Contains("was changed by its author", await ExportAsync(room, "md"), StringComparison.Ordinal);
        Assert.Null((await ProveAsync(text)).Problem);
        Assert.DoesNotContain(2, await room.Engine.EntriesOfAsync(1, "1795426778058", Token));
        Assert.NotNull(await (await room.RestartAsync()).Engine.FindAsync(1, Token));
    }

    [Fact]
    public async Task Only_an_administrator_or_the_author_redacts_and_owning_the_incident_is_not_enough()
    {
        await using var room = await TalkedAsync("x");
        var owner = Some.Person("11111111-0000-0000-0000-000000000031", "Nadia Okafor", "on-call");
        await room.TellAsync(at => new Commanded(at, CommandVerb.Take, owner, null, ""));

        Assert.Contains("whoever wrote it", await SayAsync(room, owner, "redact 2"), StringComparison.Ordinal);
        Assert.Contains("Say which entry", await SayAsync(room, Some.Responder, "redact two"), StringComparison.Ordinal);
        Assert.NotEmpty((await room.EntriesAsync())[1].Values);

        Assert.StartsWith("The texts of entry 2 are removed", await SayAsync(room, Some.Responder, "redact 2"), StringComparison.Ordinal);
        Assert.Contains(
            (await room.Engine.OwedAsync(1, Lane.Channel, Token)).Select(one => one.Effect),
            effect => effect is Redact { Entry: 2 }
        );
    }

    [Fact]
    public async Task A_broken_glass_stays_broken_when_its_reason_is_taken_away_also_in_a_journal_that_does_not_say_how_long_it_was()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        var asked = await room.ToApprovalAsync();
        await room.TellAsync(at => new Voted(
            at,
            asked.Question,
            Some.OnCall,
            Core.Incidents.Answer.BreakGlass,
            "nobody else can be reached",
            asked.Digest
        ));
        await room.SqlAsync("delete from entry_values");

        await using var later = await room.RestartAsync();
        var incident = (await later.Engine.FindAsync(1, Token))!;

        Assert.True(incident.FindRequest(asked.Question)!.IsApproved);
        Assert.Single(incident.BrokenGlass);
        await later.Claims.CompareAsync(incident.Relay, [new RunId(asked.Question, 1)], Token);
        Assert.Null((await later.TellAsync(at => new Commanded(at, CommandVerb.Take, Some.OnCall, null, ""))).Declined);
        var vote = (await later.EntriesAsync()).Select(entry => entry.Read()).Single(entry => entry.Fact is Voted);
        var old = vote with { Fact = (Voted)vote.Fact! with { ReasonLength = null } };
        var fold = new Fold();
        foreach (var entry in (await later.EntriesAsync()).Select(entry => entry.Read()).TakeWhile(entry => entry.Seq <= vote.Seq))
        {
            fold.Take(entry.Seq == vote.Seq ? old : entry, Some.Runbook);
        }

        Assert.Null(fold.Differs);
        Assert.Single(fold.Incident!.BrokenGlass);
    }

    private static async Task<string?> SayAsync(EngineRoom room, Person by, string text)
    {
        var listener = Listeners.Of(room.Engine, room.OnCallRoster);
        return (
            await listener.HearAsync(new(new Member(by.Id, "29:" + by.Id, by.Name.ToString()), "thread", false, true, text, []), Token)
        ).Text;
    }

    [Fact]
    public async Task A_disclosed_value_with_an_altered_salt_does_not_verify()
    {
        await using var room = await TalkedAsync("so");
        var text = await ExportAsync(room, "jsonl");
        var salt = (await room.EntriesAsync())[^1].Values[0].Salt;
        var altered = (byte[])salt.Clone();
        altered[0] ^= 1;

        var proof = await ProveAsync(text.Replace(Convert.ToBase64String(salt), Convert.ToBase64String(altered), StringComparison.Ordinal));

        Assert.Contains("text of entry 2", proof.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_go_a_year_after_the_end_and_who_decided_seven_years_after_it()
    {
        await using var room = await TalkedAsync("an old story");
        var asked = await room.ToApprovalAsync();
        await room.TellAsync(at => new Voted(
            at,
            asked.Question,
            Some.OnCall,
            Core.Incidents.Answer.BreakGlass,
            "nobody else can be reached",
            asked.Digest
        ));
        await room.TellAsync(at => new Acted(
            at,
            EngineRoom.ReportOf(new RunId(asked.Question, 1), Verdict.Unknown) with
            {
                Kind = JobKind.Act,
            }
        ));
        await room.TellAsync(at => new Commanded(at, CommandVerb.Review, Some.OnCall, null, "@Lena", Some.Lead));
        using var retention = new Retention(room.Journal, room.Engine, new BotOptions(), room.Clock, NullLogger<Retention>.Instance);
        room.Clock.Advance(TimeSpan.FromDays(400));
        await retention.LookAsync(Token);
        Assert.Contains("an old story", await ExportAsync(room, "jsonl"), StringComparison.Ordinal);

        await room.TellAsync(at => new Commanded(at, CommandVerb.Close, Some.OnCall, null, ""));
        Assert.Equal(Phase.Closed, (await room.Engine.FindAsync(1, Token))!.Phase);
        room.Clock.Advance(TimeSpan.FromDays(364));
        await retention.LookAsync(Token);
        Assert.Contains("nobody else can be reached", await ExportAsync(room, "jsonl"), StringComparison.Ordinal);

        room.Clock.Advance(TimeSpan.FromDays(2));
        await retention.LookAsync(Token);
        var text = await ExportAsync(room, "jsonl");
        Assert.DoesNotContain("an old story", text, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody else can be reached", text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "Riley Reyes",
            (await room.EntriesAsync())
                .Where(entry => entry.Read().Fact is Noted)
                .SelectMany(entry => entry.Values)
                .Select(value => value.Value)
        );
        Assert.Contains("Olu Adeyemi", text, StringComparison.Ordinal);
        Assert.Contains("Lena Lindqvist", text, StringComparison.Ordinal);
        var later = (await room.Engine.FindAsync(1, Token))!;
        Assert.Null(Assert.Single(later.BrokenGlass).Glass!.Why.Value);
        Assert.Equal((Phase.Closed, true, 1), (later.Phase, later.FindRequest(asked.Question)!.IsApproved, later.BrokenGlass.Count));
        Assert.DoesNotContain(await room.EntriesAsync(), entry => entry.Read().Parking is not null);

        room.Clock.Advance(TimeSpan.FromDays(2555));
        await retention.LookAsync(Token);
        Assert.All(await room.EntriesAsync(), entry => Assert.Empty(entry.Values));
        Assert.Null((await ProveAsync(await ExportAsync(room, "jsonl"))).Problem);
    }

    [Fact]
    public async Task A_closed_incident_that_is_decided_otherwise_today_stays_closed_and_says_so()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.DecidedAsync(
            at => new Noted(at, Some.Responder, "hm", true),
            decision => decision with { Effects = [new Page(1, "on-call", "a note was made")] }
        );
        await room.DecidedAsync(at => new Commanded(at, CommandVerb.Stop, Some.OnCall, null, ""), decision => decision);
        await room.DecidedAsync(at => new Commanded(at, CommandVerb.Close, Some.OnCall, null, ""), decision => decision);
        await room.DecidedAsync(at => new Commanded(at, CommandVerb.Close, Some.OnCall, null, ""), decision => decision);

        await using var later = await room.RestartAsync();

        Assert.Equal(Phase.Closed, (await later.Engine.FindAsync(1, Token))!.Phase);
        Assert.Contains(
            (await later.Engine.OwedAsync(1, Lane.Channel, Token)).Select(one => one.Effect),
            effect => effect is Say say && say.Text.Value!.Contains("stays as it was recorded", StringComparison.Ordinal)
        );
        Assert.Null((await later.TellAsync(at => new Commanded(at, CommandVerb.Export, Some.OnCall, null, "md"))).Declined);
    }

    [Theory]
    [InlineData("try password: hunter2 now")]
    [InlineData("Bearer abcdefghijklmnop")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0abc.c2ln")]
    public async Task Secrets_never_get_in(string said)
    {
        await using var room = await TalkedAsync(said);
        var text = await ExportAsync(room, "jsonl");

        Assert.Contains(Masks.Hidden, text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghijklmnop", text, StringComparison.Ordinal);
        Assert.DoesNotContain("c2ln", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_pattern_is_taken_out_and_a_rule_that_fails_blanks_the_field()
    {
        Assert.Equal($"order {Masks.Hidden}", Masks.With(["A-[0-9]{4}"]).Clean("order A-1234"));
        Assert.Equal(Masks.Withheld, new Masks([_ => throw new InvalidOperationException("broken")]).Clean("anything"));
        Assert.ThrowsAny<Exception>(() => Masks.With(["(unclosed"]));
    }

    private static async Task<EngineRoom> TalkedAsync(string said, string? message = null)
    {
        var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.TellAsync(at => new Noted(at, Some.Responder, said, false, Message: message));
        return room;
    }

    private static async Task<string> ExportAsync(EngineRoom room, string format) =>
        Encoding.UTF8.GetString((await new TranscriptWriter(room.Journal, room.Runbooks).WriteAsync(1, format, Token)).Content);

    private static async Task<TranscriptProof> ProveAsync(string text)
    {
        await using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await TranscriptCheck.VerifyAsync(stream, null, Token);
    }
}
