using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>
/// A search whose server does not keep still: something else starts the service, it hangs while stopping, the other volume fills up.
/// </summary>
public sealed class A_search_is_disturbed : IDisposable
{
    private const string Held = @"D:\ImcBotHold\INC-7\in",
        Elsewhere = @"E:\ImcBotHold\INC-7\in";

    private static readonly (string, string)[] Budget = [("starts", "6"), ("store-crashes", "4"), ("minutes", "40")];

    private readonly Bench _bench = new();
    private string _digest = "";
    private int _run;

    private FakeServer Server => _bench.Server;

    [Theory]
    [InlineData("move MSG00000")]
    [InlineData("move MSG00002")]
    [InlineData("move Queue.dat")]
    public async Task Something_else_that_starts_the_service_during_a_return_ends_the_round_in_safe_rest(string instant)
    {
        Fill("good", "BAD", "good", "good");
        await HoldAsync();
        StartAt(instant);

        var report = await ReturnAsync([0, 2, 3], stillHeld: [1]);

        AssertAtRest(report, found: 4);
        Assert.True(report.Round!.Counts.Accepted <= 3);
    }

    [Theory]
    [InlineData("move MSG00001")]
    [InlineData("move Queue.dat")]
    public async Task Something_else_that_starts_the_service_during_the_hold_ends_it_in_safe_rest(string instant)
    {
        Fill("good", "good", "good", "BAD");
        StartAt(instant);

        var report = await HoldAsync();

        AssertAtRest(report, found: 4);
        Assert.NotNull(report.Round!.Outline);
        Assert.DoesNotContain(report.Round.Outline.Weighed, message => message.Features.Contains(Defect.LockedAfterCrash));
    }

    [Fact]
    public async Task A_bad_message_that_was_exposed_by_something_else_crashes_the_store_and_convicts_nobody()
    {
        Fill("BAD", "good");
        await HoldAsync();
        StartAt("move MSG00001");

        var report = await ReturnAsync([0, 1], stillHeld: []);

        AssertAtRest(report, found: 2);
        Assert.Equal(new MessageCounts(2, 0, 0, 2, 0, 0, 0, 0), report.Round!.Counts);
        Assert.Equal("1", report.Data["crashes"]);
    }

    [Fact]
    public async Task After_a_disturbed_round_the_search_goes_on()
    {
        Fill("good", "BAD", "good");
        await HoldAsync();
        StartAt("move MSG00002");
        await ReturnAsync([0, 2], stillHeld: [1]);

        var report = await ReturnAsync([0, 2], stillHeld: [1]);

        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(new MessageCounts(3, 0, 0, 1, 2, 0, 0, 0), report.Round.Counts);
        Assert.Equal(["MSG00000", "MSG00002"], Server.Delivered.Order());
    }

    [Fact]
    public async Task Whatever_keeps_starting_the_service_is_told_and_nothing_is_lost()
    {
        Fill("good", "good");
        await HoldAsync();
        Server.Changing = what =>
        {
            if (what == "move Queue.dat" && Server.State(FakeServer.Imc) == ServiceState.Stopped)
            {
                Server.Start(FakeServer.Imc);
            }
        };

        var report = await ReturnAsync([0, 1], stillHeld: []);

        Assert.Equal(RoundVerdict.Unknown, report.Round!.Verdict);
        Assert.Contains("once more", report.Summary);
        Assert.Equal(2, Everywhere().Count());
        Assert.True(report.Round.Counts.IsBalanced);
        Assert.Equal(0, report.Round.Counts.Unknown);
    }

    [Fact]
    public async Task A_service_that_hangs_while_stopping_is_recognised_and_nothing_is_moved_or_convicted()
    {
        Fill("good", "BAD", "good");
        await HoldAsync();
        Server.StopHangs = true;
        var changes = Server.Record.Count;

        var report = await ReturnAsync([0, 2], stillHeld: [1]);

        Assert.Equal((Verdict.Unknown, RoundVerdict.Unknown), (report.Verdict, report.Round!.Verdict));
        Assert.Equal(FakeServer.Imc, report.Data["wedged"]);
        Assert.Contains("Q168883", report.Summary);
        Assert.Equal(new MessageCounts(3, 0, 0, 3, 0, 0, 0, 0), report.Round.Counts);
        Assert.Equal(["stop MSExchangeIMC"], Server.Record.Skip(changes).Select(change => change.What));
        Assert.Equal(ServiceState.StopPending, Server.State(FakeServer.Imc));
    }

    [Fact]
    public async Task A_service_that_hangs_before_the_hold_loses_no_mail_either()
    {
        Fill("good", "BAD");
        Server.SetState(FakeServer.Store, ServiceState.Running);
        Server.SetState(FakeServer.Imc, ServiceState.StopPending);

        var report = await HoldAsync();

        Assert.Equal(Verdict.Unknown, report.Verdict);
        Assert.Equal(FakeServer.Imc, report.Data["wedged"]);
        Assert.Equal(["MSG00000", "MSG00001"], Server.Names(FakeServer.In));
        Assert.Empty(Server.Record);
    }

