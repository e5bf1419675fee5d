using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>What the incident card offers next.</summary>
/// <param name="Step">Step id; null for a plain start, an undo, or <see cref="ProposalKind.Flowing"/>.</param>
/// <param name="Recommended">Step that the evidence says must come first, or null.</param>
/// <param name="Plan">The relay's plan bytes, once it has answered.</param>
/// <param name="AskedBy">Who asked before the plan was there; then it is put to the approvers as soon as it is.</param>
internal sealed record Proposal(
    QuestionId Question, ProposalKind Kind, string? Step, string Offer, string Does, Remedy? Remedy, ApprovalRule Approval, SearchLimits? Search,
    string? Recommended, byte[]? Plan, Person? AskedBy)
{
    /// <summary>The approved request that is planned again because its approval has aged; null for a first plan.</summary>
    public Request? Renews { get; init; }

    /// <summary>When its plan should be there, Unix microseconds.</summary>
    public long DueAt { get; init; }

    /// <summary>Which planning of the question it is, from 1.</summary>
    public int Run { get; init; } = 1;
}

/// <summary>What kind of thing is offered.</summary>
internal enum ProposalKind
{
    Remedy,

    /// <summary>Start once, change nothing: confirms "cannot be restarted".</summary>
    StartOnce,

    /// <summary>The service hangs; its process is to be ended.</summary>
    Wedged,
    Undo,

    /// <summary>The service works: watch, walk anyway, or close.</summary>
    Flowing,

    /// <summary>Held or archived items is to be returned or deleted, because somebody asked for it.</summary>
    Items,
}
