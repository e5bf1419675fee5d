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
