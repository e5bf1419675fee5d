using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>Something left open when the service works again.</summary>
/// <param name="Owner">Who looks after it; null when nobody owns the incident.</param>
/// <param name="Due">Unix microseconds.</param>
/// <param name="Holds">The search that items are held from; none for anything else. What is held without an owner keeps the incident
/// open.</param>
/// <param name="DoneAt">Unix microseconds; null while it is open.</param>
/// <param name="Change">The question under which something was changed that may have to be put back; none for anything else.</param>
internal sealed record FollowUp(
    string Text,
    string? Step,
    Person? Owner,
    long Due,
    QuestionId Holds = default,
    long? DoneAt = null,
    QuestionId Change = default
)
{
    private const string Archived = "archived";

    /// <summary>
    /// What people are told is left open, wherever they read it: every cause of the article that still stands, what is held, and what was
    /// changed for the night only. What was there before keeps its number, owner and date, and says how it is now.
    /// </summary>
    public static ImmutableList<FollowUp> Of(Incident incident)
    {
        var known = Known(incident);
        return
        [
            .. known,
            .. Found(incident).Where(item => !known.Exists(old => old.Text == item.Text || (old.IsOpen && old.IsAbout(item)))),
        ];
    }

    /// <summary>Of what people are told is left open, what nobody has done yet.</summary>
    public static IEnumerable<FollowUp> Open(Incident incident) => Of(incident).Where(item => item.IsOpen);

    /// <summary>What was left open before, as it is now: in today's words, done where nothing is left of it.</summary>
    public static ImmutableList<FollowUp> Known(Incident incident)
    {
        var found = Found(incident).ToList();
        return
        [
            .. incident.FollowUps.Select(item =>
                !item.IsOpen && !item.IsBack(incident) ? item
                : item.IsOpen && item.IsOver(incident) ? item with { DoneAt = incident.Now }
                : item with { Text = found.Find(item.IsAbout)?.Text ?? item.Text, DoneAt = null }
            ),
        ];
    }

    /// <summary>
    /// The steps whose cause would be left open and may be gone by now. Work that was put off until the service works is due because it
    /// does.
    /// </summary>
    public static IEnumerable<Step> ToLookAt(Incident incident) => Causes(incident).Where(step => step.Offers.Any(offer => !offer.Later));

    public bool IsOpen => DoneAt is null;

    /// <summary>It and who looks after it, in words.</summary>
    public string WithOwner => $"{Text} ({Owner?.Name.ToString() ?? "NO OWNER"})";

    /// <summary>Whether it is something that the article's steps found, and not what was held or changed.</summary>
    public bool IsCause => Step is not null && Holds == default && Change == default;

    private bool IsOver(Incident incident) =>
        Holds != default ? !incident.Holding.Any(search => search.HeldBy == Holds)
        : Change != default ? incident.IsUndone(Change)
        : Step is { } cause ? IsDone(incident, cause) || incident.Findings.GetValueOrDefault(cause)?.Verdict is Verdict.Clear
        : incident.Findings.Values.All(finding => !IsArchived(incident, finding));

    /// <summary>Whether the cause was found again, or what was done about it has been taken back, since.</summary>
    private bool IsBack(Incident incident) =>
        IsCause
        && !IsDone(incident, Step!)
        && (
            (incident.Findings.GetValueOrDefault(Step!) is { Verdict: Verdict.Finding or Verdict.Failed } finding && finding.At > DoneAt)
            || incident.Tried.Any(done =>
                done.Step == Step
                && incident.Tried.Any(undo => undo.IsUndoOf(done.Question) && undo.State is ChangeState.Done && undo.At >= DoneAt)
            )
        );

    private bool IsAbout(FollowUp other) => (Step, Holds, Change) == (other.Step, other.Holds, other.Change);

    private static IEnumerable<FollowUp> Found(Incident incident)
    {
        var due = incident.Now + Micros.Day;
        var causes = Causes(incident)
            .Select(step => new FollowUp($"{step.Name}: {Cause(incident, step)} ({step.Kb})", step.Id, incident.Owner, due));
        var changed = incident
            .Tried.Where(attempt => IsForTheNight(incident, attempt))
            .Select(attempt => new FollowUp(Asks(incident, attempt), attempt.Step, incident.Owner, due, Change: attempt.Question));
        var held = incident.Holding.Select(search => new FollowUp(
            Held(search),
            incident.FindRequest(search.Question)?.Step,
            incident.Owner,
            due,
            search.HeldBy
        ));
        var archived = incident.Findings.Values.FirstOrDefault(finding => IsArchived(incident, finding)) is { } finding
            ?
            [
                new FollowUp(
                    $"{finding[Archived]} undelivered in {incident.Words.Archive}: '{ItemRequests.ReturnWords}' puts them back",
                    null,
                    incident.Owner,
                    due
                ),
            ]
            : Array.Empty<FollowUp>();
        return [.. held, .. archived, .. causes, .. changed];
    }

    /// <summary>The steps whose cause still stands, and nobody has dealt with.</summary>
    private static IEnumerable<Step> Causes(Incident incident)
    {
        var done = incident
            .FollowUps.Where(item => !item.IsOpen && item.IsCause && !item.IsBack(incident))
            .Select(item => item.Step)
            .ToHashSet();
        return Walk.OpenFindings(incident).Where(step => !IsDone(incident, step.Id) && !done.Contains(step.Id));
    }

    private static string Held(Search search) =>
        search.End is null
            ? $"The search of {search.Question.Short} broke off and {search.Words.Matter} may still be held: 'undo "
                + $"{search.HeldBy.Number}' puts it back, proved by hash"
            : $"{search.Words.CountItems(search.Held.Count - search.Unseen)} held in {search.Manifest?.Folder}: separate, return or give "
                + $"to the owner of the {search.Words.Matter}{Unseen(search)}";

    private static string Unseen(Search search) =>
        search.Unseen == 0
            ? ""
            : $"; {search.Words.CountItems(search.Unseen)} seen nowhere: find out whether {(search.Unseen == 1 ? "it was" : "they were")} "
                + "taken";

    /// <summary>Whether the last look found undelivered items and none were returned since.</summary>
    private static bool IsArchived(Incident incident, StepFinding finding) =>
        finding[Archived] is not (null or "0") && !incident.HasReturnedArchived(finding.At);

    private static bool IsDone(Incident incident, string step) =>
        incident.Tried.Any(attempt => attempt.Step == step && attempt.Own is ChangeState.Done && !incident.IsUndone(attempt.Question));

    /// <summary>
    /// What a check found before ImcBot last changed the server may not be so any more; what the article asks for still is.
    /// </summary>
    private static string Cause(Incident incident, Step step)
    {
        var finding = incident.Findings[step.Id];
        var changed = incident.Tried.Any(attempt =>
            !attempt.ByHand && attempt.Own is ChangeState.Done or ChangeState.Lost && attempt.At >= finding.At
        );
        var left = Walk.OffersLeft(incident, step).FirstOrDefault() is { } offer ? $" Left to do: {offer.Does.TrimEnd('.')}" : "";
        return changed ? $"found before the last change, and nothing was done about it.{left}" : finding.Summary;
    }

    private static string Asks(Incident incident, Change attempt) =>
        Choices.Find(incident, Choice.Of(attempt))!.Remedy!.Rungs.Any(EndsByItself)
            ? $"{attempt.InWords}: see that it has ended; 'undo {attempt.Question.Number}' ends it before its time"
            : $"{attempt.InWords}: decide whether that stays; 'undo {attempt.Question.Number}' takes it back";

    /// <summary>
    /// Settings that were changed, what ends by itself, and items held or kept out, whatever the start that followed came to.
    /// </summary>
    private static bool IsForTheNight(Incident incident, Change attempt) =>
        attempt.Own is ChangeState.Done or ChangeState.Lost
        && !incident.IsUndone(attempt.Question)
        && Choices.Find(incident, Choice.Of(attempt)) is { Search: null, Remedy: { } remedy }
        && remedy.Rungs.Any(call =>
            Catalog.Say(call, Trait.Holds)
            || EndsByItself(call)
            || (attempt.Own is ChangeState.Done && Catalog.Find(call.Use)?.Impact is Impact.Reversible)
        );

    private static bool EndsByItself(Call call) => Catalog.Takes(call, CallArguments.For);
}
