using ImcBot.Bot.Cards;
using ImcBot.Bot.Incidents;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>What became of a vote, given in the channel or with <c>imcbot decide</c>: one way in, so that the same rules hold.</summary>
/// <param name="Counts">Whether it is a vote now; when not, nothing was changed by it.</param>
/// <param name="Words">For whoever voted.</param>
internal sealed record Ballot(bool Counts, string Words)
{
    /// <summary>Casts a vote; returns once the journal has it, or has it as declined.</summary>
    /// <param name="shown">Digest of the plan that the person was shown; null for the plan that stands now.</param>
    public static async Task<Ballot> CastAsync(
        IIncidents incidents,
        Answered answered,
        Person by,
        string? shown,
        CancellationToken cancellationToken
    )
    {
        if (await incidents.FindAsync(answered.Question.Incident, cancellationToken) is not { } incident)
        {
            return new Ballot(false, $"There is no incident INC-{answered.Question.Incident}, so {answered.Question.Short} is no request.");
        }

        var plan = shown ?? incident.FindRequest(answered.Question)?.Digest ?? "";
        var decision = await incidents.TellAsync(
            incident.Number,
            at => new Voted(at, answered.Question, by, answered.Answer, answered.Why, plan),
            cancellationToken
        );
        return decision.Declined is { } why ? new Ballot(false, why) : Said(answered, by, decision.Incident);
    }

    private static Ballot Said(Answered answered, Person by, Incident incident) =>
        (answered.Answer, incident.FindRequest(answered.Question)) switch
        {
            (Answer.DenyNext or Answer.DenyStop, { State: ChangeState.Asked } request)
                when incident.Owner == by && request.PausedUntil > incident.Now => new Ballot(
                true,
                $"{request.Question.Short} is held up for {Moment.Span(incident.Now, request.PausedUntil.Value)}; refusing it for "
                    + $"all needs {request.Approval.Words}."
            ),
            (Answer.DenyNext or Answer.DenyStop, { State: ChangeState.Asked } request) => new Ballot(
                true,
                $"Your objection stands on the card; refusing {request.Question.Short} for all needs {request.Approval.Words}."
            ),
            (Answer.DenyNext or Answer.DenyStop, _) => new Ballot(true, "Refused. Nothing was changed."),
            (_, { IsApproved: true }) => new Ballot(true, "Approved."),
            (_, { State: ChangeState.Asked } request) => new Ballot(
                true,
                $"Counted. {request.Question.Short} still needs {ApprovalRule.InWords(ApprovalRules.Missing(request))}."
            ),
            _ => new Ballot(false, $"Too late: {answered.Question.Short} had expired. It is planned anew and asked again."),
        };
}
