using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>How people halt, end, hand over or take up again what is under way.</summary>
internal static class Control
{
    /// <summary>Within this time after the first word a second one closes an incident whose service is down.</summary>
    internal const long CloseAgain = 10 * Micros.Minute;

    /// <summary>What is said to who hands it to nobody.</summary>
    internal const string SayWhom = "Say whom: hand @name.";

    /// <summary>A second click sooner than this answers nothing: it is a double click, or the same one delivered twice.</summary>
    private const long OneBreath = 5 * Micros.Second;

    public static string? Refuse(Incident incident, Commanded command) =>
        command.Verb switch
        {
            CommandVerb.Retry => RefuseRetry(incident),
            CommandVerb.Resume => RefuseResume(incident, command.By),
            CommandVerb.Pause when IsBusy(incident) => "A run is under way and cannot be paused; 'stop' brings a search to safe rest.",
            CommandVerb.Stop
                when incident.Phase is Phase.Acting or Phase.Verifying && Overdue(incident) is null && !Ageing.Waits(incident) =>
                "A run is under way; it cannot be taken back half way, and nothing starts after it until you say so.",
            CommandVerb.End when incident is not { Phase: Phase.Searching, Search: not null } => "No search is under way.",
            CommandVerb.Escalate when IsBusy(incident) => "A run is under way; 'stop' first, or wait until it has ended.",
            CommandVerb.Escalate when incident.Phase is Phase.Escalated => $"{incident.Name} is escalated already.",
            CommandVerb.Close => RefuseClose(incident, command),
            _ => null,
        };

    public static string? RefuseHand(Incident incident, Commanded command) =>
        command.Other is not null ? null
        : GivesBack(incident, command) ? RefuseResume(incident, command.By)
        : SayWhom;

    public static Draft Hand(Draft draft, Commanded command) =>
        command.Other is not { } other
            ? Resume(draft, command)
            : Commands.Own(draft, other).Say($"{command.By.Name} handed {draft.Incident.Name} to {other.Name}.", other.Id);

    public static Draft Learn(Draft draft, Commanded command) =>
        command.Verb switch
        {
            CommandVerb.Retry => SearchTurns.Mend(draft),
            CommandVerb.Resume => Resume(draft, command),
            CommandVerb.Takeover => TakeOver(draft, command.By),
            CommandVerb.Stop or CommandVerb.End when Ageing.Waits(draft.Incident) => Ageing.TakeBackAll(draft),
            CommandVerb.Stop when Overdue(draft.Incident) is { } request => Runs.GiveUp(draft, request, command.By),
            CommandVerb.Stop or CommandVerb.End when draft.Incident.Phase is Phase.Searching => EndSearch(draft),
            CommandVerb.Close when !IsConfirmed(draft.Incident) => draft
                .Set(incident => incident with { CloseAskedAt = incident.Now })
                .Say(
                    $"{draft.Incident.Label} is still down by what was last seen. Say 'close' once more within "
                        + $"{CloseAgain / Micros.Minute} minutes to close "
                        + $"{draft.Incident.Name} all the same; nothing more is asked or done then."
                ),
            CommandVerb.Close => draft
                .LayDown("the incident was closed")
                .Headline($"Closed by {command.By.Name}")
                .Set(incident => incident with { FollowUps = FollowUp.Of(incident) }),
            _ => draft,
        };

    public static Next? Follows(Incident before, Incident after, Commanded command) =>
        command.Verb switch
        {
            CommandVerb.Pause => new Wanted(PersonTaskKind.Paused, $"Paused by {command.By.Name}. Say 'resume' to go on."),
            CommandVerb.Takeover when !GoesOnByItself(before) || Ageing.Waits(before) => new Wanted(
                PersonTaskKind.Paused,
                Walk.TakenOver(command.By)
            ),
            CommandVerb.Stop or CommandVerb.End when Ageing.Waits(before) => Stopped(command.By),
            CommandVerb.Stop when Overdue(before) is { } request => Runs.Follows(after, request.Question),
            CommandVerb.Stop when !IsBusy(before) => Stopped(command.By),
            CommandVerb.Escalate => new HandedOver($"Escalated by {command.By.Name}"),
            _ => null,
        };

    /// <summary>
    /// Whether somebody wants everything to be checked again: after a pause, work by hand, or an approval that was taken back.
    /// </summary>
    public static bool LooksAgain(Incident before, Incident after, Commanded command) =>
        command.Verb switch
        {
            CommandVerb.Done => true,
            CommandVerb.Retract => Ageing.TakesBack(before, command),
            CommandVerb.Retry or CommandVerb.Resume or CommandVerb.Hand => Resumes(before, command) && !SearchTurns.IsMended(before, after),
            _ => false,
        };

