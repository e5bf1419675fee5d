using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>Something the server's own event log said.</summary>
/// <param name="Events">Oldest first.</param>
/// <param name="ServiceUp">Whether the watched service ran when the relay looked after the newest event.</param>
/// <param name="Backlog">True when these were read back at the relay's start.</param>
/// <param name="Outage">What was seen of the service without any event; null where events are told, or that it runs again.</param>
public sealed record HostAlert(
    string Host,
    string Service,
    bool ServiceUp,
    bool Backlog,
    IReadOnlyList<HostEvent> Events,
    long At,
    HostOutage? Outage = null
)
{
    /// <summary>When what is told began, Unix microseconds.</summary>
    [JsonIgnore]
    public long Since => Events.Select(said => said.At).DefaultIfEmpty(Outage?.Since ?? At).Min();
}

/// <summary>What a relay sees of a service by looking at it.</summary>
[JsonConverter(typeof(TolerantEnumConverter<OutageKind>))]
public enum OutageKind
{
    Unknown,

    /// <summary>It is down, and nobody has stopped it in an orderly way.</summary>
    ServiceDown,

    /// <summary>Nothing answers at its address.</summary>
    UrlSilent,

    /// <summary>It was stopped in an orderly way.</summary>
    OrderlyStop,
}

/// <summary>Something seen by looking.</summary>
/// <param name="Since">Server clock, Unix microseconds, when it was first seen so.</param>
/// <param name="Url">For <see cref="OutageKind.UrlSilent"/>: the address.</param>
public sealed record HostOutage(OutageKind Kind, long Since, string? Url = null);

/// <summary>One event-log entry.</summary>
/// <param name="Index">The log's own record number.</param>
/// <param name="At">Server clock, Unix microseconds.</param>
/// <param name="Names">Spool file names it mentions.</param>
/// <param name="Kind">What the line tells, a word of <see cref="Catalog.EventKinds"/>; null where the log has a number for it. Of such a
/// line nothing else is told: it may name people.</param>
public sealed record HostEvent(
    long Index,
    long At,
    string Source,
    int Id,
    string Message,
    IReadOnlyList<string> Names,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kind = null
)
{
    /// <summary>What people call it.</summary>
    [JsonIgnore]
    public string Called => Kind ?? $"{Id}";
}
