using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>The watch that a service works, and the all-clear after it.</summary>
internal static class Watching
{
    public static Draft Begin(Draft draft) =>
        Wake(
                draft
                    .DropOffer()
                    .NextQuestion()
                    .Set(incident => incident with { DownSince = null, Task = null, WatchQuestion = incident.Id(incident.LastQuestion) })
            )
            .ShowEnded()
            .Show(CardKind.Incident);

    public static Draft Wake(Draft draft) =>
        draft.Wake(
            Deadline.WatchEnds,
            draft.Incident.WatchQuestion,
            draft.Incident.Now + (draft.Incident.Profile.SettleSeconds * Micros.Second)
        );

    /// <summary>Whether it is this watch that is under way, and not a later one or none.</summary>
    public static bool IsUnderWay(Incident incident, QuestionId question) =>
        incident.Phase is Phase.Watching && incident.WatchQuestion == question;

    public static Draft Resolve(Draft draft)
    {
        draft = draft.Set(incident => incident with { FollowUps = FollowUp.Of(incident), ResolvedAt = incident.Now });
        return draft
            .Show(CardKind.Resolved, draft.Incident.WatchQuestion, draft.Incident.Owner?.Id)
            .Show(CardKind.Incident)
            .RemindTomorrow();
    }

    /// <summary>From now on it is said again every half hour how it stands.</summary>
    public static Draft EndAllClear(Draft draft) =>
        draft
            .Show(CardKind.Resolved, draft.Incident.WatchQuestion)
            .Wake(Deadline.StatusDue, default, draft.Incident.Now + Deadlines.StatusEvery);
}