    /// <summary>Whether a run was given up that hung while the service was to stop: whether it works is looked at first.</summary>
    public static bool GivesUpHung(Incident before, Incident after, Commanded command) =>
        command.Verb is CommandVerb.Stop && !Ageing.Waits(before) && Overdue(before) is not null && after.Wedged == after.Runbook.Service;

    public static bool IsBusy(Incident incident) => incident.Phase is Phase.Acting or Phase.Searching or Phase.Verifying;

    /// <summary>Whether it is closed: while the service is down that is said twice.</summary>
    public static bool Closes(Incident before, Commanded command) => command.Verb is CommandVerb.Close && IsConfirmed(before);

    private static bool IsConfirmed(Incident incident) =>
        incident.Standing is not Standing.Down || incident.Now - incident.CloseAskedAt <= CloseAgain;

    /// <summary>The approved run that should have ended by now.</summary>
    public static Change? Overdue(Incident incident) => incident.Running.LastOrDefault(change => change.IsOverdue);

    /// <summary>Whether what it does now needs nobody: a takeover lets it end, and giving it back begins nothing.</summary>
    private static bool GoesOnByItself(Incident incident) =>
        IsBusy(incident) || incident.Phase is Phase.Surveying or Phase.Watching or Phase.Resolved;

    private static Wanted Stopped(Person by) => new(PersonTaskKind.Paused, $"Stopped by {by.Name}. Say 'resume' to go on.");

    private static bool GivesBack(Incident incident, Commanded command) =>
        command is { Verb: CommandVerb.Hand, Other: null, Words.Count: 0 } && incident.TakenOverBy is not null;

    /// <summary>Whether it goes on where a pause, a takeover or a search that broke off has left it.</summary>
    private static bool Resumes(Incident before, Commanded command) =>
        command.Verb is CommandVerb.Retry
        || (
            (command.Verb is CommandVerb.Resume || GivesBack(before, command))
            && !(before.TakenOverBy is not null && GoesOnByItself(before))
        );

    private static string? RefuseRetry(Incident incident) =>
        IsBusy(incident) || incident.Phase is Phase.Surveying ? "Something is under way already; it tells when it ends." : null;

    private static string? RefuseResume(Incident incident, Person by) =>
        incident.TakenOverBy is not { } taker ? RefuseRetry(incident)
        : taker != by && !Role.Signs(by.Roles, Role.Lead) ? $"{taker.Name} has taken over and gives it back, or a lead does."
        : GoesOnByItself(incident) ? null
        : RefuseRetry(incident);

    private static string? RefuseClose(Incident incident, Commanded command) =>
        IsBusy(incident) ? "A run is under way; close when it has ended."
        : command.Question is not null && incident.Standing is Standing.Down && incident.Now - incident.CloseAskedAt < OneBreath
            ? $"You were asked this moment whether {incident.Name} is to be closed while it is down; when you have read it say 'close' "
                + "once more."
        : incident is { Reviewer: null, BrokenGlass: [.., var broken] }
            ? $"{broken.Question.Short} was approved by break-glass: name who reviews it first, 'review @name'."
        : FollowUp.Of(incident).Find(item => item.Holds != default && item is { Owner: null, DoneAt: null }) is { } unowned
            ? $"{unowned.Text}. Nobody owns that: 'take' the incident, name an owner with 'follow-up N @name 2026-12-31', "
                + $"or have it put back with 'undo {unowned.Holds.Number}'."
        : null;

    /// <summary>Goes on after a pause, and gives back what somebody has taken over.</summary>
    private static Draft Resume(Draft draft, Commanded command)
    {
        var resumes = Resumes(draft.Incident, command);
        draft = draft.Set(incident => incident with { TakenOverBy = null });
        return resumes ? SearchTurns.Mend(draft) : draft.Show(CardKind.Incident);
    }

    /// <summary>From now on nothing is offered, asked or begun. What has begun ends; a search goes to safe rest.</summary>
    private static Draft TakeOver(Draft draft, Person by)
    {
        var waits = Ageing.Waits(draft.Incident);
        draft = Ageing.TakeBackAll(draft).Set(incident => incident with { TakenOverBy = by, Owner = by });
        return draft.Incident.Phase switch
        {
            _ when waits || !GoesOnByItself(draft.Incident) => draft,
            Phase.Searching => EndSearch(draft).Show(CardKind.Incident),
            Phase.Acting or Phase.Verifying => draft.Say($"{Walk.TakenOver(by)} The run under way ends first.").Show(CardKind.Incident),
            _ => draft.Say(Walk.TakenOver(by)).Show(CardKind.Incident),
        };
    }

    /// <summary>The run under way ends first; then the search goes to safe rest instead of a next round.</summary>
    private static Draft EndSearch(Draft draft) =>
        draft
            .Set(incident => incident with { Search = incident.Search! with { EndAsked = true } })
            .Show(CardKind.Search, draft.Incident.Search!.Question);
}
