using ImcBot.Contracts;
using ImcBot.Core.Runbooks;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>Whoever copies the sample gets a relay that can walk the whole of Q317653, and go back.</summary>
public sealed class The_sample_policy_allows_the_article : IDisposable
{
    private static readonly Runbook Article = RunbookFile.Load(
        File.ReadAllBytes(Repository.Path("manifests/runbooks/Q317653.yaml")),
        "Q317653.yaml"
    );

    private static readonly RelayPolicy Sample = PolicyFile.Read(
        File.ReadAllBytes(Repository.Path("manifests/relay/policy.sample.yaml")),
        "policy.sample.yaml",
        PathGrammar.Windows
    );

    private readonly Bench _bench = new(Sample with { Shadow = false });

    public The_sample_policy_allows_the_article()
    {
        var server = _bench.Server;
        server.Put(@"D:\RECYCLER\Dd1.tmp", "rubbish", TimeSpan.FromDays(3));
        server.Put(@"D:\TEMP\old.tmp", "rubbish", TimeSpan.FromDays(3));
        server.Put(FakeServer.Imcdata + @"\Log\L0000001.log", "log", TimeSpan.FromDays(3));
        server.Put(FakeServer.In + @"\MSG00001", "mail");
        server.Set(Installation.ImcDiagnostics, RegistryValue.Dword("7 SMTP Protocol Log", 5));
        server.Set(Installation.StoreParameters, RegistryValue.Dword("Max Threads (Public+Private)", 10));
        server.SetState("McShield", ServiceState.Running);
        server.SetState(FakeServer.Imc, ServiceState.Stopped);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Remedies =>
        [.. Article.Steps.SelectMany(step => step.Offers.Where(offer => offer.Remedy is not null).Select(offer => (step.Id, offer.Name)))];

    [Theory]
    [MemberData(nameof(Remedies))]
    public async Task A_remedy_of_the_article_is_planned_and_not_refused(string step, string remedy)
    {
        var planned = Article.Find(step)!.Offers.Single(offer => offer.Name == remedy).Remedy!;

        var (plan, _) = await _bench.PlanAsync(planned);

        Assert.Null(await _bench.Guard.RefuseAsync(plan, bringsToRest: false, Token));
        Assert.Empty(planned.Calls.Select(call => call.Use).Except(plan.Effects.Select(effect => effect.Call.Use)));
    }

    [Fact]
    public async Task Imcdata_is_moved_and_brought_back()
    {
        var move = Article.Steps[0].Offers.Single(offer => offer.Name == "move-imcdata").Remedy!;

        Assert.Equal(Verdict.Clear, (await _bench.ActAsync(move)).Verdict);
        Assert.Equal(["MSG00001"], _bench.Server.Names(@"E:\Exchsrvr\Imcdata\In"));
        Assert.Equal(Verdict.Clear, (await _bench.ActAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 4))).Verdict);
        Assert.Equal(["MSG00001"], _bench.Server.Names(FakeServer.In));
    }

    [Fact]
    public async Task What_is_possible_is_told_beside_what_policy_and_server_would_refuse()
    {
        var calls = new RunbookCalls(
            "X",
            "",
            [
                new("disk", Call.To("disk.free", ("path", "${imcdata}"), ("at-least", "1MB"))),
                new("other", Call.To("service.running", ("service", "Nowhere"))),
            ],
            [
                new("start", Article.StartOnce),
                new("threads", new Remedy([Call.To("threads.set", ("value", "1"))], null, [], [])),
                new("stop", new Remedy([Call.To("service.stop", ("service", "McShield"))], null, [], [])),
            ]
        );
        var planner = new Planner(_bench.Actions, _bench.Site, _bench.Ledger, "none");
        var before = _bench.Server.Snapshot();

        var tried = new List<Tried>();
        await foreach (
            var one in new Trial(
                _bench.Actions,
                _bench.Site,
                new GuardedPlanner(
                    planner,
                    new PolicyGuard(
                        Sample with
                        {
                            Services = [Installation.ImcService, Installation.StoreService],
                        },
                        _bench.Actions,
                        _bench.Site,
                        _bench.Ledger,
                        _bench.Clock
                    )
                )
            ).RunAsync(calls, Token)
        )
        {
            tried.Add(one);
        }

        Assert.Equal(
            [
                ("disk", Verdict.Clear),
                ("other", Verdict.Failed),
                ("start", Verdict.Clear),
                ("threads", Verdict.Finding),
                ("stop", Verdict.Failed),
            ],
            tried.Select(one => (one.Name, one.Verdict))
        );
        Assert.Contains("only raises", tried[3].Said);
        Assert.Contains("none of the services", tried[4].Said);
        Assert.Equal(before, _bench.Server.Snapshot());
    }

    public void Dispose() => _bench.Dispose();
}
