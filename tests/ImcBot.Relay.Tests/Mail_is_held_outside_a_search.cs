using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What is done with mail outside the rounds of a search: held, returned, replayed from the archive, deleted, looked at.</summary>
public sealed class Mail_is_held_outside_a_search : IDisposable
{
    private const string Out = FakeServer.Imcdata + @"\Out",
        Held = @"D:\ImcBotHold\INC-7\in",
        HeldOut = @"D:\ImcBotHold\INC-7\out",
        Archive = FakeServer.In + @"\Archive";

    private static readonly Call Start = Call.To("service.start", ("service", FakeServer.Imc));

    private readonly Bench _bench = new();
    private int _question = 10;

    private FakeServer Server => _bench.Server;

    [Fact]
    public async Task Out_is_held_by_rename_and_its_undo_brings_it_back()
    {
        Server.Put(Out + @"\OUT00001", "to somebody");
        Server.Put(Out + @"\OUT00002", "to somebody else");

        var held = await DoAsync(Call.To("mail.hold", ("folder", "Out")));
        var names = Server.Names(HeldOut).ToList();
        var undo = await UndoAsync(held.Run.Question);

        Assert.Equal(["OUT00001", "OUT00002"], names);
        Assert.Equal((Verdict.Clear, Verdict.Clear), (held.Verdict, undo.Verdict));
        Assert.Equal(["OUT00001", "OUT00002"], Server.Names(Out));
        Assert.NotNull(Server.Text(FakeServer.Imcdata + @"\Queue.r1.dat"));
    }

    [Fact]
    public async Task The_plan_for_out_says_that_outbound_mail_may_repeat()
    {
        var (plan, _) = await _bench.PlanAsync(Of(Call.To("mail.hold", ("folder", "Out"))));

        Assert.Contains("may arrive twice", plan.Effects[0].Does);
        Assert.Contains(plan.Risks, risk => risk.Contains("arrive twice", StringComparison.Ordinal));
        Assert.Equal(Impact.Disruptive, plan.Impact);
    }

