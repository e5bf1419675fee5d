using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>What an answer to a request was: the same words on cards, in every form of the record and in replays.</summary>
internal static class VoteWords
{
    /// <summary>Such as "approved", "objected" or "refused, stop asking".</summary>
    /// <param name="request">Null where it is not known; nobody is known to have merely objected to it then.</param>
    public static string Of(Change? request, Person by, Answer answer) =>
        answer switch
        {
            Answer.Approve => "approved",
            Answer.BreakGlass => "approved ALONE by break-glass",
            _ when request is not null && ApprovalRules.IsObjection(request, by, answer) => "objected",
            Answer.DenyNext => "refused, offer the next",
            Answer.DenyStop => "refused, stop asking",
            _ => "gave no answer",
        };
}
