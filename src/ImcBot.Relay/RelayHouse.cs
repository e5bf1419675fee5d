using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Session;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Relay;

/// <summary>Puts the rooms of the relay together.</summary>
internal sealed class RelayHouse : IDisposable
{
    /// <summary>Asks addresses of the host; no proxy stands before them, and what a redirect names is not asked.</summary>
    private static readonly HttpClient Asking = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    private readonly Database _database;
    private readonly Reserve _reserve;

    private RelayHouse(RelayOptions options, Hosts.Host host, TimeProvider time)
    {
        _reserve = new Reserve(options.ReserveFile);
        _database = new Database(options.LedgerFile, _reserve);
        Ledger = new RelayLedger(_database, options.Policy.Digest);
        Site = new Site(host, options.Profile, time, ProductSet.All);
        Actions = new ActionSet(Ledger, options.Policy);
        Clock = new BotClock(time);
        Guard = new PolicyGuard(options.Policy, Actions, Site, Ledger, Clock);
    }

    public RelayLedger Ledger { get; }

    public Site Site { get; }

    public ActionSet Actions { get; }

    public BotClock Clock { get; }

    public PolicyGuard Guard { get; }

    /// <param name="relay">The id that its plans name as the one which made them.</param>
    public GuardedPlanner Planner(string relay) => new(new Planner(Actions, Site, Ledger, relay), Guard);

    /// <summary>Throws <see cref="Hosts.HostException"/> when the server does not answer.</summary>
    public static async Task<RelayHouse> OpenAsync(RelayOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        new(options, await Hosts.Driver.ConnectAsync(options, time, cancellationToken), time);

    public RelaySession Session(RelayOptions options, Membership membership, RelayKey key, ILoggerFactory logs)
    {
        var keys = new GrantKeys(
            new JsonWebKeySet(membership.GrantKeys),
            text => (membership with { GrantKeys = text }).Write(options.MembershipFile)
        );
        var gate = new GateKeeper(membership.Relay, new GrantReader(membership.Relay, keys), Ledger, Clock, Guard, Site.Time);
        var desk = new RunExecutor(
            Actions,
            Site,
            Ledger,
            Planner(membership.Relay),
            gate,
            Guard,
            _reserve,
            key,
            logs.CreateLogger<RunExecutor>()
        );
        return new RelaySession(
            Gateways.Gateway(membership, key, options.Entra, Site.Time, RelayInstance.Own),
            desk,
            new Courier(Ledger, logs.CreateLogger<Courier>()),
            new AlertWatch(
                Site,
                Ledger,
                () => desk.Acting,
                () => desk.IsTakenOver,
                membership.Since ?? 0,
                [.. (options.Subjects ?? []).Select(subject => subject.Url).OfType<string>()],
                Asking
            ),
            Clock,
            keys,
            Site,
            Ledger,
            options.Policy,
            options.Subjects,
            KeyPrint.InGroups(key.PublicKey),
            logs.CreateLogger<RelaySession>()
        );
    }

    public void Dispose() => _database.Dispose();
}
