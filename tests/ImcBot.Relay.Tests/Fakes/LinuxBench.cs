using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Tests.Fakes;

/// <summary>A relay's checks and actions on this very machine, without a bot.</summary>
internal sealed class LinuxBench : IDisposable
{
    private static readonly QuestionId Question = new(7, 3);

    private readonly Database _database;
    private readonly RelayLedger _ledger;
    private Meddling? _meddling;

    public LinuxBench()
    {
        _database = new Database(Path.Combine(Server.Folder, "ledger.db"));
        _ledger = new RelayLedger(_database, "digest");
        Policy = Policies.Usual with
        {
            Paths = PathGrammar.Unix,
            Folders = [Server.Room],
            Services = [LinuxServer.Web, LinuxServer.Base],
            Disposable = [new(Server.Room, Disposable.Everything, TimeSpan.Zero)],
        };
    }

    public LinuxServer Server { get; } = new();

    public RelayPolicy Policy { get; set; }

    public string Room => Server.Room;

    /// <summary>Called when the last look before the deletion is over.</summary>
    public Action? Meanwhile
    {
        set => _meddling = new Meddling(Server.Host.Files, value!);
    }

    private Site Site =>
        new(Server.Host with { Files = _meddling ?? Server.Host.Files }, new HostProfile(1, 1, 15, 15, 3), TimeProvider.System, []);

    private ActionSet Actions => new(_ledger, Policy);

    public Task<Finding> CheckAsync(string use, params (string Name, string Value)[] with) =>
        Actions.Checks[use].CheckAsync(Call.To(use, with), Site, CancellationToken.None);

    public Task<Plan> PlanAsync(string use, params (string Name, string Value)[] with) =>
        new Planner(Actions, Site, _ledger, "relay").PlanAsync(
            Question,
            new Remedy([], null, [Call.To(use, with)], []),
            CancellationToken.None
        );

    public Task<Report> ActAsync(Plan plan) =>
        new PlanRunner(
            Actions,
            Site,
            _ledger,
            new PolicyGuard(Policy, Actions, Site, _ledger, new BotClock(TimeProvider.System))
        ).ExecuteAsync(new Job(new RunId(Question, 1), JobKind.Act), plan, CancellationToken.None);

    public void Dispose()
    {
        _database.Dispose();
        Server.Dispose();
    }

    private sealed class Meddling(IFiles files, Action meanwhile) : IFiles
    {
        public Task<IReadOnlyList<FileEntry>?> ListAsync(
            string folder,
            string pattern,
            bool recursive,
            CancellationToken cancellationToken
        ) => files.ListAsync(folder, pattern, recursive, cancellationToken);

        public Task<string?> LinkAsync(string path, CancellationToken cancellationToken) => files.LinkAsync(path, cancellationToken);

        public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => files.OpenAsync(path, cancellationToken);

        public async Task<IReadOnlySet<string>> InUseAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
        {
            var open = await files.InUseAsync(paths, cancellationToken);
            meanwhile();
            return open;
        }

        public Task<Version?> VersionAsync(string path, CancellationToken cancellationToken) => files.VersionAsync(path, cancellationToken);
    }
}
