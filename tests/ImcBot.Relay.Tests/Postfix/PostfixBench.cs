using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Postfix;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing.Mail;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>A relay's checks and actions beside a live Postfix, without a bot.</summary>
internal sealed class PostfixBench : IDisposable
{
    public const string Service = "pf";

    public static readonly QuestionId Question = new(7, 3);

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-postfix-relay-").FullName;
    private readonly LivePostfix _postfix;
    private readonly Database _database;
    private readonly RelayLedger _ledger;
    private Action? _meanwhile;
    private int _run;

    public PostfixBench(LivePostfix postfix)
    {
        _postfix = postfix;
        _database = new Database(Path.Combine(_folder, "ledger.db"));
        _ledger = new RelayLedger(_database, "digest");
        Policy = Policies.Usual with
        {
            Paths = PathGrammar.Unix,
            Folders = [postfix.Queue, postfix.Config, Path.Combine(Path.GetDirectoryName(postfix.Queue)!, "ImcBotHold")],
            Services = [Service],
            Disposable = [],
        };
        Host = LinuxHost.Connect([Described], notes: null, TimeProvider.System);
        Host = Host with
        {
            Files = new Meddling(
                Host.Files,
                Path.Combine(postfix.Queue, "hold"),
                () => Interlocked.Exchange(ref _meanwhile, null)?.Invoke()
            ),
        };
    }

    private ManagedService Described =>
        new(Service)
        {
            Settings = _postfix.Config,
            Start = LivePostfix.Vector(_postfix.Config, "start"),
            Stop = LivePostfix.Vector(_postfix.Config, "stop"),
            Reload = LivePostfix.Vector(_postfix.Config, "reload"),
            PidFile = _postfix.PidFile,
            Log = _postfix.Log,
        };

    public Host Host { get; }

    public RelayPolicy Policy { get; set; }

    public Site Site => new(Host, new HostProfile(2, 2, 15, 15, 3), TimeProvider.System, ProductSet.All);

    public IHostWriter Writer => Host.Writer("INC-7/3#1");

    private ActionSet Actions => new(_ledger, Policy);

    public IReadOnlyList<MessageRecord> Messages => _ledger.Messages(Question);

    public SearchRecord Search => _ledger.FindSearch(Question)!;

    public Task<PostfixQueue> QueueAsync(string? items = null) =>
        PostfixQueue.OpenAsync(Site, Service, items, through: null, CancellationToken.None);

    public Task<Finding> CheckAsync(string use, params (string Name, string Value)[] with) =>
        Actions.Checks[use].CheckAsync(Call.To(use, with), Site, CancellationToken.None);

    public Task<Plan> PlanAsync(string use, params (string Name, string Value)[] with) =>
        PlanAsync(new Remedy([], null, [Call.To(use, with)], []));

    public Task<Plan> PlanAsync(Remedy remedy) =>
        new Planner(Actions, Site, _ledger, "relay").PlanAsync(Question, remedy, CancellationToken.None);

    public Task<string?> RefuseAsync(Plan plan) => Guard.RefuseAsync(plan, false, CancellationToken.None);

    public Task<Report> ActAsync(Plan plan, RoundOrder? order = null) =>
        new PlanRunner(Actions, Site, _ledger, Guard).ExecuteAsync(
            new Job(new RunId(Question, ++_run), JobKind.Act) { Order = order },
            plan,
            CancellationToken.None
        );

    /// <summary>Follows its log for lines of these kinds.</summary>
    public LogFollower Follower(params string[] kinds) =>
        new(
            Service,
            [new WatchedService(Service, [new(Service, Service, IndexSet.Empty, IndexSet.Empty, kinds)])],
            Site,
            _ledger,
            () => 0,
            0
        );

    /// <summary>What the bot is told of its log.</summary>
    public IReadOnlyList<HostEvent> Told() =>
        [.. _ledger.Waiting(10).SelectMany(letter => JsonSerializer.Deserialize<HostAlert>(letter.Body, WireJson.Options)!.Events)];

    public async Task<Report> UndoAsync() => await ActAsync(await PlanAsync(Remedy.Undo(Question)));

    /// <summary>What somebody does before the relay next looks at what is held.</summary>
    public void Meanwhile(Action does) => _meanwhile = does;

    private PolicyGuard Guard => new(Policy, Actions, Site, _ledger, new BotClock(TimeProvider.System));

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Meddling(IFiles files, string hold, Action meanwhile) : IFiles
    {
        public Task<IReadOnlyList<FileEntry>?> ListAsync(string folder, string pattern, bool recursive, CancellationToken cancellationToken)
        {
            Meddle(folder);
            return files.ListAsync(folder, pattern, recursive, cancellationToken);
        }

        public Task<IReadOnlyCollection<string>> NamesAsync(string folder, CancellationToken cancellationToken)
        {
            Meddle(folder);
            return files.NamesAsync(folder, cancellationToken);
        }

        public Task<string?> LinkAsync(string path, CancellationToken cancellationToken) => files.LinkAsync(path, cancellationToken);

        public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => files.OpenAsync(path, cancellationToken);

        public Task<IReadOnlySet<string>> InUseAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
            files.InUseAsync(paths, cancellationToken);

        public Task<DeletedFiles> DeletedAsync(CancellationToken cancellationToken) => files.DeletedAsync(cancellationToken);

        public Task<Version?> VersionAsync(string path, CancellationToken cancellationToken) => files.VersionAsync(path, cancellationToken);

        private void Meddle(string folder)
        {
            if (folder == hold)
            {
                meanwhile();
            }
        }
    }
}
