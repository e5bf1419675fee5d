using ImcBot.Bot.Channel;
using ImcBot.Bot.Incidents;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>A vote, given in the channel or with <c>imcbot decide</c>: one way in, so that the same rules hold.</summary>
internal static class Voting
{
    /// <summary>Casts a vote; returns once the journal has it, or has it as declined.</summary>
    /// <param name="vote">But for its time; without a plan it is for the one that stands now.</param>
    public static async Task<Reply> CastAsync(IIncidents incidents, Voted vote, CancellationToken cancellationToken)
    {
        if (await incidents.FindAsync(vote.Question.Incident, cancellationToken) is not { } incident)
        {
            return Refused($"There is no incident INC-{vote.Question.Incident}, so {vote.Question.Short} is no request.");
        }

        var plan = vote.Plan ?? incident.FindRequest(vote.Question)?.Digest ?? "";
        var decision = await incidents.TellAsync(incident.Number, at => vote with { At = at, Plan = plan }, cancellationToken);
        return decision.Declined is { } why ? Refused(why) : Taken(vote, decision.Incident);
    }

    private static Reply Taken(Voted vote, Incident incident) =>
        (vote.Answer, incident.FindRequest(vote.Question)) switch
        {
            (Answer.DenyNext or Answer.DenyStop, { State: ChangeState.Asked } request)
                when incident.Owner == vote.By && request.IsHeldUp(incident.Now) => new(
                $"{request.Question.Short} is held up for {Summary.Length(incident.Now, request.PausedUntil!.Value)}; refusing it for "
                    + $"all needs {request.Approval.Words}."
            ),
            (Answer.DenyNext or Answer.DenyStop, { State: ChangeState.Asked } request) => new(
                $"Your objection stands on the card; refusing {request.Question.Short} for all needs {request.Approval.Words}."
            ),
            (Answer.DenyNext or Answer.DenyStop, _) => new("Refused. Nothing was changed."),
            (_, { IsApproved: true }) => new("Approved."),
            (_, { State: ChangeState.Asked } request) => new(
                $"Counted. {request.Question.Short} still needs {ApprovalRule.InWords(ApprovalRules.Missing(request))}."
            ),
            (_, { } late) when !IsAskedAgain(incident, late) => Refused(
                $"Too late: {vote.Question.Short} had expired.{Votes.HowAgain(late)}"
            ),
            _ => Refused($"Too late: {vote.Question.Short} had expired. It is planned anew and asked again."),
        };

    private static bool IsAskedAgain(Incident incident, Change late) =>
        (incident.Request ?? incident.Proposal) is { AskedBy: not null } asked && Choice.Of(asked) == Choice.Of(late);

    private static Reply Refused(string why) => new(why, IsRefused: true);
}
