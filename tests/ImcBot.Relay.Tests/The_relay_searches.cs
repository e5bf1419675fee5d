using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class The_relay_searches : IDisposable
{
    private static readonly Remedy Search = new(
        [Call.To("mail.search", ("starts", "6"), ("store-crashes", "4"), ("minutes", "40"))],
        null,
        [],
        []
    );

    private readonly Bench _bench = new();
    private string _digest = "";
    private int _run;

    [Fact]
    public async Task Hold_moves_all_mail_aside_and_the_service_runs_on_the_empty_spool()
    {
        Fill("good", "BAD", "good");

        var report = await HoldAsync();

        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(3, report.Round.Outline!.Count);
        Assert.Equal(new MessageCounts(3, 0, 0, 3, 0, 0, 0, 0), report.Round.Counts);
        Assert.Equal(ServiceState.Running, _bench.Server.State(FakeServer.Imc));
        Assert.Equal(["MSG00000", "MSG00001", "MSG00002"], _bench.Server.Names(@"D:\ImcBotHold\INC-7\in"));
        Assert.NotNull(_bench.Server.Text(FakeServer.Imcdata + @"\Queue.r1.dat"));
        Assert.Contains("net start MSExchangeIMC", _bench.Server.Text(@"D:\ImcBotHold\INC-7\README.txt"));
    }

    [Fact]
    public async Task Manifest_goes_out_as_a_blob_before_the_report_that_names_it()
    {
        Fill("good", "BAD");

        var report = await HoldAsync();

        var letters = _bench.Ledger.Waiting(10);
        var blob = Assert.Single(letters, letter => letter.Kind == "blob");
        Assert.Equal(report.Round!.Outline!.Digest, blob.Name);
        Assert.Equal(blob.Name, ContentDigest.Of(blob.Body));
        Assert.True(blob.Id < letters.Single(letter => letter.Kind == "report").Id);
    }

    [Fact]
    public async Task Returning_good_mail_runs_and_counts_it_as_accepted()
    {
        Fill("good", "BAD", "good");
        await HoldAsync();

        var report = await ReturnAsync([0, 2], stillHeld: [1]);

        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(IndexSet.Of(0, 2), report.Round.Accepted);
        Assert.Equal(new MessageCounts(3, 0, 0, 1, 2, 0, 0, 0), report.Round.Counts);
        Assert.Equal(["MSG00000", "MSG00002"], _bench.Server.Delivered);
        Assert.NotNull(report.Round.FirstAcceptedAt);
    }

    [Fact]
    public async Task A_bad_message_crashes_its_round_and_the_order_of_delivery_points_at_it()
    {
        Fill("good", "good", "BAD", "good");
        await HoldAsync();

        var report = await ReturnAsync([0, 1, 2, 3], stillHeld: []);

        Assert.Equal(RoundVerdict.Crashed, report.Round!.Verdict);
        Assert.Equal(Verdict.Finding, report.Verdict);
        Assert.True(report.Round.Crashed);
        Assert.Equal(2, report.Round.FirstUnaccepted);
        Assert.Equal(IndexSet.Of(2), report.Round.PossibleDuplicates);
        Assert.Equal(IndexSet.Of(0, 1), report.Round.Accepted);
        Assert.Equal(IndexSet.Of(2, 3), report.Round.InQueue);
        Assert.Equal("1", report.Data["crashes"]);
        Assert.True(report.Round.Counts.IsBalanced);
    }

    [Fact]
    public async Task An_event_that_names_the_file_is_told()
    {
        Fill("good", "BAD NAMED");
        await HoldAsync();

        var report = await ReturnAsync([0, 1], stillHeld: []);

        Assert.Equal(IndexSet.Of(1), report.Round!.Named);
    }

    [Fact]
    public async Task Names_from_before_the_hold_are_in_the_outline()
    {
        Fill("good", "BAD NAMED");
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Running);
        _bench.Server.SetState(FakeServer.Store, ServiceState.Running);
        await _bench.Server.ListAsync(CancellationToken.None);
        await _bench.Server.ListAsync(CancellationToken.None);
        Assert.Equal(ServiceState.Stopped, _bench.Server.State(FakeServer.Imc));

        var report = await HoldAsync();

        Assert.Equal(IndexSet.Of(0), report.Round!.Outline!.Named);
        Assert.Equal(1, report.Round.Outline.Count);
    }

    [Fact]
    public async Task Suspects_are_withdrawn_before_the_next_start()
    {
        Fill("good", "BAD", "good");
        await HoldAsync();
        await ReturnAsync([0, 1, 2], stillHeld: []);

        var report = await ReturnAsync([2], stillHeld: [1]);

        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(new MessageCounts(3, 0, 0, 1, 2, 0, 0, 0), report.Round.Counts);
        Assert.Equal(["MSG00001"], _bench.Server.Names(@"D:\ImcBotHold\INC-7\in"));
    }

    [Fact]
    public async Task Queue_dat_is_set_aside_under_a_new_name_every_round()
    {
        Fill("good", "good");
        await HoldAsync();
        await ReturnAsync([0], stillHeld: [1]);
        await ReturnAsync([1], stillHeld: []);

        Assert.Equal(["Queue.dat", "Queue.r1.dat", "Queue.r2.dat", "Queue.r3.dat"], _bench.Server.Names(FakeServer.Imcdata));
    }

    [Fact]
    public async Task A_message_that_the_service_archives_is_counted_as_archived()
    {
        Fill("good", "ARCHIVE");
        await HoldAsync();

        var report = await ReturnAsync([0, 1], stillHeld: []);

        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(IndexSet.Of(1), report.Round.Archived);
        Assert.Equal(new MessageCounts(2, 0, 0, 0, 1, 1, 0, 0), report.Round.Counts);
    }

    [Fact]
    public async Task A_message_that_stops_all_progress_is_a_hang()
    {
        Fill("good", "HANG", "good");
        await HoldAsync();

        var report = await ReturnAsync([0, 1, 2], stillHeld: []);

        Assert.Equal(RoundVerdict.Hung, report.Round!.Verdict);
        Assert.Equal(1, report.Round.FirstUnaccepted);
        Assert.True(report.Round.Counts.IsBalanced);
    }

    [Fact]
    public async Task Mail_that_waits_for_disk_space_is_no_hang()
    {
        Fill("good", "HANG");
        await HoldAsync();
        _bench.Server.Started = () => _bench.Server.Write(FakeServer.Imc, 3018);

        var report = await ReturnAsync([0, 1], stillHeld: []);

        Assert.Equal(RoundVerdict.Unknown, report.Round!.Verdict);
    }

    [Fact]
    public async Task Arrivals_get_indexes_behind_the_held_ones_and_are_counted()
    {
        Fill("good", "good");
        await HoldAsync();
        _bench.Server.Started = () => Put("NEW00001", "HANG");

        var report = await ReturnAsync([0, 1], stillHeld: []);

        Assert.Equal(1, report.Round!.Arrived);
        Assert.True(report.Round.InQueue.Contains(2));
        Assert.Equal(new MessageCounts(2, 1, 1, 0, 2, 0, 0, 0), report.Round.Counts);
    }

    [Fact]
    public async Task Rest_holds_what_crashed_and_brings_the_service_up()
    {
        Fill("good", "BAD", "good");
        await HoldAsync();
        await ReturnAsync([0, 1, 2], stillHeld: []);

        var report = await RoundAsync(new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, Digest));

        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(ServiceState.Running, _bench.Server.State(FakeServer.Imc));
        Assert.Equal(new MessageCounts(3, 0, 0, 2, 1, 0, 0, 0), report.Round.Counts);
    }

    [Fact]
    public async Task Rest_leaves_a_service_alone_that_rests_already()
    {
        Fill("good", "BAD");
        await HoldAsync();
        await ReturnAsync([0], stillHeld: [1]);
        var changes = _bench.Server.Record.Count;

        var report = await RoundAsync(new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Of(1), Digest));

        Assert.Equal(RoundVerdict.Ran, report.Round!.Verdict);
        Assert.Equal(changes, _bench.Server.Record.Count);
    }

    [Fact]
    public async Task An_order_for_another_manifest_moves_nothing()
    {
        Fill("good", "good");
        await HoldAsync();
        var changes = _bench.Server.Record.Count;

        var report = await RoundAsync(new RoundOrder(RoundKind.Return, IndexSet.Of(0), IndexSet.Empty, "0123"));

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Equal(changes, _bench.Server.Record.Count);
    }

    [Fact]
    public async Task More_mail_than_was_approved_voids_the_hold()
    {
        Fill("good");
        await PlanAsync();
        Fill([.. Enumerable.Repeat("good", 200)]);

        var report = await RoundAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("were approved", report.Data["voided"]);
        Assert.Empty(_bench.Server.Names(@"D:\ImcBotHold\INC-7\in"));
    }

    [Fact]
    public async Task A_file_that_something_has_open_is_told_and_nothing_is_started()
    {
        Fill("good", "good");
        _bench.Server.Locked.Add(FakeServer.In + @"\MSG00001");

        var report = await HoldAsync();

        Assert.Equal(RoundVerdict.Unknown, report.Round!.Verdict);
        Assert.Contains("MSG00001", report.Summary);
        Assert.Contains(report.Round.Outline!.Weighed, message => message.Features.Contains(Defect.LockedAfterCrash));
        Assert.Equal(ServiceState.Stopped, _bench.Server.State(FakeServer.Imc));
        Assert.True(report.Round.Counts.IsBalanced);
    }

    [Fact]
    public async Task Undo_puts_all_held_mail_back_with_the_same_hash()
    {
        Fill("one", "BAD two", "three");
        await HoldAsync();
        _bench.Server.Put(@"D:\ImcBotHold\INC-7\in\MSG00002", "tampered");

        var report = await _bench.ActAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 4));

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("2 of 3", report.Summary);
        Assert.Equal("tampered", _bench.Server.Text(@"D:\ImcBotHold\INC-7\in\MSG00002"));
    }

    [Fact]
    public async Task Undo_of_a_crashed_search_leaves_the_server_as_it_was_found()
    {
        Fill("one", "BAD two");
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        await HoldAsync();
        await ReturnAsync([0, 1], stillHeld: []);

        var report = await _bench.ActAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 4));

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(["MSG00001"], _bench.Server.Names(FakeServer.In));
        Assert.Equal("BAD two", _bench.Server.Text(FakeServer.In + @"\MSG00001"));
    }

    [Theory]
    [InlineData("move MSG00001")]
    [InlineData("move Queue.dat")]
    [InlineData("write")]
    [InlineData("start MSExchangeIMC")]
    public async Task A_relay_that_dies_while_holding_comes_to_safe_rest_and_tells_what_is_true(string instant)
    {
        Fill("good", "BAD", "good");
        await PlanAsync();
        DieAt(instant);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RoundAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null))
        );
        _bench.Server.Changing = null;

        _bench.Reopen();
        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        var report = _bench.Ledger.FinishedReport(new RunId(Bench.Question, 1), JobKind.Act)!;
        Assert.Equal(ServiceState.Running, _bench.Server.State(FakeServer.Imc));
        Assert.Equal(3, report.Round!.Counts.Held);
        Assert.True(report.Round.Counts.IsBalanced);
        Assert.Equal(3, _bench.Server.Names(@"D:\ImcBotHold\INC-7\in").Count());
        Assert.All(_bench.Ledger.Messages(Bench.Question), message => Assert.NotNull(message.Sha256));
    }

    [Theory]
    [InlineData("move MSG00002")]
    [InlineData("move Queue.dat")]
    [InlineData("start MSExchangeIMC")]
    public async Task A_relay_that_dies_while_returning_comes_to_safe_rest(string instant)
    {
        Fill("good", "BAD", "good");
        await HoldAsync();
        DieAt(instant);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReturnAsync([0, 2], stillHeld: [1]));
        _bench.Server.Changing = null;

        _bench.Reopen();
        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        var report = _bench.Ledger.FinishedReport(new RunId(Bench.Question, 2), JobKind.Act)!;
        Assert.True(report.Round!.Counts.IsBalanced);
        Assert.Equal(3, report.Round.Counts.Held + report.Round.Counts.Accepted);
        Assert.Equal(ServiceState.Running, _bench.Server.State(FakeServer.Imc));
    }

    [Fact]
    public async Task An_abandoned_search_goes_to_safe_rest_by_itself()
    {
        Fill("good", "BAD");
        await HoldAsync();
        await ReturnAsync([0, 1], stillHeld: []);
        Assert.NotNull(_bench.Ledger.UnrestingSearch());

        await _bench.Desk.Unasked.RestAsync(CancellationToken.None);

        Assert.Null(_bench.Ledger.UnrestingSearch());
        Assert.Equal(ServiceState.Running, _bench.Server.State(FakeServer.Imc));
        Assert.Equal(["MSG00001"], _bench.Server.Names(@"D:\ImcBotHold\INC-7\in"));
    }

    [Fact]
    public async Task Riders_and_a_restart_of_the_store_go_with_the_first_round()
    {
        Fill("good");
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        _bench.Server.Set(Installation.StoreParameters, RegistryValue.Dword("Max Threads (Public+Private)", 5));
        await PlanAsync(
            Search with
            {
                Riders = [Call.To("threads.set", ("value", "50"))],
                Starts = [Call.To("service.restart", ("service", FakeServer.Store))],
            }
        );

        var report = await RoundAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));

        Assert.Equal(["threads.set", "service.restart", "mail.search"], report.Effects!.Select(effect => effect.Use));
        Assert.Equal("50", _bench.Server.Value(Installation.StoreParameters, "Max Threads (Public+Private)"));
        var changes = _bench.Server.Record.Select(change => change.What).ToList();
        Assert.True(changes.IndexOf("stop MSExchangeIS") < changes.IndexOf("start MSExchangeIMC"));
    }

    [Fact]
    public async Task A_round_that_the_server_is_away_for_is_used_up_without_a_change_and_the_next_run_follows_it()
    {
        Fill("good", "good");
        await HoldAsync();
        var changes = _bench.Server.Record.Count;
        _bench.Server.IsAway = true;

        var report = await ReturnAsync([0, 1], stillHeld: []);

        Assert.Equal((Verdict.Unknown, "the server has stopped answering"), (report.Verdict, report.Data["voided"]));
        Assert.Equal(changes, _bench.Server.Record.Count);
        _bench.Server.IsAway = false;
        Assert.Equal(RoundVerdict.Ran, (await ReturnAsync([0, 1], stillHeld: [])).Round!.Verdict);
        Assert.Equal(2, _bench.Server.Delivered.Count);
    }

    [Fact]
    public async Task Safe_rest_of_a_search_that_moved_nothing_says_so()
    {
        Fill("good");
        await PlanAsync();

        var report = await RoundAsync(new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, null));

        Assert.Equal("its first round broke off before anything was moved", report.Data["voided"]);
    }

    [Theory]
    [InlineData("stop MSExchangeIMC")]
    [InlineData("move")]
    [InlineData("start MSExchangeIMC")]
    public async Task A_hold_that_broke_off_with_the_server_is_finished_by_safe_rest(string instant)
    {
        Fill("good", "BAD", "good");
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Running);
        await PlanAsync();
        _bench.Server.Changing = what =>
        {
            if (what.StartsWith(instant, StringComparison.Ordinal))
            {
                _bench.Server.IsAway = true;
                throw new HostException("EXCH01 does not answer.", HostError.NoAnswer);
            }
        };
        var broken = await RoundAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        Assert.Equal(Verdict.Unknown, broken.Verdict);
        (_bench.Server.Changing, _bench.Server.IsAway) = (null, false);

        var report = await RoundAsync(new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, null));

        Assert.True(
            report.Data.ContainsKey("voided") || report.Round is { Verdict: RoundVerdict.Ran, Outline.Count: 3, Counts.Held: 3 },
            report.Summary
        );
    }

    [Fact]
    public async Task Every_change_is_claimed_for_its_run()
    {
        Fill("good", "good");
        await HoldAsync();
        await ReturnAsync([0, 1], stillHeld: []);

        Assert.Equal(["INC-7/3#1", "INC-7/3#2"], _bench.Server.Record.Select(change => change.Run).Distinct());
    }

    public void Dispose() => _bench.Dispose();

    private string? Digest => _bench.Ledger.FindSearch(Bench.Question)!.Digest;

    private void Fill(params string[] texts)
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        _bench.Server.SetState(FakeServer.Store, ServiceState.Stopped);
        for (var index = 0; index < texts.Length; index++)
        {
            Put($"MSG{index:00000}", texts[index]);
        }
    }

    private void Put(string name, string text) => _bench.Server.Put($@"{FakeServer.In}\{name}", text);

    private void DieAt(string instant) =>
        _bench.Server.Changing = what =>
        {
            if (what.StartsWith(instant, StringComparison.Ordinal))
            {
                throw new InvalidOperationException("the relay dies here");
            }
        };

    private async Task PlanAsync(Remedy? remedy = null) => (_, _digest) = await _bench.PlanAsync(remedy ?? Search);

    private async Task<Report> HoldAsync()
    {
        await PlanAsync();
        return await RoundAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
    }

    private Task<Report> ReturnAsync(int[] messages, int[] stillHeld) =>
        RoundAsync(
            new RoundOrder(RoundKind.Return, IndexSet.Of((IEnumerable<int>)messages), IndexSet.Of((IEnumerable<int>)stillHeld), Digest)
        );

    private Task<Report> RoundAsync(RoundOrder order) =>
        _bench.RunAsync(new RunId(Bench.Question, ++_run), _digest, Impact.Disruptive, order);
}
