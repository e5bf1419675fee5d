using ImcBot.Contracts;
using ImcBot.Relay;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Lab;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Server;

/// <summary>The relay's own planner and runner on a practice server, under the shipped practice policy; without bot and grants.</summary>
internal sealed class PractisingRelay : IDisposable
{
    private readonly string _folder;
    private readonly Database _database;
    private readonly RelayLedger _ledger;
    private readonly Planner _planner;
    private readonly PlanRunner _runner;

    private PractisingRelay(string folder, ImcBot.Relay.Hosts.Host host, IReadOnlyList<PolicyCommand> commands)
    {
        _folder = folder;
        _database = new Database(Path.Combine(folder, "ledger.db"));
        _ledger = new RelayLedger(_database);
        var file = Repository.Path("manifests/relay/practice.policy.yaml");
        var policy = PolicyFile.Read(file, PathGrammar.Windows) with { Commands = commands };
        var actions = new ActionSet(_ledger, policy);
        var site = new Site(host, new HostProfile(2, 4, 30, 30, 3), TimeProvider.System, ProductSet.All);
        _planner = new Planner(actions, site, _ledger, Some.Relay);
        _runner = new PlanRunner(
            actions,
            site,
            _ledger,
            new PolicyGuard(policy, actions, site, _ledger, new BotClock(TimeProvider.System))
        );
    }

    public static async Task<PractisingRelay> OpenAsync(RunningServer server, params IReadOnlyList<PolicyCommand> commands) =>
        new(
            Directory.CreateTempSubdirectory("imcbot-practising-").FullName,
            await LabHost.ConnectAsync(server.Http, TestContext.Current.CancellationToken),
            commands
        );

    /// <summary>The plan as its bytes say it: what a card is drawn from.</summary>
    public async Task<Plan> PlanAsync(QuestionId question, Remedy remedy)
    {
        var plan = await _planner.PlanAsync(question, remedy, TestContext.Current.CancellationToken);
        _ledger.KeepPlan(question, Plan.ToBytes(plan));
        return Plan.FromBytes(Plan.ToBytes(plan));
    }

    public Task<Report> RunAsync(Plan plan, int run = 1, RoundOrder? order = null) =>
        _runner.ExecuteAsync(
            new Job(new RunId(plan.Question, run), JobKind.Act, Plan: ContentDigest.Of(Plan.ToBytes(plan)), Order: order),
            plan,
            TestContext.Current.CancellationToken
        );

    /// <summary>The numbers of the messages that a question holds or held, by name.</summary>
    public IReadOnlyDictionary<string, int> Messages(QuestionId question) =>
        _ledger.Messages(question).ToDictionary(message => message.Name, message => message.Index, StringComparer.OrdinalIgnoreCase);

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
