using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>An administrator's command goes the way of every action: plan, digest, grant, run once, undo.</summary>
public sealed class A_command_of_the_policy_is_an_action : IDisposable
{
    private static readonly PolicyCommand Track = new(
        "track",
        "Turn tracking on",
        Impact.Reversible,
        [new Argument("days", ArgumentKind.Number), new Argument("name", ArgumentKind.Text, Required: false)],
        ["/opt/track", "--on", "--days={days}"],
        "stays on",
        5
    )
    {
        Plan = ["/opt/track", "--show"],
        Undo = ["/opt/track", "--off"],
        UndoDoes = "turns it off",
    };

    private readonly Bench _bench = new(Policies.Usual with { Commands = [Track] });

    [Fact]
    public async Task It_is_planned_approved_run_once_and_taken_back()
    {
        _bench.Server.Answering = vector => new CommandResult(0, vector.Contains("--show") ? "tracking is off" : "done");
        var (plan, digest) = await _bench.PlanAsync(Use(("days", "3")));
        Assert.Equal("Turn tracking on: on the relay's machine run /opt/track --on --days=3 (tracking is off)", plan.Effects[0].Does);
        Assert.Equal((Impact.Reversible, "turns it off"), (plan.Impact, plan.Effects[0].Undo));

        var report = await _bench.RunAsync(new RunId(Bench.Question, 1), digest);
        await _bench.RunAsync(new RunId(Bench.Question, 1), digest);
        var undone = await _bench.ActAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 4));

        Assert.Equal((Verdict.Clear, Verdict.Clear), (report.Verdict, undone.Verdict));
        Assert.Equal(["run /opt/track --on --days=3", "run /opt/track --off"], _bench.Server.Record.Select(change => change.What));
    }

    [Fact]
    public async Task A_plan_command_that_says_no_refuses_the_plan()
    {
        _bench.Server.Answering = _ => new CommandResult(3, "no licence");

        Assert.Contains(
            "exit code 3): no licence",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Use(("days", "3"))))).Message
        );
    }

    [Fact]
    public async Task A_plan_command_that_says_something_else_by_then_voids_the_approval()
    {
        var report = await _bench.ActAsync(
            Use(("days", "3")),
            Bench.Question,
            () => _bench.Server.Answering = _ => new CommandResult(0, "tracking is on already")
        );

        Assert.Contains("plan was 'ok' and is 'tracking is on already'", report.Data["voided"]);
        Assert.Empty(_bench.Server.Record);
    }

    [Fact]
    public async Task A_command_that_the_administrator_has_changed_since_is_void()
    {
        var (_, digest) = await _bench.PlanAsync(Use(("days", "3")));
        _bench.Policy = Policies.Usual with { Commands = [Track with { Run = ["/opt/track", "--wipe"] }] };
        _bench.Reopen();

        Assert.Contains("command was", (await _bench.RunAsync(new RunId(Bench.Question, 1), digest)).Data["voided"]);
        Assert.Empty(_bench.Server.Record);
    }

    [Theory]
    [InlineData(1, Verdict.Failed, "exit code 1")]
    [InlineData(null, Verdict.Unknown, "too long")]
    public async Task Its_exit_code_is_its_verdict(int? code, Verdict verdict, string said)
    {
        _bench.Server.Answering = vector => vector.Contains("--on") ? new CommandResult(code, "too long") : new CommandResult(0, "ok");

        var report = await _bench.ActAsync(Use(("days", "3")));

        Assert.Equal(verdict, report.Verdict);
        Assert.Contains(said, report.Summary);
    }

    [Theory]
    [InlineData("days", "three", "is not a number")]
    [InlineData("name", "--wipe", "read as a switch")]
    [InlineData("name", "/wipe", "read as a switch")]
    [InlineData("shell", "x", "has no argument 'shell'")]
    public async Task Its_arguments_are_typed(string name, string value, string reason)
    {
        (string, string)[] with = name == "days" ? [(name, value)] : [("days", "3"), (name, value)];

        Assert.Contains(reason, (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Use(with)))).Message);
    }

    [Theory]
    [InlineData(ArgumentKind.Text)]
    [InlineData(ArgumentKind.Pattern)]
    [InlineData(ArgumentKind.Service)]
    public async Task No_argument_is_a_switch_of_its_program(ArgumentKind kind)
    {
        _bench.Policy = Policies.Usual with { Commands = [Track with { Arguments = [new Argument("what", kind)] }] };
        _bench.Reopen();

        var refusal = await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Use(("what", "-rf"))));

        Assert.Contains("read as a switch", refusal.Message);
    }

    [Theory]
    [InlineData("off", "is switched off")]
    [InlineData("impact", "this relay allows read")]
    [InlineData("service", "none of the services")]
    [InlineData("folder", "none of the folders")]
    public async Task Nothing_of_it_runs_where_the_policy_forbids_what_it_would_do(string forbidden, string why)
    {
        var asked = new List<IReadOnlyList<string>>();
        _bench.Policy = Forbidding(forbidden);
        _bench.Reopen();
        _bench.Server.Answering = vector =>
        {
            asked.Add(vector);
            return new CommandResult(0, "ok");
        };
        var remedy = Use(("service", FakeServer.Imc), ("folder", @"D:\TEMP"));

        foreach (var kind in new[] { JobKind.Plan, JobKind.Try })
        {
            var job = new Job(new RunId(Bench.Question, 1), kind, Remedy: remedy);
            await _bench.Desk.TakeAsync(job, _bench.Receipt(), CancellationToken.None);
            Assert.Contains(why, _bench.Waiting().Last(report => report.Kind == kind).Summary);
        }

        Assert.Empty(asked);
    }

    [Fact]
    public async Task Nothing_of_it_runs_either_to_plan_its_undo_where_it_is_switched_off_since()
    {
        await _bench.ActAsync(Use(("days", "3")));
        _bench.Policy = _bench.Policy with { Off = new HashSet<string>(StringComparer.Ordinal) { Track.Id } };
        _bench.Reopen();
        var asked = 0;
        _bench.Server.Answering = _ => new CommandResult(0, $"ok {++asked}");

        var job = new Job(new RunId(new QuestionId(7, 4), 1), JobKind.Plan, Remedy: Remedy.Undo(Bench.Question));
        await _bench.Desk.TakeAsync(job, _bench.Receipt(), CancellationToken.None);

        Assert.Contains("is switched off", _bench.Waiting().Last().Summary);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task A_real_program_gets_its_arguments_untouched_and_nothing_of_the_relays_settings()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Needs /usr/bin/printf and /usr/bin/env.");
        }

        Environment.SetEnvironmentVariable("IMCBOT_RELAY__SECRET", "x");
        var commands = new LocalCommands(TimeProvider.System);
        var token = TestContext.Current.CancellationToken;

        Assert.Equal(
            new CommandResult(0, "[a b][$HOME;`id`]"),
            await commands.AskAsync(["/usr/bin/printf", "[%s]", "a b", "$HOME;`id`"], TimeSpan.FromSeconds(20), token)
        );
        Assert.DoesNotContain("IMCBOT", (await commands.AskAsync(["/usr/bin/env"], TimeSpan.FromSeconds(20), token)).Said);
        Assert.Null((await commands.AskAsync(["/bin/sleep", "60"], TimeSpan.FromMilliseconds(50), token)).ExitCode);
        Assert.Contains(
            "cannot be started",
            (await Assert.ThrowsAsync<HostException>(() => commands.AskAsync(["/no/such"], TimeSpan.FromSeconds(1), token))).Message
        );
    }

    [Fact]
    public async Task A_real_program_that_leaves_a_process_behind_is_judged_by_its_own_exit_code()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs /bin/sh.");
        var commands = new LocalCommands(TimeProvider.System);
        var token = TestContext.Current.CancellationToken;

        var well = await commands.AskAsync(["/bin/sh", "-c", "sleep 20 & echo started"], TimeSpan.FromSeconds(15), token);
        var ill = await commands.AskAsync(["/bin/sh", "-c", "sleep 20 & echo no room >&2; exit 3"], TimeSpan.FromSeconds(15), token);

        Assert.Equal(new CommandResult(0, "started  (a process it left behind still runs)"), well);
        Assert.Equal(new CommandResult(3, "no room (a process it left behind still runs)"), ill);
    }

    [Fact]
    public async Task Of_a_long_output_the_beginning_and_the_end_are_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs /bin/sh.");
        var said = (
            await new LocalCommands(TimeProvider.System).AskAsync(
                ["/bin/sh", "-c", "echo first; i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo the reason; exit 1"],
                TimeSpan.FromSeconds(20),
                TestContext.Current.CancellationToken
            )
        ).Said;

        Assert.StartsWith("first line 0", said);
        Assert.EndsWith("line 1999 the reason", said);
        Assert.InRange(said.Length, 450, 510);
    }

    [Fact]
    public async Task A_program_that_says_too_much_is_named_and_ended_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs /usr/bin/yes.");
        var commands = new LocalCommands(TimeProvider.System);

        var refused = await Assert.ThrowsAsync<HostException>(() =>
            commands.ReadAsync(
                ["/usr/bin/env", "-u", "MAIL_CONFIG", "/usr/bin/yes", "a line of a list"],
                TimeSpan.FromSeconds(60),
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal("'/usr/bin/yes a line of a list' says more than 64 MB, the most that this relay reads of a program.", refused.Message);
    }

    [Fact]
    public async Task The_plan_program_of_a_command_that_is_off_does_not_run_on_the_command_line_either()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It asks the Linux it runs on.");
        var data = Directory.CreateTempSubdirectory("imcbot-plan-");
        var (token, ran) = (TestContext.Current.CancellationToken, Path.Combine(data.FullName, "ran"));
        await File.WriteAllTextAsync(Path.Combine(data.FullName, "relay.json"), """{ "host": { "driver": "linux" } }""", token);
        var policy = $"""
            highest-impact: disruptive
            off: [command.track]
            commands:
              - name: track
                does: Turn tracking on
                impact: disruptive
                plan: [/usr/bin/touch, {ran}]
                run: [/usr/bin/true]

            """;
        await File.WriteAllTextAsync(Path.Combine(data.FullName, "policy.yaml"), policy, token);

        var code = await PlanAsync();
        var wasAsked = File.Exists(ran);
        await File.WriteAllTextAsync(
            Path.Combine(data.FullName, "policy.yaml"),
            policy.Replace("off: [command.track]\n", "", StringComparison.Ordinal),
            token
        );

        Assert.Equal((Commands.RelayCommand.NotDone, false), (code, wasAsked));
        Assert.Equal((Commands.RelayCommand.Done, true), (await PlanAsync(), File.Exists(ran)));
        data.Delete(recursive: true);

        Task<int> PlanAsync() =>
            Commands.RelayCommand.Create().Parse(["plan", "command.track", "--data", data.FullName]).InvokeAsync(cancellationToken: token);
    }

    public void Dispose() => _bench.Dispose();

    private static RelayPolicy Forbidding(string what)
    {
        var command = Track with { Arguments = [new Argument("service", ArgumentKind.Service), new Argument("folder", ArgumentKind.Path)] };
        var policy = Policies.Usual with { Commands = [command] };
        return what switch
        {
            "off" => policy with { Off = new HashSet<string>(StringComparer.Ordinal) { Track.Id } },
            "impact" => policy with { Highest = Impact.Read },
            "service" => policy with { Services = ["MSExchangeSA"] },
            _ => policy with { Folders = [@"E:\Exchsrvr\Imcdata"] },
        };
    }

    private static Remedy Use(params (string, string)[] with) => new([Call.To("command.track", with)], null, [], []);
}
