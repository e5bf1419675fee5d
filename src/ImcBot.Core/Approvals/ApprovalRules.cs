using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Core.Approvals;

/// <summary>Who may decide a request. Anyone in the team may say no; saying yes needs the role.</summary>
internal static class ApprovalRules
{
    /// <summary>Why this person may not approve, as a sentence, or null when they may.</summary>
    public static string? Refuse(Request request, Person person)
    {
        if (!person.Holds(request.Approval.Role))
        {
            return $"Approving {request.Question.Short} needs the role '{request.Approval.Role}', which you do not hold; ask somebody who does.";
        }

        return NeedsOtherPerson(request) && person.Id == request.AskedBy.Id
            ? $"You asked for {request.Question.Short} yourself and it {Weight(request)}; another '{request.Approval.Role}' must approve it."
            : null;
    }

    /// <summary>Whether the asker may not approve: always so for what cannot be undone.</summary>
    public static bool NeedsOtherPerson(Request request) =>
        request.Approval.OtherPerson || request.Impact is Impact.Destructive or Impact.Unknown;

    private static string Weight(Request request) => request.Impact is Impact.Destructive ? "cannot be undone" : "needs two people";
}
