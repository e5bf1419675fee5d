using System.Text.Json.Serialization;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Drills;

/// <summary>The last line of a drill: what it came to, as one JSON object.</summary>
/// <param name="StoreCrashes">Since the first approval.</param>
/// <param name="Seconds">From the faults to the end of the incident.</param>
/// <param name="Replayed">Entries of the journal that today's program, by <c>imcbot transcript replay</c>, decides as they were
/// decided.</param>
/// <param name="Violations">What was done to the server without its grant, contradicts the transcript, or does not verify or replay; empty
/// when all is well.</param>
internal sealed record DrillResult(
    string Outcome,
    IReadOnlyList<string> StepsWalked,
    IReadOnlyList<string> CausesFound,
    IReadOnlyList<string> FollowUps,
    int Approvals,
    int Rounds,
    int Starts,
    int StoreCrashes,
    double? SecondsToFirstGoodMail,
    MessageTally Messages,
    double Seconds,
    string? Transcript,
    int Replayed,
    IReadOnlyList<string> Violations
)
{
    public const string Resolved = "resolved",
        Closed = "closed",
        Waiting = "waiting";

    /// <summary>
    /// The outcome that is right; <see cref="Closed"/> for a server that rests on purpose, <see cref="Waiting"/> where another has to come
    /// back.
    /// </summary>
    [JsonIgnore]
    public string Right { get; init; } = Resolved;

    /// <summary>How many held messages there is nothing wrong with: none may be while another server is waited for.</summary>
    [JsonIgnore]
    public int GoodHeld { get; init; }

    [JsonIgnore]
    public bool IsGood => Outcome == Right && (Right != Waiting || GoodHeld == 0) && Messages.Lost == 0 && Violations.Count == 0;
}

/// <summary>
/// Where every message ended up, by the server's own truth. All but <paramref name="Duplicated"/> add up to found + arrived.
/// </summary>
internal sealed record MessageTally(
    int Found,
    int Arrived,
    int Accepted,
    int Archived,
    int InSpool,
    int Held,
    int Deleted,
    int Unknown,
    int Lost,
    int Duplicated
)
{
    public static MessageTally Of(GroundTruth truth)
    {
        int Count(params MessageState[] states) => truth.Messages.Count(message => states.Contains(message.State));
        var (accepted, archived, inSpool, held) = (
            Count(MessageState.Delivered),
            Count(MessageState.Archived, MessageState.BadFolder),
            Count(MessageState.In, MessageState.Work, MessageState.Out),
            Count(MessageState.Held)
        );
        var deleted = truth.Messages.Where(message => message.State == MessageState.Deleted).ToArray();
        return new(
            truth.Messages.Count - truth.Arrived,
            truth.Arrived,
            accepted,
            archived,
            inSpool,
            held,
            deleted.Length,
            truth.Messages.Count - accepted - archived - inSpool - held - deleted.Length,
            deleted.Count(message => message.Deliveries == 0),
            truth.Messages.Count(message => message.Deliveries > 1)
        );
    }
}
