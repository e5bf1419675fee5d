using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>The same search on the folder of a service that nobody foresaw: jobs of two files each.</summary>
public sealed class A_folder_of_jobs_is_searched : IDisposable
{
    private const string Jobs = @"D:\Jobs",
        Printer = "Printer";

    private static readonly Remedy Search = new(
        [
            Call.To(
                "mail.search",
                ("starts", "6"),
                ("store-crashes", "4"),
                ("minutes", "40"),
                ("queue", "folder"),
                ("from", Jobs),
                ("service", Printer),
                ("items", "stem")
            ),
        ],
        null,
        [],
        []
    );

    private readonly Bench _bench = new(
        Policies.Usual with
        {
            Folders = [.. Policies.Usual.Folders, Jobs],
            Services = [.. Policies.Usual.Services, Printer],
        }
    );
    private string _digest = "";
    private int _run;

    public A_folder_of_jobs_is_searched()
    {
        _bench.Server.Employ(Printer, Jobs);
        _bench.Server.SetState(Printer, ServiceState.Stopped);
        foreach (var (text, index) in new[] { "good", "BAD", "good" }.Select((text, index) => (text, index)))
        {
            _bench.Server.Put($@"{Jobs}\JOB{index}.ctl", "control", TimeSpan.FromMinutes(10 - index));
            _bench.Server.Put($@"{Jobs}\JOB{index}.dat", text, TimeSpan.FromMinutes(10 - index));
        }
    }

    [Fact]
    public async Task The_bad_job_is_found_and_the_others_are_taken()
    {
        var held = await RunAsync(RoundKind.Hold, [], [], null);
        Assert.Equal(RoundVerdict.Ran, held.Round!.Verdict);
        Assert.Equal(new MessageCounts(3, 0, 0, 3, 0, 0, 0, 0), held.Round.Counts);
        Assert.Equal(
            ["JOB0.ctl", "JOB0.dat", "JOB1.ctl", "JOB1.dat", "JOB2.ctl", "JOB2.dat"],
            _bench.Server.Names(@"D:\ImcBotHold\INC-7\jobs")
        );
        Assert.Contains("net start \"Printer\"", _bench.Server.Text(@"D:\ImcBotHold\INC-7\README.txt"));

        var bad = await RunAsync(RoundKind.Return, [1], [], held.Round.Outline!.Digest);
        Assert.Equal(RoundVerdict.Crashed, bad.Round!.Verdict);
        Assert.Equal(1, bad.Round.FirstUnaccepted);

        var good = await RunAsync(RoundKind.Return, [0, 2], [1], held.Round.Outline.Digest);
        Assert.Equal(RoundVerdict.Ran, good.Round!.Verdict);
        Assert.Equal(new MessageCounts(3, 0, 0, 1, 2, 0, 0, 0), good.Round.Counts);
        Assert.Equal(["JOB0", "JOB2"], _bench.Server.Delivered);
        Assert.Equal(["JOB1.ctl", "JOB1.dat"], _bench.Server.Names(@"D:\ImcBotHold\INC-7\jobs"));
        Assert.Equal("1", good.Data["starts"]);
        Assert.NotNull(_bench.Server.Text(FakeServer.Imcdata + @"\Queue.dat"));
        Assert.Equal(ServiceState.Running, _bench.Server.State(FakeServer.Imc));
    }

    [Fact]
    public async Task A_relay_that_dies_in_a_round_goes_to_safe_rest_on_the_same_queue()
    {
        var held = await RunAsync(RoundKind.Hold, [], [], null);
        _bench.KillBefore(4);
        await Assert.ThrowsAsync<KilledException>(() => RunAsync(RoundKind.Return, [0, 1], [], held.Round!.Outline!.Digest));
        _bench.Server.Changing = null;
        _bench.Reopen();

        await _bench.Desk.Unasked.RecoverAsync(TestContext.Current.CancellationToken);

        var report = _bench.Ledger.FinishedReport(new RunId(Bench.Question, 2), JobKind.Act)!;
        Assert.True(report.Round!.Counts.IsBalanced);
        Assert.Equal(ServiceState.Running, _bench.Server.State(Printer));
        Assert.Contains("JOB1.dat", _bench.Server.Names(@"D:\ImcBotHold\INC-7\jobs"));
    }

