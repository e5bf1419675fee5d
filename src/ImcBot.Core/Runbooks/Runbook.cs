using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <summary>A KB article as data.</summary>
/// <param name="Service">The service whose start puts the host back to work.</param>
/// <param name="Verify">Checks that together mean "healthy".</param>
/// <param name="Digest">SHA-256 of the bytes it was read from.</param>
internal sealed record Runbook(
    string Id,
    string Title,
    string Service,
    IReadOnlyList<OpensOn> OpensOn,
    IReadOnlyList<Call> Verify,
    IReadOnlyList<Step> Steps,
    string Digest
)
{
    /// <summary>What people read about its subject.</summary>
    public SubjectWords Words { get; init; } = SubjectWords.Plain;

    /// <summary>Where its steps begin in the file.</summary>
    public Mark At { get; init; }

    /// <summary>What a subject may set.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>What is looked at without any event, and opens an incident.</summary>
    public IReadOnlyList<OpensOnOutage> Outages { get; init; } = [];

    /// <summary>Whether a person may open an incident with it.</summary>
    public bool IsManual { get; init; }

    /// <summary>Where its subject answers; null where that was not said.</summary>
    public string? Url { get; init; }

    public Step? Find(string? step) => Steps.FirstOrDefault(candidate => candidate.Id == step);

    /// <summary>A plain start of the service, changing nothing else.</summary>
    public Remedy StartOnce => new([], null, [], [Catalog.CallOf(Purpose.Start, (CallArguments.Service, Service))]);
}

/// <summary>Something that differs from host to host; <c>${name}</c> stands for it in the runbook.</summary>
/// <param name="Description">What it is, for whoever writes a subject.</param>
internal sealed record Parameter(string Name, string Default, string Description);

/// <summary>A state of the subject that opens an incident.</summary>
/// <param name="Kind">Down or silent.</param>
/// <param name="Seconds">For how long it must be so.</param>
internal sealed record OpensOnOutage(OutageKind Kind, int Seconds);

/// <summary>Which events open an incident, or are told to an open one.</summary>
/// <param name="Log">The server's log that they stand in.</param>
/// <param name="Source">Who writes them; with <c>*</c> at its end every source whose name begins so.</param>
/// <param name="Fatal">The service is known to be stopping: opens at once.</param>
/// <param name="Warning">Opens only when the service is down a minute later, else a quiet card.</param>
/// <param name="Foreign">When one of these came first, the article does not apply.</param>
/// <param name="Told">Open nothing, and belong to the incident that is open.</param>
/// <param name="Kinds">Open at once, as what is fatal does, by what lines tell that have no number.</param>
internal sealed record OpensOn(
    string Log,
    string Source,
    IndexSet Fatal,
    IndexSet Warning,
    IndexSet Foreign,
    IndexSet Told,
    IReadOnlyList<string> Kinds
)
{
    /// <summary>What a relay looks out for because of this.</summary>
    public WatchedEvents Watched => new(Log, Source, Fatal.Union(Foreign), Warning.Union(Told), Kinds.Count == 0 ? null : Kinds);
}

/// <summary>One step of the article: one check and what can be done about its finding, gentlest first.</summary>
/// <param name="Kb">The line of the article it follows, such as <c>Q317653 resolution 4</c>.</param>
/// <param name="Departs">Where and why it departs from the article, or null.</param>
/// <param name="After">Steps whose open finding would make this one convict innocents; they are recommended first.</param>
/// <param name="LastResort">Offered without a finding of its own when nothing else has brought the service back.</param>
internal sealed record Step(
    string Id,
    string Name,
    string Kb,
    string? Departs,
    Call Check,
    IReadOnlyList<Offer> Offers,
    IReadOnlyList<string> After,
    bool LastResort
)
{
    public Mark At { get; init; }
}

/// <summary>Something that can be done about a finding: a remedy for the relay, or work for a person.</summary>
/// <param name="Name">Unique within the step.</param>
/// <param name="Does">What it does, for people.</param>
/// <param name="Remedy">Null when only a person can do it.</param>
/// <param name="Evidence">A check whose answer helps the person, or null.</param>
/// <param name="Rides">Small enough to ride on the card of another step's restart.</param>
/// <param name="Later">Can wait for daylight once the service works.</param>
/// <param name="Search">Budget, when the remedy is a search.</param>
internal sealed record Offer(
    string Name,
    string Does,
    Remedy? Remedy,
    Call? Evidence,
    ApprovalRule Approval,
    bool Rides,
    bool Later,
    SearchLimits? Search
)
{
    public Mark At { get; init; }

    public OfferWhen When { get; init; }

    /// <summary>The least impact its approval counts as; the plan and the catalog may weigh it higher.</summary>
    public Impact Impact { get; init; } = Impact.Read;
}

/// <summary>Budget of a search, first reached.</summary>
internal sealed record SearchLimits(int Starts, int Crashes, int Minutes)
{
    public string InWords(SubjectWords words) =>
        $"{SubjectWords.Count(Starts, "start")}, {words.CountCrashes(Crashes)} or {SubjectWords.Count(Minutes, "minute")}";
}
