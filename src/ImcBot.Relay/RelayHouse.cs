using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Session;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Relay;

/// <summary>Puts the rooms of the relay together.</summary>
internal sealed class RelayHouse : IDisposable
{
    private readonly Database _database;

    private RelayHouse(RelayOptions options, Hosts.Host host, TimeProvider time)
    {
        _database = new Database(options.LedgerFile);
        Ledger = new RelayLedger(_database);
        Site = new Site(host, options.Profile, time);
        Actions = new ActionSet(Ledger);
    }

    public RelayLedger Ledger { get; }

    public Site Site { get; }

    public ActionSet Actions { get; }

    /// <summary>Throws <see cref="Hosts.HostException"/> when the server does not answer.</summary>
    public static async Task<RelayHouse> OpenAsync(RelayOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        new(options, await Hosts.Driver.ConnectAsync(options, time, cancellationToken), time);

    public RelaySession Session(RelayOptions options, Membership membership, RelayKey key, ILoggerFactory logs)
    {
        var clock = new BotClock(Site.Time);
        var gate = new GateKeeper(
            membership.Relay, new GrantReader(membership.Relay, new JsonWebKeySet(membership.GrantKeys)), Ledger, clock, options.HighestImpact, Site.Time);
        var desk = new JobDesk(Actions, Site, Ledger, new Planner(Actions, Site, Ledger, membership.Relay), gate, new Reserve(options.ReserveFile), logs.CreateLogger<JobDesk>());
        return new RelaySession(
            Gateways.Gateway(membership, key, Site.Time), desk, new Courier(Ledger, logs.CreateLogger<Courier>()), new AlertWatch(Site, Ledger, () => desk.Acting), clock, Site, Ledger,
            KeyPrint.Of(key.PublicKey), logs.CreateLogger<RelaySession>());
    }

    public void Dispose() => _database.Dispose();
}