    [Fact]
    public async Task After_its_process_was_ended_the_search_goes_on_where_it_was()
    {
        Fill("good", "BAD", "good");
        await HoldAsync();
        Server.StopHangs = true;
        await ReturnAsync([0, 2], stillHeld: [1]);
        await _bench.ActAsync(new Remedy([Call.To("service.kill", ("service", FakeServer.Imc))], null, [], []), new QuestionId(7, 4));
        Server.StopHangs = false;

        var report = await ReturnAsync([0, 2], stillHeld: [1]);

        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(["MSG00000", "MSG00002"], Server.Delivered);
    }

    [Fact]
    public async Task A_whole_search_with_its_hold_on_another_volume_ends_as_on_its_own()
    {
        Fill("good", "BAD", "good", "ARCHIVE");

        var hold = await HoldAsync(volume: "E:");
        Assert.Equal(["MSG00000", "MSG00001", "MSG00002", "MSG00003"], Server.Names(Elsewhere));
        var crash = await ReturnAsync([0, 1, 2], stillHeld: [3]);
        var run = await ReturnAsync([2, 3], stillHeld: [1]);
        var undo = await _bench.ActAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 4));

        Assert.Equal(
            [RoundVerdict.Ran, RoundVerdict.Crashed, RoundVerdict.Ran],
            new[] { hold, crash, run }.Select(report => report.Round!.Verdict)
        );
        Assert.Equal(new MessageCounts(4, 0, 0, 1, 2, 1, 0, 0), run.Round!.Counts);
        Assert.Equal(Elsewhere, hold.Round!.Outline!.Folder);
        Assert.All(_bench.Ledger.Messages(Bench.Question), message => Assert.NotNull(message.Sha256));
        Assert.Contains("net start", Server.Text(@"E:\ImcBotHold\INC-7\README.txt"));
        Assert.Equal(Verdict.Failed, undo.Verdict);
        Assert.Equal(["MSG00001"], Server.Names(FakeServer.In));
        Assert.Empty(Server.Names(Elsewhere));
    }

    [Theory]
    [InlineData(null, Held)]
    [InlineData("E:", Elsewhere)]
    public async Task A_message_whose_way_back_broke_off_after_its_copy_was_whole_is_taken_once(string? volume, string held)
    {
        Fill("good", "good", "good");
        await HoldAsync(volume);
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.Put($@"{FakeServer.In}\MSG00000", "good");

        var run = await ReturnAsync([1, 2], stillHeld: []);

        Assert.Equal(RoundVerdict.Ran, run.Round!.Verdict);
        Assert.Equal(new MessageCounts(3, 0, 0, 0, 3, 0, 0, 0), run.Round.Counts);
        Assert.Equal(["MSG00000", "MSG00001", "MSG00002"], Server.Delivered.Order(StringComparer.Ordinal));
        Assert.Empty(Server.Names(held));
    }

    [Fact]
    public async Task The_plan_says_that_mail_is_copied_and_verified_to_the_other_volume()
    {
        Fill("good");

        var (plan, _) = await _bench.PlanAsync(Search("E:"));

        Assert.Contains("to E:, copied and verified", plan.Effects[0].Does);
    }

    [Theory]
    [InlineData(2L << 30, null, "would leave less")]
    [InlineData(8L << 30, @"E:\Exchsrvr\Mdbdata\Priv.edb", "holds")]
    public async Task No_search_is_planned_onto_a_volume_that_is_full_or_holds_a_database(long free, string? database, string why)
    {
        Fill("good");
        Server.Free["E:"] = free;
        if (database is not null)
        {
            Server.Put(database, "x");
        }

        var refusal = await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Search("E:")));

        Assert.Contains(why, refusal.Message);
    }

    [Fact]
    public async Task A_volume_that_filled_up_since_the_plan_voids_the_hold()
    {
        Fill("good", "good");
        await PlanAsync("E:");
        Server.Free["E:"] = 1L << 30;

        var report = await RoundAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("would leave less", report.Data["voided"]);
        Assert.Equal(["MSG00000", "MSG00001"], Server.Names(FakeServer.In));
        Assert.Null(_bench.Ledger.FindSearch(Bench.Question));
    }

    [Fact]
    public async Task A_search_goes_on_under_another_question_from_what_the_first_one_holds()
    {
        Fill("good", "BAD", "good");
        await HoldAsync();
        var more = new QuestionId(7, 9);
        var (plan, digest) = await _bench.PlanAsync(
            new Remedy([Call.To("mail.search", [.. Budget, ("continues", Bench.Question.ToString())])], null, [], []),
            more
        );

        var hold = await _bench.RunAsync(
            new RunId(more, 1),
            digest,
            plan.Impact,
            new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null)
        );
        var report = await _bench.RunAsync(
            new RunId(more, 2),
            digest,
            plan.Impact,
            new RoundOrder(RoundKind.Return, IndexSet.Of(0, 2), IndexSet.Of(1), Digest)
        );
        var undo = await _bench.ActAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 10));

        Assert.Contains("go on with the search of INC-7/3, which holds 3 messages", plan.Effects[0].Does);
        Assert.Equal(Verdict.Failed, hold.Verdict);
        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(["MSG00000", "MSG00002"], Server.Delivered);
        Assert.Null(_bench.Ledger.FindSearch(more));
        Assert.Equal(Verdict.Failed, undo.Verdict);
        Assert.Equal(["MSG00001"], Server.Names(FakeServer.In));
    }

    [Fact]
    public async Task A_relay_that_dies_in_a_continued_search_comes_to_safe_rest()
    {
        Fill("good", "BAD", "good");
        await HoldAsync();
        var more = new QuestionId(7, 9);
        var (plan, digest) = await _bench.PlanAsync(
            new Remedy([Call.To("mail.search", [.. Budget, ("continues", Bench.Question.ToString())])], null, [], []),
            more
        );
        _bench.KillBefore(3);
        await Assert.ThrowsAsync<KilledException>(() =>
            _bench.RunAsync(
                new RunId(more, 1),
                digest,
                plan.Impact,
                new RoundOrder(RoundKind.Return, IndexSet.Of(0, 1), IndexSet.Of(2), Digest)
            )
        );
        Server.Changing = null;

        _bench.Reopen();
        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        var report = _bench.Ledger.FinishedReport(new RunId(more, 1), JobKind.Act)!;
        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
        Assert.Equal(3, report.Round!.Counts.Held);
        Assert.Null(_bench.Ledger.UnrestingSearch());
    }

    [Fact]
    public async Task Only_a_search_that_is_known_here_can_be_continued()
    {
        var refusal = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(new Remedy([Call.To("mail.search", [.. Budget, ("continues", "INC-9/1")])], null, [], []))
        );

        Assert.Contains("INC-9/1", refusal.Message);
    }

    public void Dispose() => _bench.Dispose();

    private string? Digest => _bench.Ledger.FindSearch(Bench.Question)!.Digest;

    private static Remedy Search(string? volume = null) =>
        new([Call.To("mail.search", volume is null ? Budget : [.. Budget, ("volume", volume)])], null, [], []);

    private void AssertAtRest(Report report, int found)
    {
        Assert.Equal((Verdict.Unknown, RoundVerdict.Unknown), (report.Verdict, report.Round!.Verdict));
        Assert.Contains("Something else started MSExchangeIMC", report.Summary);
        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
        Assert.Equal(found, Everywhere().Distinct().Count());
        Assert.Equal(found, Everywhere().Count());
        Assert.True(report.Round.Counts.IsBalanced);
        Assert.Equal((0, 0), (report.Round.Counts.Unknown, report.Round.Counts.InQueue));
        Assert.Null(_bench.Ledger.UnrestingSearch());
    }

    private IEnumerable<string> Everywhere() =>
        Server.Delivered.Concat(new[] { FakeServer.In, FakeServer.In + @"\Archive", Held }.SelectMany(Server.Names));

    /// <summary>A person, or a watchdog, starts the service with the store just before that change.</summary>
    private void StartAt(string instant) =>
        Server.Changing = what =>
        {
            if (what.StartsWith(instant, StringComparison.Ordinal))
            {
                Server.Changing = null;
                Server.SetState(FakeServer.Store, ServiceState.Running);
                Server.Start(FakeServer.Imc);
            }
        };

    private void Fill(params string[] texts)
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.SetState(FakeServer.Store, ServiceState.Stopped);
        for (var index = 0; index < texts.Length; index++)
        {
            Server.Put($@"{FakeServer.In}\MSG{index:00000}", texts[index]);
        }
    }

    private async Task PlanAsync(string? volume = null) => (_, _digest) = await _bench.PlanAsync(Search(volume));

    private async Task<Report> HoldAsync(string? volume = null)
    {
        await PlanAsync(volume);
        return await RoundAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
    }

    private Task<Report> ReturnAsync(int[] messages, int[] stillHeld) =>
        RoundAsync(
            new RoundOrder(RoundKind.Return, IndexSet.Of((IEnumerable<int>)messages), IndexSet.Of((IEnumerable<int>)stillHeld), Digest)
        );

    private Task<Report> RoundAsync(RoundOrder order) =>
        _bench.RunAsync(new RunId(Bench.Question, ++_run), _digest, Impact.Disruptive, order);
}
