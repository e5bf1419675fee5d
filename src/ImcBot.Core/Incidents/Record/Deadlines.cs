using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>Times that the incident asked to be reminded of. One that has nothing to end any more changes nothing.</summary>
internal static class Deadlines
{
    /// <summary>How often an open incident says how it stands.</summary>
    public const long StatusEvery = 30 * Micros.Minute;

    public static Draft Learn(Draft draft, DeadlinePassed passed) =>
        passed.Deadline switch
        {
            _ when IsOver(draft.Incident, passed) => End(draft, passed),
            Deadline.RunOverdue when draft.Incident.Running.FirstOrDefault(change => change.Question == passed.Question) is { } late =>
                TellOverdue(draft, late),
            Deadline.Reminder when draft.Incident.RequestOf(passed.Question) is { } request && draft.Incident.Now >= request.RemindAt =>
                Calls.Remind(draft, request),
            Deadline.PauseEnds
                when draft.Incident.RequestOf(passed.Question) is { PausedBy: not null } request
                    && draft.Incident.Now >= request.PausedUntil => draft
                .Say($"{request.Question.Short} is no longer held up: {request.Does}.", ApprovalRules.Missing(request)[0])
                .Show(CardKind.Approval, request.Question),
            Deadline.FollowUpsDue => FollowUps.RemindOwners(draft),
            Deadline.WatchEnds when Watching.IsUnderWay(draft.Incident, passed.Question) => Surveying.Verify(draft, QuestionKind.Watch),
            Deadline.StatusDue when draft.Incident.Phase is not (Phase.Closed or Phase.Resolved) => Repeat(draft)
                .Wake(Deadline.StatusDue, default, draft.Incident.Now + StatusEvery),
            _ => draft,
        };

    /// <summary>
    /// What comes after what its time has ended: checks without an answer, a plan that did not come, a request that nobody answered.
    /// </summary>
    public static Next? Follows(Incident before, Incident after, DeadlinePassed passed) =>
        !IsOver(before, passed)
            ? null
            : passed.Deadline switch
            {
                Deadline.SurveyEnds => Checks.Follows(after, Checks.Ended(before, after, passed.Question)),
                Deadline.PlanOverdue => new Wanted(
                    PersonTaskKind.Unknown,
                    "The relay has not answered with a plan. See whether it is running, then say 'retry'."
                ),
                _ => Walk.On(after),
            };

    /// <summary>Whether it ends what was asked or offered.</summary>
    private static bool IsOver(Incident incident, DeadlinePassed passed) =>
        passed.Deadline switch
        {
            Deadline.SurveyEnds => Open(incident, passed) is { Kind: not QuestionKind.Evidence },
            Deadline.PlanOverdue => incident.Proposal is { State: ChangeState.Offered, Remedy: not null } proposal
                && proposal.Question == passed.Question
                && incident.Now >= proposal.DueAt,
            Deadline.RequestExpires => incident.RequestOf(passed.Question) is { } request && request.HasExpired(incident.Now),
            _ => false,
        };

    private static Draft End(Draft draft, DeadlinePassed passed) =>
        passed.Deadline switch
        {
            Deadline.SurveyEnds => Checks.End(draft, passed.Question.Number, Open(draft.Incident, passed)!),
            Deadline.PlanOverdue => draft,
            _ => draft
                .Expire(draft.Incident.Request!)
                .Say($"{passed.Question.Short} was not answered in time; nothing was done.", draft.Incident.Owner?.Id ?? Role.OnCall),
        };

    /// <summary>
    /// How it stands, said to its owner; while nobody has taken one that is down somebody is called, and from the second time on a lead.
    /// </summary>
    private static Draft Repeat(Draft draft)
    {
        var incident = draft.Incident;
        draft = draft.Say(Summary.Of(incident));
        if (!IsLeft(incident))
        {
            return draft;
        }

        var calls = incident.Pages.Count(page => page.Question == default && page.At >= (incident.DownSince ?? incident.OpenedAt));
        return draft.Alarm(calls > 1 ? Role.Lead : Role.OnCall, $"{incident.Label}: nobody has taken {incident.Name}");
    }

    /// <summary>
    /// Whether nobody looks after it as far as is known: of several hosts at once people are called first for the one that shows them all.
    /// </summary>
    private static bool IsLeft(Incident incident) =>
        incident
            is {
                Owner: null,
                Quiet: false,
                Standing: Standing.Down or Standing.Unknown,
                Phase: not (Phase.Acting or Phase.Searching or Phase.Verifying)
            }
        && (
            (incident.Founder ?? incident.Number) == incident.Number
            || incident.Now - (incident.DownSince ?? incident.OpenedAt) >= 2 * StatusEvery
        )
        && !(incident.Pages.FindLast(page => page.Question == default)?.SeenAt > incident.Now - StatusEvery);

    private static OpenQuestion? Open(Incident incident, DeadlinePassed passed) =>
        incident.Questions.GetValueOrDefault(passed.Question.Number);

    private static Draft TellOverdue(Draft draft, Change late)
    {
        var question = late.Question;
        return draft
            .Update(late with { IsOverdue = true })
            .Say(
                Ageing.Unbegun(draft.Incident, question) switch
                {
                    { State: ChangeState.Approved, WaitsFor: { } behind } =>
                        $"{question.Short} still {Summary.Waits(draft.Incident, behind)}. 'retract {question.Short}' takes the "
                            + "approval back.",
                    { State: ChangeState.Approved } => $"{question.Short} is approved and has not begun: the relay has not come for it. "
                        + $"'retract {question.Short}' takes the approval back, and so does 'stop'.",
                    _ => $"{question.Short} should have ended by now. Nothing else starts until the relay reports or somebody says 'stop'.",
                },
                Role.OnCall
            )
            .Wake(Deadline.RunOverdue, question, draft.Incident.Now + Runs.Patience(draft.Incident));
    }
}
