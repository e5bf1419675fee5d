using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>How a search round ended.</summary>
[JsonConverter(typeof(TolerantEnumConverter<RoundVerdict>))]
public enum RoundVerdict
{
    /// <summary>The window ran out without evidence: tells nothing beyond what was accepted.</summary>
    Unknown,
    Ran,
    Crashed,
    Hung,
}

/// <summary>What a round of the search told. Indexes at or above the manifest's first count are arrivals.</summary>
/// <param name="Outline">The held mail; with the hold round only.</param>
/// <param name="Accepted">Messages the store has taken, in any round so far.</param>
/// <param name="InQueue">Messages in In now.</param>
/// <param name="Archived">Messages that went to In\Archive undelivered.</param>
/// <param name="Named">Messages that events of this round named (4182, 4117, 12xxx).</param>
/// <param name="PossibleDuplicates">Messages in flight at a crash of this round.</param>
/// <param name="Arrived">How many messages have arrived since the hold.</param>
/// <param name="FirstUnaccepted">When delivery order can be seen: the message in flight when the store stopped.</param>
/// <param name="Seconds">How long the round took.</param>
/// <param name="FirstAcceptedAt">Relay clock, Unix microseconds, of the first message the store took since the hold; null before.</param>
public sealed record RoundReport(
    RoundKind Kind,
    RoundVerdict Verdict,
    SearchManifest? Outline,
    IndexSet Accepted,
    [property: JsonPropertyName("inSpool")] IndexSet InQueue,
    IndexSet Archived,
    IndexSet Named,
    IndexSet PossibleDuplicates,
    int Arrived,
    int? FirstUnaccepted,
    [property: JsonPropertyName("storeCrashed")] bool Crashed,
    double Seconds,
    MessageCounts Counts,
    long? FirstAcceptedAt
)
{
    /// <summary>
    /// Messages that a hold round left to the service at once, because it goes on and says itself which ones it fails on.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IndexSet Released { get; init; }
}

/// <summary>The held mail as the relay counted it: indexes 0..Count-1 in arrival order.</summary>
/// <param name="Digest">SHA-256 of the manifest blob (names, sizes, hashes), lower-case hex.</param>
/// <param name="Weighed">At most 1,000 messages with something suspicious.</param>
/// <param name="Named">Messages that events named before the hold.</param>
/// <param name="Folder">Where it lies on the server, in full.</param>
public sealed record SearchManifest(
    int Count,
    long Bytes,
    string Digest,
    string Folder,
    IReadOnlyList<WeighedMessage> Weighed,
    IndexSet Named
);

/// <summary>A message with something suspicious about it.</summary>
/// <param name="Name">Spool file name: eight characters.</param>
/// <param name="Features">Ids of the defects it shows.</param>
/// <param name="Arrived">Server clock, Unix microseconds.</param>
/// <param name="SenderDomain">Domain only; null when unreadable.</param>
public sealed record WeighedMessage(int Index, string Name, long Size, IReadOnlyList<string> Features, long Arrived, string? SenderDomain);
