using ImcBot.Contracts;

namespace ImcBot.Relay.Actions;

/// <summary>Which services an effect stops and starts, as things stand when it is planned.</summary>
/// <param name="Stops">Short names, in order.</param>
/// <param name="Starts">Short names, in order.</param>
/// <param name="Crashes">How often it may have a service crash before it gives up.</param>
internal sealed record ServiceChange(IReadOnlyList<string> Stops, IReadOnlyList<string> Starts, int Crashes = 0)
{
    public static ServiceChange None { get; } = new([], []);

    /// <summary>The traits that come from here.</summary>
    public static IReadOnlyList<Trait> All { get; } = [Trait.StopsService, Trait.StartsService, Trait.DisconnectsUsers];

    public static ServiceChange Stop(params IReadOnlyList<string> services) => new(services, []);

    public static ServiceChange Start(params IReadOnlyList<string> services) => new([], services);

    /// <summary>Stops what is to lie still meanwhile, if it runs.</summary>
    public static async Task<ServiceChange> StopIfRunningAsync(Site site, string service, CancellationToken cancellationToken) =>
        (await site.ServiceAsync(service, cancellationToken)).State is Hosts.ServiceState.Stopped ? None : Stop(service);

    public IEnumerable<Trait> Traits =>
        All.Where(trait =>
            trait switch
            {
                Trait.StopsService => Stops.Count > 0,
                Trait.StartsService => Starts.Count > 0,
                _ => Crashes > 0 || Stops.Any(ServerPaths.UsersConnectTo),
            }
        );
}

/// <summary>How an effect is taken back, as things stand now.</summary>
/// <param name="Does">A sentence for the approval card.</param>
/// <param name="Services">What it stops and starts; null where it touches no service, or none that is known.</param>
internal sealed record UndoPlan(string Does, ServiceChange? Services = null)
{
    /// <summary>What the effect touched and taking it back does not, as things stand.</summary>
    public IReadOnlyList<Trait> Spares { get; init; } = [];

    /// <summary>What taking back never does, whatever the effect did.</summary>
    public static IReadOnlyList<Trait> Never { get; } = [Trait.Deletes, Trait.Holds, Trait.GainsSpace];
}
