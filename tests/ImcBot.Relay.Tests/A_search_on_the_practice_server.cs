using System.Net.Http.Json;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Lab;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>
/// A whole search on the practice server, whose store really dies on the message: hold, a crashing return, safe rest, undo. Judged by the
/// server's own truth.
/// </summary>
public sealed class A_search_on_the_practice_server(BadMailServer server) : IClassFixture<BadMailServer>, IDisposable
{
    private static readonly QuestionId Question = new(1, 2);

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-labsearch-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_loses_nothing_and_undo_puts_back_what_is_held()
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        var host = await LabHost.ConnectAsync(server.Http!, Token);
        await UntilStoppedAsync(host);
        using var database = new Database(Path.Combine(_folder, "ledger.db"));
        var ledger = new RelayLedger(database);
        var clock = new BotClock(TimeProvider.System);
        var forge = new GrantForge();
        var actions = new ActionSet(ledger, Policies.Usual);
        var site = new Site(host, new HostProfile(2, 4, 15, 15, 3), TimeProvider.System, ProductSet.All);
        var planner = new Planner(actions, site, ledger, Bench.RelayId);
        var guard = new PolicyGuard(Policies.Usual, actions, site, ledger, clock);
        var gate = new GateKeeper(
            Bench.RelayId,
            new GrantReader(Bench.RelayId, new GrantKeys(forge.Keys, _ => { })),
            ledger,
            clock,
            guard,
            TimeProvider.System
        );
        using var key = RelayKey.Open(Path.Combine(_folder, "relay.key"));
        using var desk = new RunExecutor(
            actions,
            site,
            ledger,
            new GuardedPlanner(planner, guard),
            gate,
            guard,
            new Reserve(Path.Combine(_folder, "reserve.bin")),
            key,
            NullLogger<RunExecutor>.Instance
        );

        var hold = await RunAsync(Question, 1, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        var outline = hold.Round!.Outline!;
        var crash = await RunAsync(
            Question,
            2,
            new RoundOrder(RoundKind.Return, IndexSet.UpTo(outline.Count), IndexSet.Empty, outline.Digest)
        );
        var rest = await RunAsync(Question, 3, new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, outline.Digest));
        var before = await TruthAsync();
        var undo = await RunAsync(new QuestionId(1, 3), 1, null);
        var after = await TruthAsync();

        Assert.Equal(
            [RoundVerdict.Ran, RoundVerdict.Crashed, RoundVerdict.Ran],
            new[] { hold, crash, rest }.Select(report => report.Round!.Verdict)
        );
        Assert.All(new[] { hold, crash, rest }, report => Assert.True(report.Round!.Counts.IsBalanced));
        Assert.Equal("1", crash.Data["crashes"]);
        Assert.Equal(rest.Round!.Counts.Held, before.Count(message => message.State == "held"));
        Assert.Equal(outline.Count, before.Count(message => message.State == "held") + rest.Round.Counts.Accepted);
        Assert.Contains(before, message => message is { Bad: true, State: "held" });
        Assert.All(before, message => Assert.True(message.Deliveries <= 1));
        Assert.True(undo.Verdict is Verdict.Clear or Verdict.Failed, undo.Summary);
        Assert.DoesNotContain(after, message => message.State is "held" or "deleted");

        async Task<Report> RunAsync(QuestionId question, int run, RoundOrder? order)
        {
            var now = Clock.Micros(TimeProvider.System.GetUtcNow());
            clock.Hear(now);
            var remedy = order is null
                ? Remedy.Undo(Question)
                : new Remedy([Call.To("mail.search", ("starts", "6"), ("store-crashes", "4"), ("minutes", "40"))], null, [], []);
            var digest =
                run == 1
                    ? ledger.KeepPlan(question, Plan.ToBytes(await planner.PlanAsync(question, remedy, Token)))
                    : ledger.BegunRuns(question)[0].Plan;
            var grant = forge.Mint(new GrantTerms(question.ToString(), digest, Bench.RelayId) { Runs = 9, Order = order }, now / 1_000_000);
            await desk.TakeAsync(
                new Job(new RunId(question, run), JobKind.Act, Plan: digest, Grant: grant, Order: order),
                new Receipt(TimeProvider.System.GetTimestamp(), Bench.Nonce),
                Token
            );
            return ledger.FinishedReport(new RunId(question, run), JobKind.Act)
                ?? throw new InvalidOperationException(
                    JsonSerializer.Deserialize<Report>(ledger.Waiting(99)[^1].Body, WireJson.Options)!.Summary
                );
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<IReadOnlyList<TrueMessage>> TruthAsync() =>
        (await server.Http!.GetFromJsonAsync<Truth>("truth", JsonSerializerOptions.Web, Token))!.Messages;

    private static async Task UntilStoppedAsync(Host host)
    {
        while ((await host.Services.ListAsync(Token)).Find(Installation.ImcService)!.State != ServiceState.Stopped)
        {
            await Task.Yield();
        }
    }

    private sealed record Truth(IReadOnlyList<TrueMessage> Messages);

    private sealed record TrueMessage(string Name, bool Bad, string State, int Deliveries);
}

/// <summary>A practice server with one message among its mail that kills the store and that 4182 names.</summary>
public sealed class BadMailServer() : PracticeServer("--count", "12", "--seed", "5", "--faults", "message:blank-charset");