    [Fact]
    public async Task Undo_puts_every_job_back()
    {
        await RunAsync(RoundKind.Hold, [], [], null);
        _bench.Server.SetState(Printer, ServiceState.Stopped);

        var report = await _bench.ActAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 4));

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(["JOB0.ctl", "JOB0.dat", "JOB1.ctl", "JOB1.dat", "JOB2.ctl", "JOB2.dat"], _bench.Server.Names(Jobs));
    }

    [Fact]
    public async Task What_is_told_of_it_is_about_the_service_and_its_items_and_names_nothing_of_another_product()
    {
        var (plan, _) = await _bench.PlanAsync(Search);
        var held = await RunAsync(RoundKind.Hold, [], [], null);
        var bad = await RunAsync(RoundKind.Return, [1], [], held.Round!.Outline!.Digest);
        var cap = _bench.Policy with { CrashesPerIncident = 1 };
        var capped = await new PolicyGuard(cap, _bench.Actions, _bench.Site, _bench.Ledger, _bench.Clock).RefuseAsync(
            plan,
            bringsToRest: false,
            CancellationToken.None
        );
        string[] told =
        [
            plan.Users!,
            .. plan.Risks,
            .. plan.Effects.SelectMany(effect => new[] { effect.Does, effect.Undo ?? "" }),
            held.Summary,
            bad.Summary,
            capped ?? "",
            _bench.Server.Text(@"D:\ImcBotHold\INC-7\README.txt")!,
        ];

        Assert.Equal("Printer is down now; this starts it.", plan.Users);
        Assert.StartsWith("Printer has crashed 1 time", capped, StringComparison.Ordinal);
        Assert.True(bad.Round!.Crashed);
        Assert.All(told, text => Assert.DoesNotMatch("(?i)mail|message|store|exchange|spool", text));
    }

    [Fact]
    public void The_relay_knows_the_kinds_of_queues_that_a_runbook_may_name() =>
        Assert.Equal(Catalog.QueueKinds, [Products.Exchange.ExchangeSpool.Use, General.FolderQueue.Use, Products.Postfix.PostfixQueue.Use]);

    [Theory]
    [InlineData("sendmail.queue", null, null, "is no queue of this relay")]
    [InlineData("postfix.queue", null, null, "needs 'service'")]
    [InlineData("postfix.queue", null, Printer, "the relay's policy says it with 'settings'")]
    [InlineData("folder", null, null, "needs 'from'")]
    [InlineData("exchange.spool", Jobs, Printer, "leave 'from' and 'service' out")]
    public async Task A_queue_that_cannot_be_opened_is_told_when_it_is_planned(string queue, string? from, string? service, string said)
    {
        var call = new Dictionary<string, string>
        {
            ["starts"] = "6",
            ["store-crashes"] = "4",
            ["minutes"] = "40",
            ["queue"] = queue,
        };
        (string Name, string? Value)[] more = [("from", from), ("service", service)];
        foreach (var (name, value) in more.Where(pair => pair.Value is not null))
        {
            call[name] = value!;
        }

        var refusal = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(new Remedy([new Call("mail.search", 1, call)], null, [], []))
        );

        Assert.Contains(said, refusal.Message);
    }

    public void Dispose() => _bench.Dispose();

    private async Task<Report> RunAsync(RoundKind kind, int[] release, int[] withdraw, string? manifest)
    {
        if (_digest.Length == 0)
        {
            _digest = (await _bench.PlanAsync(Search)).Digest;
        }

        var order = new RoundOrder(kind, IndexSet.Of(release), IndexSet.Of(withdraw), manifest);
        return await _bench.RunAsync(new RunId(Bench.Question, ++_run), _digest, order: order);
    }
}
