using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions;

/// <summary>
/// What the rest of the relay must know of a kind of software that may be installed on the server. A product of which nothing is there
/// answers nothing, as does one that has nothing to say.
/// </summary>
internal interface IProduct
{
    /// <summary>Names such as <c>imcdata</c> that may stand as <c>${name}</c> at the beginning of a path, and how each is found.</summary>
    IReadOnlyDictionary<string, Func<Site, CancellationToken, Task<string>>> Paths =>
        new Dictionary<string, Func<Site, CancellationToken, Task<string>>>(StringComparer.Ordinal);

    /// <summary>What is asked of a server of this kind when nobody names a question.</summary>
    IReadOnlyList<Call> Checks => [];

    /// <summary>Whether it may be installed on a server whose paths are spelt like this.</summary>
    bool IsFor(PathGrammar system) => true;

    /// <summary>What <c>doctor</c> looks at there.</summary>
    IReadOnlyList<(string What, Func<Site, CancellationToken, Task<Diagnosis>> Look)> Looks => [];

    /// <summary>Programs of it that open the files of its work.</summary>
    IReadOnlyList<string> Programs => [];

    /// <summary>Whether a service is one of its own.</summary>
    bool Has(string service);

    /// <summary>
    /// Where its work lies: nothing below is deleted to gain space. Nothing where it is not installed; throws <see cref="HostException"/>
    /// where it is and does not tell.
    /// </summary>
    Task<ProductFiles> FilesAsync(Site site, CancellationToken cancellationToken);

    /// <summary>
    /// A database of it, or a log of one, on this volume, in full: nothing is moved there that could fill it. Null where there is none.
    /// </summary>
    Task<string?> DatabaseOnAsync(Site site, string volume, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>What an entry of the log tells of it; null for an entry of something else.</summary>
    EventMeaning? Read(LogEvent entry);

    /// <summary>Which entries of a service's log are its own, where several may write to it; all where the product cannot tell.</summary>
    Task<IReadOnlyList<LogEvent>> OwnAsync(
        Site site,
        string service,
        IReadOnlyList<LogEvent> entries,
        CancellationToken cancellationToken
    ) => Task.FromResult(entries);

    /// <summary>
    /// The service that dies with this one when an item is bad; null where that is the service itself, or it is none of the product's.
    /// </summary>
    string? FallsWith(string service) => null;

    /// <summary>How people call a service of it that has crashed; null where it is none of the product's.</summary>
    string? Called(string service) => null;

    /// <summary>What a person can do about a service of it that neither works nor stops; null where nothing is known.</summary>
    string? WhenWedged(string service) => null;

    /// <summary>Why nothing need answer on this port, as a sentence, or null.</summary>
    Task<string?> WhySilentAsync(Site site, int port, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Why excluding files from scanning is not enough, as a sentence, or null.</summary>
    Task<string?> ScannerInsideAsync(Site site, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>What its users notice of a plan, as sentences; null where it is not there.</summary>
    string? Users(ServicesOfPlan plan);

    /// <summary>What may go wrong, in its words.</summary>
    RiskWords Risks { get; }
}

/// <summary>What may go wrong, each a sentence; null where nothing is said.</summary>
/// <param name="InWork">When a search has the service crash.</param>
/// <param name="Returned">When held items are put back.</param>
/// <param name="Leaving">When items are held that were on their way out.</param>
/// <param name="KeptOut">When new items are kept out.</param>
/// <param name="Started">When the service is started.</param>
internal sealed record RiskWords(string InWork, string Returned, string? Leaving, string KeptOut, string Started)
{
    public static RiskWords OfAnyService { get; } =
        new(
            "What is in work at a crash may be done twice. Nothing is deleted.",
            "If a returned item is bad, the service stops again.",
            null,
            "New work is kept out until that is taken back.",
            "If the cause is still there, the service stops again."
        );
}

/// <summary>The files of a product.</summary>
/// <param name="Work">Folders with what it keeps for people.</param>
/// <param name="Logs">Logs of its own that may go once they are old.</param>
internal sealed record ProductFiles(IReadOnlyList<string> Work, IReadOnlyList<OldLogs> Logs)
{
    public static ProductFiles None { get; } = new([], []);
}

/// <summary>Logs that may be deleted: files of this pattern right in this folder, older than this.</summary>
internal sealed record OldLogs(string Folder, string Pattern, TimeSpan Age);

/// <summary>What an entry of the log tells of a product.</summary>
/// <param name="IsOwn">It is the product's own word on its health.</param>
/// <param name="IsFatal">The service is going down, or will at its next start.</param>
/// <param name="IsCrash">A process of it died.</param>
/// <param name="IsBlocked">Items do not move for a reason of its own, though the service runs.</param>
/// <param name="Items">Names of the items in work, or of the culprit.</param>
/// <param name="Detail">What its binary data says.</param>
internal sealed record EventMeaning(bool IsOwn, bool IsFatal, bool IsCrash, bool IsBlocked, IReadOnlyList<string> Items, string? Detail)
{
    /// <summary>A stable word for what is told, where the system's log has no number for it.</summary>
    public string? Kind { get; init; }

    /// <summary>All that leaves this server of an entry that may name people; null where its text, or what its kind means, may.</summary>
    public string? Told { get; init; }

    public static EventMeaning Nothing { get; } = new(false, false, false, false, [], null);
}

/// <summary>The services of a plan, as they are and as they will be.</summary>
/// <param name="Crashes">How often a search may have the service crash, in words; null where none may.</param>
internal sealed record ServicesOfPlan(
    IReadOnlyList<PlannedEffect> Effects,
    IReadOnlyList<ServiceInfo> Now,
    IReadOnlyList<ServiceInfo> Then,
    string? Crashes
)
{
    /// <summary>Whether it stops a service, and whether that runs before and after.</summary>
    public (bool Stops, bool Runs, bool WillRun) Course(string service) =>
        (
            Effects.Any(effect => effect.Stops?.Contains(service, StringComparer.OrdinalIgnoreCase) == true),
            Now.Find(service)?.State == ServiceState.Running,
            Then.Find(service)?.State == ServiceState.Running
        );

    public bool Starts(string service) => Effects.Any(effect => effect.Starts?.Contains(service, StringComparer.OrdinalIgnoreCase) == true);
}
