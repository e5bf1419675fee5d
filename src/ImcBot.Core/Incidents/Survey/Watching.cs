using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>The watch that a service works, and the all-clear after it.</summary>
internal static class Watching
{
    public static Draft Begin(Draft draft) =>
        Wake(
                draft
                    .DropOffer()
                    .Set(incident =>
                        incident with
                        {
                            DownSince = null,
                            Task = null,
                            LastQuestion = incident.LastQuestion + 1,
                            WatchQuestion = incident.Id(incident.LastQuestion + 1),
                        }
                    )
            )
            .ShowEnded()
            .Show(CardKind.Incident);

    public static Draft Wake(Draft draft) =>
        draft.Wake(
            Deadline.WatchEnds,
            draft.Incident.WatchQuestion,
            draft.Incident.Now + (draft.Incident.Profile.SettleSeconds * Micros.Second)
        );

    /// <summary>Its time is over: the verification is asked once more, where it stands.</summary>
    public static bool HasEnded(Incident incident, QuestionId question) =>
        incident.Phase is Phase.Watching && incident.WatchQuestion == question;

    public static Draft Resolve(Draft draft)
    {
        draft = draft.Set(incident => incident with { FollowUps = FollowUp.Of(incident), ResolvedAt = incident.Now });
        return draft
            .Show(CardKind.Resolved, draft.Incident.WatchQuestion, draft.Incident.Owner?.Id)
            .Show(CardKind.Incident)
            .RemindTomorrow();
    }

    public static Draft EndAllClear(Draft draft) => draft.Show(CardKind.Resolved, draft.Incident.WatchQuestion);
}