    [Fact]
    public async Task Only_in_and_out_can_be_held() =>
        await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Of(Call.To("mail.hold", ("folder", "Pickup")))));

    [Theory]
    [InlineData(1L << 30, null, "would leave less")]
    [InlineData(8L << 30, @"E:\Exchsrvr\Mdbdata\Pub.edb", "holds")]
    [InlineData(8L << 30, @"E:\Exchsrvr\Mdbdata\edb00012.log", "holds")]
    public async Task Another_volume_must_stay_free_and_hold_no_database(long free, string? database, string why)
    {
        Server.Free["E:"] = free;
        if (database is not null)
        {
            Server.Put(database, "x");
        }

        var refusal = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(Of(Call.To("mail.hold", ("folder", "In"), ("volume", "E:"))))
        );

        Assert.Contains(why, refusal.Message);
    }

    [Theory]
    [InlineData("D:")]
    [InlineData("E:")]
    public async Task A_copy_that_was_whole_already_is_no_second_message(string volume)
    {
        Server.Put(FakeServer.In + @"\MSG00000", "good");
        Server.Put(FakeServer.In + @"\MSG00001", "other");
        Server.Put($@"{volume}\ImcBotHold\INC-7\in\MSG00000", "good");
        Server.Put($@"{volume}\ImcBotHold\INC-7\in\MSG00001", "something else");
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);

        var held = await DoAsync(Call.To("mail.hold", ("folder", "In"), ("volume", volume)));

        Assert.Equal(["MSG00001"], Server.Names(FakeServer.In));
        Assert.Equal(Verdict.Unknown, held.Verdict);
    }

    [Fact]
    public async Task What_a_relay_had_copied_back_when_it_died_is_returned_once_and_taken_once()
    {
        var question = await HoldInAsync("good", "better");
        Server.Put(FakeServer.In + @"\MSG00000", "good");

        var report = await DoAsync(new Remedy([Call.To("mail.return", ("question", question.ToString()))], null, [], [Start]));
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        var again = await Assert.ThrowsAsync<HostException>(() => DoAsync(Call.To("mail.return", ("question", question.ToString()))));

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(["MSG00000", "MSG00001"], Server.Delivered.Order(StringComparer.Ordinal));
        Assert.Empty(Server.Names(Held));
        Assert.Contains("holds nothing of that any more", again.Message);
    }

    [Fact]
    public async Task Messages_are_returned_by_number_and_a_changed_one_stays()
    {
        var question = await HoldInAsync("good", "better", "best");
        Server.Put(Held + @"\MSG00002", "tampered");

        var report = await DoAsync(Call.To("mail.return", ("question", question.ToString()), ("messages", "1,2")));

        Assert.Equal(["MSG00001"], Server.Names(FakeServer.In));
        Assert.Equal(["MSG00000", "MSG00002"], Server.Names(Held));
        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("another hash", report.Summary);
    }

    [Fact]
    public async Task All_that_is_held_goes_back_and_the_start_that_was_asked_for_follows()
    {
        var question = await HoldInAsync("good", "better");

        var report = await DoAsync(new Remedy([Call.To("mail.return", ("question", question.ToString()))], null, [], [Start]));

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(["MSG00000", "MSG00001"], Server.Delivered);
    }

    [Fact]
    public async Task Old_mail_is_returned_with_a_warning()
    {
        Server.Put(FakeServer.In + @"\MSG00000", "from last week", TimeSpan.FromDays(7));
        var question = await HoldInAsync("from today");

        var (plan, _) = await _bench.PlanAsync(Of(Call.To("mail.return", ("question", question.ToString()))), new QuestionId(7, 90));

        Assert.Contains("1 of them came more than 24 hours ago", plan.Effects[0].Does);
    }

    [Fact]
    public async Task What_is_not_held_any_more_cannot_be_returned()
    {
        var question = await HoldInAsync("good");
        await DoAsync(Call.To("mail.return", ("question", question.ToString())));

        await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(Of(Call.To("mail.return", ("question", question.ToString()), ("messages", "0"))))
        );
        await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Of(Call.To("mail.return", ("question", "INC-7/77")))));
    }

    [Fact]
    public async Task Mail_that_a_starved_store_archived_is_replayed_and_what_is_called_bad_is_not()
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        foreach (var name in new[] { "INNOCEN1", "CULPRIT1", "DELIVER1" })
        {
            Server.Put($@"{Archive}\{name}", "good");
        }

        Server.Write(FakeServer.Imc, 4117, "INNOCEN1");
        Server.Write(FakeServer.Imc, 4117, "CULPRIT1");
        Server.Write("MSExchangeIS", 12007, "CULPRIT1");

        var suspects = await _bench
            .Actions.Checks["mail.suspects"]
            .CheckAsync(Call.To("mail.suspects"), _bench.Site, CancellationToken.None);
        var report = await DoAsync(new Remedy([Call.To("mail.replay")], null, [], [Start]));

        Assert.Equal("1", suspects.Data["archived"]);
        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(["INNOCEN1"], Server.Delivered);
        Assert.Equal(["CULPRIT1", "DELIVER1"], Server.Names(Archive));
    }

    [Fact]
    public async Task Held_mail_is_deleted_only_after_its_time_and_only_what_was_listed()
    {
        var question = await HoldInAsync("bad", "worse", "good");
        var delete = Call.To("mail.delete", ("question", question.ToString()), ("messages", "0,1"), ("held-for", "7d"));

        var early = await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Of(delete)));
        _bench.Time.Advance(TimeSpan.FromDays(8));
        var report = await DoAsync(delete);

        Assert.Contains("is kept for another", early.Message);
        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(["MSG00002"], Server.Names(Held));
        Assert.Equal([Place.Deleted, Place.Deleted, Place.Held], _bench.Ledger.Messages(question).Select(message => message.Place));
    }

    [Fact]
    public async Task A_deletion_that_broke_off_is_finished_and_nothing_else_is_deleted()
    {
        var kills = 0;
        for (var change = 1; await DeletionDiesAsync(change); change++)
        {
            kills++;
        }

        Assert.Equal(3, kills);
    }

    [Fact]
    public async Task What_had_vanished_before_it_could_be_deleted_is_unknown_and_not_called_deleted()
    {
        var question = await HoldInAsync("bad", "worse");
        _bench.Time.Advance(TimeSpan.FromDays(8));

        var report = await _bench.ActAsync(
            Of(Call.To("mail.delete", ("question", question.ToString()), ("messages", "0,1"), ("held-for", "7d"))),
            new QuestionId(7, 91),
            () => Server.Delete(Held + @"\MSG00001", Server.IdOf(Held + @"\MSG00001"))
        );

        Assert.Contains("had vanished: MSG00001", report.Summary);
        Assert.Equal([Place.Deleted, Place.Unknown], _bench.Ledger.Messages(question).Select(message => message.Place));
    }

    [Fact]
    public async Task A_message_replaced_between_plan_and_deletion_stays()
    {
        var question = await HoldInAsync("bad");
        _bench.Time.Advance(TimeSpan.FromDays(8));

        await _bench.ActAsync(
            Of(Call.To("mail.delete", ("question", question.ToString()), ("messages", "0"), ("held-for", "7d"))),
            new QuestionId(7, 91),
            () => Server.Put(Held + @"\MSG00000", "another")
        );

        Assert.Equal(["MSG00000"], Server.Names(Held));
        Assert.Equal(Place.Held, _bench.Ledger.Messages(question)[0].Place);
    }

    [Fact]
    public async Task Headers_are_told_without_recipients_and_without_the_body()
    {
        var question = await HoldInAsync(
            "ImCr\u0001peer\0bob@example.com\0EwLsReceived: from a by b\r\n for <bob@example.com>; Mon, 2 Mar 2026 02:40:00 "
                + "+0000\r\nTo: Bob <bob@example.com>,\r\n carol@example.com\r\nSubject: offer\r\nFrom: "
                + "ann@shop.example.com\r\n\r\nbody for "
                + "bob@example.com\r\n"
        );

        var finding = await _bench
            .Actions.Checks["mail.headers"]
            .CheckAsync(Call.To("mail.headers", ("question", question.ToString()), ("message", "0")), _bench.Site, CancellationToken.None);

        Assert.Contains("Subject: offer", finding.Data["headers"]);
        Assert.Contains("From: ann@shop.example.com", finding.Data["headers"]);
        Assert.DoesNotContain("bob@", finding.Data["headers"]);
        Assert.DoesNotContain("carol@", finding.Data["headers"]);
        Assert.DoesNotContain("body", finding.Data["headers"]);
        Assert.DoesNotContain("Subject", finding.Summary);
    }

    [Fact]
    public async Task Paused_inbound_mail_really_stops_and_the_undo_takes_it_again()
    {
        var pause = await DoAsync(Call.To("inbound.pause", ("service", FakeServer.Imc)));
        var paused = await Server.GreetingAsync(25, CancellationToken.None);
        var port = await _bench
            .Actions.Checks["port.answers"]
            .CheckAsync(Call.To("port.answers", ("port", "25")), _bench.Site, CancellationToken.None);
        var again = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(Of(Call.To("inbound.pause", ("service", FakeServer.Imc))))
        );
        var undo = await UndoAsync(pause.Run.Question);

        Assert.Equal((Verdict.Clear, Verdict.Clear, Verdict.Clear), (pause.Verdict, undo.Verdict, port.Verdict));
        Assert.Null(paused);
        Assert.Contains("already", again.Message);
        Assert.Equal(TransferMode.InboundAndOutbound, Server.Mode);
        Assert.NotNull(await Server.GreetingAsync(25, CancellationToken.None));
    }

    [Theory]
    [InlineData("mail.hold")]
    [InlineData("mail.return")]
    [InlineData("mail.replay")]
    [InlineData("inbound.pause")]
    [InlineData("undo")]
    public async Task A_relay_that_dies_before_any_change_finishes_it(string use)
    {
        var kills = 0;
        for (var change = 1; await DiesAsync(use, change); change++)
        {
            kills++;
        }

        Assert.True(kills > 2, $"only {kills} changes were interrupted");
    }

    public void Dispose() => _bench.Dispose();

    private static async Task<bool> DiesAsync(string use, int change)
    {
        using var test = new Mail_is_held_outside_a_search();
        var bench = test._bench;
        bench.Server.Put(Archive + @"\INNOCEN1", "good");
        bench.Server.Write(FakeServer.Imc, 4117, "INNOCEN1");
        var held = await test.HoldInAsync("good", "better", "best");
        var remedy = use switch
        {
            "mail.hold" => new Remedy([Call.To("mail.hold", ("folder", "Out"))], null, [], [Start]),
            "mail.return" => new Remedy([Call.To("mail.return", ("question", held.ToString()))], null, [], [Start]),
            "mail.replay" => new Remedy([Call.To("mail.replay")], null, [], [Start]),
            "inbound.pause" => new Remedy([Call.To("inbound.pause", ("service", FakeServer.Imc))], null, [], [Start]),
            _ => Remedy.Undo(held),
        };
        bench.Server.Put(Out + @"\OUT00001", "to somebody");
        bench.Server.SetState(FakeServer.Imc, ServiceState.Running);
        if (!await DiesAsync(bench, remedy, change))
        {
            return false;
        }

        var report = bench.Waiting().Last();
        Assert.True(report.Verdict == Verdict.Clear, $"{use} killed before change {change}: {report.Verdict} {report.Summary}");
        Assert.Equal(ServiceState.Running, bench.Server.State(FakeServer.Imc));
        var places = bench
            .Server.Delivered.Concat(
                new[] { FakeServer.In, Archive, Held, @"D:\ImcBotHold\INC-7-50\out", Out }.SelectMany(bench.Server.Names)
            )
            .Order();
        Assert.Equal(["INNOCEN1", "MSG00000", "MSG00001", "MSG00002", "OUT00001"], places);
        return true;
    }

    /// <summary>Runs a remedy, dies before a change and recovers as at the next start; false when the remedy has no such change.</summary>
    private static async Task<bool> DiesAsync(Bench bench, Remedy remedy, int change)
    {
        var (plan, digest) = await bench.PlanAsync(remedy, new QuestionId(7, 50));
        bench.KillBefore(change);
        try
        {
            await bench.RunAsync(new RunId(new QuestionId(7, 50), 1), digest, plan.Impact);
            return false;
        }
        catch (KilledException)
        {
            bench.Server.Changing = null;
            bench.Reopen();
        }

        await bench.Desk.Unasked.RecoverAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Deletes three of five held messages and dies before a change.</summary>
    private static async Task<bool> DeletionDiesAsync(int change)
    {
        using var test = new Mail_is_held_outside_a_search();
        var bench = test._bench;
        var question = await test.HoldInAsync("bad", "good", "worse", "worst", "good");
        bench.Time.Advance(TimeSpan.FromDays(8));
        if (
            !await DiesAsync(
                bench,
                Of(Call.To("mail.delete", ("question", question.ToString()), ("messages", "0,2,3"), ("held-for", "7d"))),
                change
            )
        )
        {
            return false;
        }

        var report = bench.Waiting().Last();
        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(change > 1, report.Summary.Contains("had been deleted before the relay was restarted", StringComparison.Ordinal));
        Assert.Equal(["MSG00001", "MSG00004"], bench.Server.Names(Held));
        Assert.Equal(
            [Place.Deleted, Place.Held, Place.Deleted, Place.Deleted, Place.Held],
            bench.Ledger.Messages(question).Select(message => message.Place)
        );
        return true;
    }

    private static Remedy Of(Call call) => new([call], null, [], []);

    private async Task<QuestionId> HoldInAsync(params string[] texts)
    {
        var first = Server.Names(FakeServer.In).Count();
        for (var index = 0; index < texts.Length; index++)
        {
            Server.Put($@"{FakeServer.In}\MSG{first + index:00000}", texts[index]);
        }

        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        var held = await DoAsync(Call.To("mail.hold", ("folder", "In")));
        Assert.Equal(Verdict.Clear, held.Verdict);
        return held.Run.Question;
    }

    private Task<Report> DoAsync(Call call) => DoAsync(Of(call));

    private Task<Report> DoAsync(Remedy remedy) => _bench.ActAsync(remedy, new QuestionId(7, _question++));

    private Task<Report> UndoAsync(QuestionId of) => _bench.ActAsync(Remedy.Undo(of), new QuestionId(7, _question++));
}
