using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>A plan that was put to the approvers.</summary>
internal sealed record Request(
    QuestionId Question, ProposalKind Kind, string? Step, string Offer, string Does, byte[] Plan, string Digest, Impact Impact, ApprovalRule Approval,
    SearchLimits? Search, Person AskedBy, long AskedAt, long ExpiresAt, ImmutableList<Vote> Votes, RequestOutcome? Outcome)
{
    /// <summary>Who said no without the role to refuse for all, the last word of each: nothing but a line on the card.</summary>
    public ImmutableList<Vote> Objections { get; init; } = [];

    /// <summary>Until when the owner has paused it, Unix microseconds; null when nobody has. Nobody may approve it before.</summary>
    public long? PausedUntil { get; init; }

    /// <summary>When its grant was first made, Unix microseconds; null before. From then on it may have begun.</summary>
    public long? GrantedAt { get; init; }

    /// <summary>What has to end first on the host before it begins, see <see cref="Queued"/>; null when nothing does.</summary>
    public Turn? WaitsFor { get; init; }

    /// <summary>When it was planned again after its approval had aged, and the approval stood; null when that has not happened.</summary>
    public long? StandsSince { get; init; }

    /// <summary>How often the relay has planned it.</summary>
    public int Plannings { get; init; } = 1;

    /// <summary>When it is asked again, Unix microseconds; null once all have been called.</summary>
    public long? RemindAt { get; init; }

    /// <summary>Whether somebody has said that they look at it, which holds the calling of others up once.</summary>
    public bool IsSeen { get; init; }

    public IEnumerable<string> Approvers => Votes.Where(vote => vote.Answer is Answer.Approve or Answer.BreakGlass).Select(vote => vote.By.Id);
}

/// <summary>One counted answer.</summary>
internal sealed record Vote(Person By, Answer Answer, Sealed Why, long At);

/// <summary>A request that one on call approved alone, for a reason that a reviewer judges.</summary>
internal sealed record BrokenGlass(QuestionId Question, Person By, Sealed Why, long At);

/// <summary>How a request ended.</summary>
internal enum RequestOutcome
{
    Approved,
    Denied,
    Expired,

    /// <summary>No longer needed, or its plan no longer holds.</summary>
    Withdrawn,
}
