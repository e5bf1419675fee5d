using System.Net;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class The_session_does_what_it_is_asked : IDisposable
{
    private static readonly HttpClient NoAddress = new();

    private readonly Bench _bench = new();
    private readonly FakeGateway _bot;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lines _log = new();

    public The_session_does_what_it_is_asked() => _bot = new FakeGateway(_bench);

    [Fact]
    public async Task A_check_is_carried_out_and_reported()
    {
        var session = RunAsync();
        _bot.Give(Check(1, "service.running", ("service", FakeServer.Imc)));

        var report = await _bot.NextReportAsync();

        Assert.Equal((new RunId(Bench.Question, 1), Verdict.Clear, "running"), (report.Run, report.Verdict, report.Data["state"]));
        await StopAsync(session);
    }

    [Fact]
    public async Task All_checks_of_a_survey_are_answered_while_one_of_them_still_waits()
    {
        var session = RunAsync();
        _bot.Give(Check(1, "spool.moving"));
        _bot.Give(Check(2, "mail.suspects"));
        _bot.Give(Check(3, "threads.value", ("at-least", "20")));

        HashSet<int> answered =
        [
            (await _bot.NextReportAsync()).Run.Run,
            (await _bot.NextReportAsync()).Run.Run,
            (await _bot.NextReportAsync()).Run.Run,
        ];

        Assert.Equal([1, 2, 3], answered.Order());
        await StopAsync(session);
    }

    [Fact]
    public async Task A_plan_is_reported_with_the_bytes_that_are_approved_later()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        var session = RunAsync();
        _bot.Give(
            new Job(
                new RunId(Bench.Question, 1),
                JobKind.Plan,
                Remedy: new Remedy([Call.To("service.start", ("service", FakeServer.Imc))], null, [], [])
            )
        );
        var planned = await _bot.NextReportAsync();
        var digest = ContentDigest.Of(planned.Plan);
        _bot.Give(new Job(new RunId(Bench.Question, 1), JobKind.Act, Plan: digest));

        var acted = await _bot.NextReportAsync();

        Assert.Equal((JobKind.Act, Verdict.Clear), (acted.Kind, acted.Verdict));
        Assert.Equal(ServiceState.Running, _bench.Server.State(FakeServer.Imc));
        await StopAsync(session);
    }

    [Fact]
    public async Task Reports_wait_on_disk_while_the_bot_is_away_and_go_out_when_it_is_back()
    {
        var away = true;
        var refused = new TaskCompletionSource();
        _bot.Refusing = call =>
        {
            if (call != "report" || !away)
            {
                return null;
            }

            refused.TrySetResult();
            return HttpStatusCode.ServiceUnavailable;
        };
        var session = RunAsync();
        _bot.Give(Check(1, "mail.suspects"));
        await refused.Task;
        Assert.Single(_bench.Waiting());
        away = false;

        Assert.Equal(1, (await _bot.NextReportAsync()).Run.Run);
        await StopAsync(session);
    }

    [Fact]
    public async Task A_run_whose_report_the_bot_has_not_taken_is_told_as_one_that_the_relay_has_got()
    {
        var refused = new TaskCompletionSource();
        _bot.Refusing = call =>
        {
            if (call == "report")
            {
                refused.TrySetResult();
                return HttpStatusCode.ServiceUnavailable;
            }

            return null;
        };
        var session = RunAsync();
        _bot.Give(Check(1, "mail.suspects"));
        await refused.Task;
        _bot.Give(Check(2, "mail.suspects"));
        _bot.Give(Check(3, "mail.suspects"));

        Poll[] polls = [await _bot.NextPollAsync(), await _bot.NextPollAsync(), await _bot.NextPollAsync(), await _bot.NextPollAsync()];

        Assert.Contains(new RunId(Bench.Question, 1), polls[^1].Known);
        await StopAsync(session);
    }

    [Fact]
    public async Task A_report_that_the_bot_will_never_take_does_not_hold_up_the_next()
    {
        _bench.Ledger.Post(
            new Report(new RunId(Bench.Question, 9), JobKind.Check, Verdict.Clear, "too late", new Dictionary<string, string>(), 1)
        );
        var first = true;
        _bot.Refusing = call =>
        {
            var refuse = call == "report" && first;
            first &= call != "report";
            return refuse ? HttpStatusCode.BadRequest : null;
        };
        var session = RunAsync();
        _bot.Give(Check(1, "mail.suspects"));

        Assert.Equal(1, (await _bot.NextReportAsync()).Run.Run);
        await StopAsync(session);
    }

    private static bool IsOfTheLink(string line) =>
        !line.Contains("clock", StringComparison.Ordinal) && !line.StartsWith("Nothing is watched", StringComparison.Ordinal);

    [Fact]
    public async Task At_a_bot_that_does_not_say_what_to_look_out_for_it_says_that_nothing_is_watched()
    {
        var session = RunAsync();
        _bot.Give(Check(1, "mail.suspects"));
        await _bot.NextReportAsync();

        Assert.Contains(
            _log.Warnings,
            line => line.StartsWith("Nothing is watched here: this bot is older than this program", StringComparison.Ordinal)
        );
        await StopAsync(session);
    }

    [Fact]
    public async Task Until_it_is_confirmed_the_relay_waits_and_says_its_fingerprint()
    {
        var hellos = 0;
        _bot.Refusing = call => call == "hello" && ++hellos < 4 ? HttpStatusCode.Forbidden : null;

        var session = RunAsync();
        _bot.Give(Check(1, "mail.suspects"));
        await _bot.NextReportAsync();

        Assert.Equal(
            "Waiting until an administrator confirms this relay in the channel: its key's fingerprint is abcd.",
            Assert.Single(_log.Warnings, IsOfTheLink)
        );
        await StopAsync(session);
    }

    [Fact]
    public async Task A_relay_enrolled_for_another_host_is_told_the_bots_own_reason()
    {
        var hellos = 0;
        _bot.Because = "{\"error\":\"exch01-abc was enrolled for EXCH02, not for this host.\"}";
        _bot.Refusing = call => call == "hello" && ++hellos < 2 ? HttpStatusCode.Forbidden : null;

        var session = RunAsync();
        _bot.Give(Check(1, "mail.suspects"));
        await _bot.NextReportAsync();

        Assert.Contains("was enrolled for EXCH02", Assert.Single(_log.Warnings, IsOfTheLink));
        await StopAsync(session);
    }

    [Theory]
    [InlineData(HttpStatusCode.Gone, "has revoked this relay")]
    [InlineData(HttpStatusCode.UpgradeRequired, "share no protocol version")]
    public async Task A_relay_that_is_not_wanted_ends_with_a_sentence(HttpStatusCode status, string sentence)
    {
        _bot.Refusing = call => call == "poll" ? status : null;

        Assert.Contains(sentence, (await Assert.ThrowsAsync<RevokedException>(RunAsync)).Message);
    }

    [Fact]
    public async Task A_job_of_a_kind_that_is_not_known_is_answered_unknown()
    {
        var session = RunAsync();
        _bot.Give(JsonSerializer.Deserialize<Job>("""{"run":"INC-7/3#1","kind":"teleport","colour":"red"}""", WireJson.Options)!);

        Assert.Equal(Verdict.Unknown, (await _bot.NextReportAsync()).Verdict);
        await StopAsync(session);
    }

    [Fact]
    public async Task A_check_with_a_wrong_argument_is_answered_with_a_sentence()
    {
        var session = RunAsync();
        _bot.Give(Check(1, "disk.free", ("path", "D:"), ("at-least", "lots")));

        Assert.Contains("'lots' is not a size", (await _bot.NextReportAsync()).Summary);
        await StopAsync(session);
    }

    [Fact]
    public async Task A_paused_scanner_is_started_again_at_its_deadline_also_by_a_relay_that_was_killed_meanwhile()
    {
        _bench.Server.SetState("McShield", ServiceState.Running);
        await _bench.ActAsync(new Remedy([Call.To("antivirus.pause", ("service", "McShield"), ("for", "30min"))], null, [], []));
        _bench.Reopen();
        _bench.Time.Advance(TimeSpan.FromMinutes(29));
        await _bench.Desk.Unasked.TakeBackOverdueAsync(CancellationToken.None);
        Assert.Equal(ServiceState.Stopped, _bench.Server.State("McShield"));

        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        await _bench.Desk.Unasked.TakeBackOverdueAsync(CancellationToken.None);

        Assert.Equal(ServiceState.Running, _bench.Server.State("McShield"));
        Assert.Empty(_bench.Ledger.UndoRecords());
    }

    [Fact]
    public async Task A_deadline_that_cannot_be_kept_is_tried_again_after_a_while_and_holds_up_no_run()
    {
        _bench.Server.SetState("McShield", ServiceState.Running);
        await _bench.ActAsync(new Remedy([Call.To("antivirus.pause", ("service", "McShield"), ("for", "30min"))], null, [], []));
        var tries = 0;
        _bench.Server.Changing = _ => throw new HostException($"It hangs, for the {++tries}. time.");
        _bench.Time.Advance(TimeSpan.FromMinutes(31));

        for (var look = 0; look < 3; look++)
        {
            await _bench.Desk.Unasked.TakeBackOverdueAsync(CancellationToken.None);
        }

        Assert.Equal(1, tries);
        _bench.Server.Changing = null;
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        await _bench.Desk.Unasked.TakeBackOverdueAsync(CancellationToken.None);
        Assert.Equal(ServiceState.Running, _bench.Server.State("McShield"));
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task A_wall_clock_that_is_set_meanwhile_moves_no_deadline(int minutes)
    {
        _bench.Server.SetState("McShield", ServiceState.Running);
        await _bench.ActAsync(new Remedy([Call.To("antivirus.pause", ("service", "McShield"), ("for", "10min"))], null, [], []));
        await _bench.Desk.Unasked.TakeBackOverdueAsync(CancellationToken.None);
        _bench.Time.WallClockOff = TimeSpan.FromMinutes(minutes);

        _bench.Time.Advance(TimeSpan.FromMinutes(9));
        await _bench.Desk.Unasked.TakeBackOverdueAsync(CancellationToken.None);
        Assert.Equal(ServiceState.Stopped, _bench.Server.State("McShield"));

        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await _bench.Desk.Unasked.TakeBackOverdueAsync(CancellationToken.None);
        Assert.Equal(ServiceState.Running, _bench.Server.State("McShield"));
    }

    [Fact]
    public async Task A_run_that_another_process_was_handed_is_not_begun_and_told_as_unknown_once()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        var (_, digest) = await _bench.PlanAsync(new Remedy([Call.To("service.start", ("service", FakeServer.Imc))], null, [], []));
        var job = new Job(new RunId(Bench.Question, 1), JobKind.Act, Plan: digest, HandedTo: "process 41 on MGMT01");

        await _bench.Desk.TakeAsync(job, _bench.Receipt(), CancellationToken.None);
        var told = Assert.Single(_bench.Waiting());
        await _bench.Desk.TakeAsync(job, _bench.Receipt(), CancellationToken.None);

        Assert.Equal(Verdict.Unknown, told.Verdict);
        Assert.Contains("handed to process 41 on MGMT01", told.Summary, StringComparison.Ordinal);
        Assert.NotNull(told.Statement);
        Assert.Equal(told.At, Assert.Single(_bench.Waiting()).At);
        Assert.Empty(_bench.Server.Record);
    }

    [Theory]
    [InlineData("a plan that this relay never made", "made no such plan")]
    [InlineData("run 7 first", "does not follow the last begun run, 0")]
    [InlineData("the plan of another question", "The plan answers INC-7/3")]
    public async Task What_another_process_was_handed_and_is_no_run_of_this_ledger_begins_nothing_and_is_unknown(string what, string reason)
    {
        var (_, digest) = await _bench.PlanAsync(new Remedy([Call.To("service.start", ("service", FakeServer.Imc))], null, [], []));
        var run = what switch
        {
            "run 7 first" => new RunId(Bench.Question, 7),
            "the plan of another question" => new RunId(new QuestionId(7, 9), 1),
            _ => new RunId(Bench.Question, 1),
        };
        var job = new Job(
            run,
            JobKind.Act,
            Plan: what == "a plan that this relay never made" ? new string('0', 64) : digest,
            HandedTo: "process 41 on MGMT01"
        );

        await _bench.Desk.TakeAsync(job, _bench.Receipt(), CancellationToken.None);

        var told = Assert.Single(_bench.Waiting());
        Assert.Equal((Verdict.Unknown, "true"), (told.Verdict, told.Data["refused"]));
        Assert.Contains(reason, told.Summary, StringComparison.Ordinal);
        Assert.Contains("handed to process 41 on MGMT01", told.Summary, StringComparison.Ordinal);
        Assert.Empty(_bench.Ledger.BegunRuns(run.Question));
        Assert.Empty(_bench.Ledger.Statements());
    }

    [Fact]
    public async Task A_run_that_another_process_was_handed_and_this_ledger_knows_is_told_as_it_ended()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        var done = await _bench.ActAsync(new Remedy([Call.To("service.start", ("service", FakeServer.Imc))], null, [], []));
        var letters = _bench.Ledger.Waiting(10);
        _bench.Ledger.Sent(letters);

        await _bench.Desk.TakeAsync(
            new Job(
                done.Run,
                JobKind.Act,
                Plan: LedgerStatement.TryRead(done.Statement!, out var row) ? row.Row.Plan : null,
                HandedTo: "process 41 on MGMT01"
            ),
            _bench.Receipt(),
            CancellationToken.None
        );

        Assert.Equal((Verdict.Clear, done.Statement), (Assert.Single(_bench.Waiting()).Verdict, Assert.Single(_bench.Waiting()).Statement));
    }

    [Fact]
    public async Task What_is_only_tried_changes_nothing_and_leaves_no_plan_that_could_be_approved()
    {
        var start = new Remedy([Call.To("service.restart", ("service", FakeServer.Imc))], null, [], []);
        var (remedy, check) = (new RunId(Bench.Question, 1), new RunId(Bench.Question, 2));

        await _bench.Desk.TakeAsync(new Job(remedy, JobKind.Try, Remedy: start), _bench.Receipt(), CancellationToken.None);
        await _bench.Desk.TakeAsync(
            new Job(check, JobKind.Try, Check: Call.To("service.running", ("service", "Nowhere"))),
            _bench.Receipt(),
            CancellationToken.None
        );

        Assert.Equal(
            [(remedy, Verdict.Clear, true), (check, Verdict.Failed, true)],
            _bench.Waiting().Select(told => (told.Run, told.Verdict, told.Plan is null))
        );
        Assert.Null(
            _bench.Ledger.FindPlan(
                ContentDigest.Of(Plan.ToBytes(await _bench.Planner.PlanAsync(Bench.Question, start, CancellationToken.None)))
            )
        );
        Assert.Empty(_bench.Server.Record);
    }

    [Fact]
    public async Task A_deadline_waits_for_the_end_of_the_run_under_way()
    {
        _bench.Server.SetState("McShield", ServiceState.Running);
        await _bench.ActAsync(new Remedy([Call.To("antivirus.pause", ("service", "McShield"), ("for", "1min"))], null, [], []));
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        Task? overdue = null;
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        _bench.Server.Started = () => overdue ??= _bench.Desk.Unasked.TakeBackOverdueAsync(CancellationToken.None);

        await _bench.ActAsync(
            new Remedy(
                [Call.To("service.restart", ("service", FakeServer.Store))],
                null,
                [],
                [Call.To("service.start", ("service", FakeServer.Imc))]
            ),
            new QuestionId(7, 8)
        );
        await overdue!;

        Assert.Equal(ServiceState.Running, _bench.Server.State("McShield"));
        Assert.Equal("start McShield", _bench.Server.Record[^1].What);
    }

    [Fact]
    public async Task While_a_person_has_taken_over_the_relay_only_reads_until_it_is_handed_back()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        var (_, digest) = await _bench.PlanAsync(new Remedy([Call.To("service.start", ("service", FakeServer.Imc))], null, [], []));
        _bot.TakenOver = "Bea has taken over.";
        var session = RunAsync();
        _bot.Give(new Job(new RunId(Bench.Question, 9), JobKind.Check, Check: Call.To("service.running", ("service", FakeServer.Imc))));
        Assert.Equal(Verdict.Finding, (await _bot.NextReportAsync()).Verdict);

        await _bench.HandOutAsync(new RunId(Bench.Question, 1), digest);
        Assert.Contains("taken over", (await _bot.NextReportAsync()).Summary);
        _bot.TakenOver = null;
        _bot.Give(new Job(new RunId(Bench.Question, 10), JobKind.Check, Check: Call.To("service.running", ("service", FakeServer.Imc))));
        while ((await _bot.NextReportAsync()).Run.Run != 10) { }

        Assert.Equal(Verdict.Clear, (await _bench.RunAsync(new RunId(Bench.Question, 1), digest)).Verdict);
        await StopAsync(session);
    }

    [Fact]
    public async Task A_search_that_nobody_speaks_to_for_ten_minutes_goes_to_safe_rest()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        _bench.Server.Put(FakeServer.In + @"\MSG00001", "BAD");
        var (_, digest) = await _bench.PlanAsync(
            new Remedy([Call.To("mail.search", ("starts", "6"), ("store-crashes", "4"), ("minutes", "40"))], null, [], [])
        );
        await _bench.RunAsync(
            new RunId(Bench.Question, 1),
            digest,
            Impact.Disruptive,
            new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null)
        );
        var manifest = _bench.Ledger.FindSearch(Bench.Question)!.Digest;
        await _bench.RunAsync(
            new RunId(Bench.Question, 2),
            digest,
            Impact.Disruptive,
            new RoundOrder(RoundKind.Return, IndexSet.Of(0), IndexSet.Empty, manifest)
        );
        Assert.Equal(ServiceState.Stopped, _bench.Server.State(FakeServer.Imc));
        var started = new TaskCompletionSource<TimeSpan>();
        var since = _bench.Time.GetTimestamp();
        _bench.Server.Started = () => started.TrySetResult(_bench.Time.GetElapsedTime(since));

        var session = RunAsync(TimeSpan.FromSeconds(6));

        Assert.True(await started.Task >= RelaySession.Abandoned);
        Assert.Equal(["MSG00001"], _bench.Server.Names(@"D:\ImcBotHold\INC-7\in"));
        await StopAsync(session);
    }

    [Fact]
    public void Waiting_grows_with_the_outage_between_its_limits_and_starts_over_after_an_answer()
    {
        var time = new LeapingTime();
        var backoff = new Backoff(time);

        Assert.Equal(TimeSpan.FromSeconds(0.2), backoff.Next());
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(5), backoff.Next());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromSeconds(30), backoff.Next());
        backoff.Reset();
        Assert.Equal(TimeSpan.FromSeconds(0.2), backoff.Next());
    }

    [Fact]
    public async Task Work_that_went_well_for_long_is_soon_taken_up_again()
    {
        var time = new LeapingTime();
        var (began, ended) = (new List<TimeSpan>(), new List<TimeSpan>());

        await Backoff.KeepAsync(
            _ =>
            {
                began.Add(time.GetElapsedTime(0));
                if (began.Count == 4)
                {
                    return Task.CompletedTask;
                }

                time.Advance(began.Count == 1 ? TimeSpan.Zero : TimeSpan.FromHours(began.Count));
                ended.Add(time.GetElapsedTime(0));
                throw new HostException("The server does not answer.");
            },
            time,
            _log,
            CancellationToken.None
        );

        Assert.All(ended.Zip(began.Skip(1)), gap => Assert.Equal(TimeSpan.FromSeconds(0.2), gap.Second - gap.First));
    }

    public void Dispose()
    {
        _stop.Dispose();
        _bench.Dispose();
    }

    private static Job Check(int run, string use, params (string, string)[] with) =>
        new(new RunId(Bench.Question, run), JobKind.Check, Check: Call.To(use, with));

    private Task RunAsync() => RunAsync(TimeSpan.FromSeconds(1));

    private Task RunAsync(TimeSpan longestLeap)
    {
        _bench.Time.LongestLeap = longestLeap;
        var courier = new Courier(_bench.Ledger, NullLogger<Courier>.Instance);
        var alerts = new AlertWatch(_bench.Site, _bench.Ledger, () => _bench.Desk.Acting, () => _bench.Desk.IsTakenOver, 0, [], NoAddress);
        return new RelaySession(
            _bot,
            _bench.Desk,
            courier,
            alerts,
            _bench.Clock,
            new GrantKeys(_bench.Forge.Keys, _ => { }),
            _bench.Site,
            _bench.Ledger,
            _bench.Policy,
            subjects: null,
            "abcd",
            _log
        ).RunAsync(_stop.Token);
    }

    private async Task StopAsync(Task session)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session);
    }

    private sealed class Lines : ILogger<RelaySession>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel == LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
