using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Session;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImcBot.Relay.Tests.Fakes;

/// <summary>A relay on the fake server, with the bot's grant key at hand.</summary>
internal sealed class Bench : IDisposable
{
    public const string RelayId = "exch01-abc";

    /// <summary>Of the poll that jobs here answer.</summary>
    public const string Nonce = "poll-1";

    public static readonly QuestionId Question = new(7, 3);

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-relay-").FullName;
    private Database _database;

    public Bench(RelayPolicy? policy = null)
    {
        Server = new FakeServer(Time);
        Policy = policy ?? Policies.Usual;
        Key = RelayKey.Open(Path.Combine(_folder, "relay.key"));
        Clock.Hear(BotNow);
        (_database, Ledger, Desk, Actions, Planner, Site) = Open();
    }

    public LeapingTime Time { get; } = new();

    public FakeServer Server { get; }

    /// <summary>Counts from the next <see cref="Reopen"/>.</summary>
    public RelayPolicy Policy { get; set; }

    public BotClock Clock => _clock ??= new BotClock(Time);

    private BotClock? _clock;

    public GrantForge Forge { get; } = new();

    /// <summary>What the relay signs its ledger with; another one counts from the next <see cref="Reopen"/>.</summary>
    public RelayKey Key { get; set; }

    public RelayLedger Ledger { get; private set; }

    public RunExecutor Desk { get; private set; }

    public ActionSet Actions { get; private set; }

    public Planner Planner { get; private set; }

    public Site Site { get; private set; }

    /// <summary>The bot's clock: a day apart from the relay's, so that a mix-up shows.</summary>
    public long BotNow => Relay.Hosts.Clock.Micros(Time.GetUtcNow() - Time.WallClockOff + TimeSpan.FromDays(1));

    public PolicyGuard Guard => new(Policy, Actions, Site, Ledger, Clock);

    public const string PolicyDigest = "digest of the policy file";

    public GateKeeper Gate => new(RelayId, new GrantReader(RelayId, new GrantKeys(Forge.Keys, _ => { })), Ledger, Clock, Guard, Time);

    /// <summary>Kills the relay before its next change of that number.</summary>
    public void KillBefore(int change)
    {
        var left = change;
        Server.Changing = _ =>
        {
            if (--left <= 0)
            {
                throw new KilledException();
            }
        };
    }

    /// <summary>What the relay would know after it was killed and started again.</summary>
    public void Reopen()
    {
        _database.Dispose();
        Desk.Dispose();
        (_database, Ledger, Desk, Actions, Planner, Site) = Open();
    }

    /// <summary>Plans a remedy and keeps the plan.</summary>
    public async Task<(Plan Plan, string Digest)> PlanAsync(Remedy remedy, QuestionId? question = null)
    {
        var plan = await Planner.PlanAsync(question ?? Question, remedy, CancellationToken.None);
        return (plan, Ledger.KeepPlan(question ?? Question, Plan.ToBytes(plan)));
    }

    public Task<Report> ActAsync(Remedy remedy, QuestionId? question = null) => ActAsync(remedy, question ?? Question, static () => { });

    /// <summary>Plans, lets something happen, then acts under a grant.</summary>
    public async Task<Report> ActAsync(Remedy remedy, QuestionId question, Action meanwhile)
    {
        var (plan, digest) = await PlanAsync(remedy, question);
        meanwhile();
        return await RunAsync(new RunId(question, 1), digest, plan.Impact);
    }

    /// <summary>Has the desk carry out one run under a fresh grant, and reads its report where no session takes it away.</summary>
    public async Task<Report> RunAsync(RunId run, string digest, Impact impact = Impact.Destructive, RoundOrder? order = null)
    {
        await HandOutAsync(run, digest, impact, order);
        return Ledger.FinishedReport(run, JobKind.Act) ?? Waiting().Last(report => report.Run == run);
    }

    /// <summary>Has the desk carry out one run under a fresh grant; its report is the session's to bring.</summary>
    public Task HandOutAsync(RunId run, string digest, Impact impact = Impact.Destructive, RoundOrder? order = null)
    {
        Clock.Hear(BotNow);
        var grant = Forge.Mint(
            new GrantTerms(run.Question.ToString(), digest, RelayId)
            {
                Impact = impact.ToString().ToLowerInvariant(),
                Runs = 20,
                Minutes = 600,
                Order = order,
            },
            BotNow / 1_000_000
        );
        return Desk.TakeAsync(new Job(run, JobKind.Act, Plan: digest, Grant: grant, Order: order), Receipt(), CancellationToken.None);
    }

    /// <summary>A job comes now.</summary>
    public Receipt Receipt() => new(Time.GetTimestamp(), Nonce);

    public List<Report> Waiting() =>
        [
            .. Ledger
                .Waiting(1000)
                .Where(letter => letter.Kind == Letter.Report)
                .Select(letter => System.Text.Json.JsonSerializer.Deserialize<Report>(letter.Body, WireJson.Options)!),
        ];

    /// <summary>Changes the ledger's own file behind its back.</summary>
    public void Falsify(string sql) => _database.Run(sql);

    /// <summary>Changes a plan's bytes in the ledger's own file behind its back.</summary>
    public string Corrupt(string digest)
    {
        _database.Run(
            "UPDATE plan SET bytes = CAST(replace(CAST(bytes AS TEXT), 'MSExchangeIMC', 'MSExchangeSA') AS BLOB) WHERE digest=@digest",
            ("@digest", digest)
        );
        return digest;
    }

    public void Dispose()
    {
        _database.Dispose();
        Desk.Dispose();
        Key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private (Database, RelayLedger, RunExecutor, ActionSet, Planner, Site) Open()
    {
        var database = new Database(Path.Combine(_folder, "ledger.db"));
        var ledger = new RelayLedger(database, PolicyDigest);
        var site = new Site(Server.Host, new HostProfile(2, 4, 15, 15, 3), Time, ProductSet.All);
        var actions = new ActionSet(ledger, Policy);
        var guard = new PolicyGuard(Policy, actions, site, ledger, Clock);
        var planner = new Planner(actions, site, ledger, RelayId);
        var gate = new GateKeeper(RelayId, new GrantReader(RelayId, new GrantKeys(Forge.Keys, _ => { })), ledger, Clock, guard, Time);
        return (
            database,
            ledger,
            new RunExecutor(
                actions,
                site,
                ledger,
                new GuardedPlanner(planner, guard),
                gate,
                guard,
                new Reserve(Path.Combine(_folder, "reserve.bin")),
                Key,
                NullLogger<RunExecutor>.Instance
            ),
            actions,
            planner,
            site
        );
    }
}

/// <summary>The relay is killed here.</summary>
internal sealed class KilledException() : Exception("The relay was killed.");
