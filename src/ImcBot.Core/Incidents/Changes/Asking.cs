using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>What is planned is put to its approvers, and ends when it is answered, late or no longer wanted.</summary>
internal static class Asking
{
    /// <summary>How long somebody who looks at a request keeps others from being called, once.</summary>
    public const long SeenPause = 15 * Micros.Minute;

    /// <summary>Whether it is planned and somebody has asked for it.</summary>
    public static bool IsAskedFor(Incident incident) => incident.Proposal is { State: ChangeState.Planned, AskedBy: not null };

    public static Draft Put(Draft draft)
    {
        var proposal = draft.Incident.Proposal!;
        var now = draft.Incident.Now;
        var request = proposal with
        {
            State = ChangeState.Asked,
            Digest = ContentDigest.Of(proposal.Plan),
            Impact = Weigh(draft.Incident, Plan.FromBytes(proposal.Plan), proposal),
            AskedAt = now,
            ExpiresAt = now + (30 * Micros.Minute),
            RemindAt = now + (5 * Micros.Minute),
        };
        return draft
            .Update(request)
            .Show(CardKind.Approval, request.Question, request.Approval.Role)
            .AskFirst(request)
            .TellIfUnmeetable(request)
            .Show(CardKind.Incident)
            .Wake(Deadline.Reminder, request.Question, now + (5 * Micros.Minute))
            .Wake(Deadline.RequestExpires, request.Question, request.ExpiresAt);
    }

    public static Draft Expire(this Draft draft, Change request) =>
        draft
            .End(request with { State = ChangeState.Expired, Summary = Unanswered(request) })
            .Show(CardKind.Approval, request.Question)
            .Headline($"{request.Question.Short} was not answered in time; nothing was done");

    private static string Unanswered(Change request)
    {
        var time = SubjectWords.Count((request.ExpiresAt - request.AskedAt) / Micros.Minute, "minute");
        return request.Votes.IsEmpty ? $"nobody answered in {time}" : $"not all who had to sign answered in {time}";
    }

    /// <summary>Nothing is offered, asked of people or of the relay any more, but for a run under way.</summary>
    public static Draft LayDown(this Draft draft, string why) =>
        draft.Withdraw(why).DropOffer().DropQuestions().Set(incident => incident with { Task = null });

    private static Draft Withdraw(this Draft draft, string why) =>
        draft.Incident.Request is not { } request
            ? draft
            : draft
                .End(request with { State = ChangeState.Withdrawn })
                .Say($"{request.Question.Short} is withdrawn: {why}.")
                .Show(CardKind.Approval, request.Question);

    /// <summary>The highest impact that relay, catalog and runbook give it.</summary>
    private static Impact Weigh(Incident incident, Plan plan, Change proposal) =>
        plan
            .Effects.Select(effect => Catalog.Entries.GetValueOrDefault(effect.Call.Use)?.Impact ?? Impact.Read)
            .Append(plan.Impact)
            .Append(Choices.Find(incident, Choice.Of(proposal))?.Impact ?? Impact.Read)
            .Max();
}
