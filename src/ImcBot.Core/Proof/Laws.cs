using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Core.Proof;

/// <summary>What must hold whenever an incident takes a fact, whatever the fact and whoever sent it.</summary>
internal static class Laws
{
    /// <summary>Every law this decision breaks, each as a sentence.</summary>
    /// <param name="before">The incident before the fact; null when it has just been opened.</param>
    public static IEnumerable<string> Broken(Incident? before, Fact fact, Decision decision)
    {
        var after = decision.Incident;
        if (decision.Declined is not null)
        {
            return decision.Effects.Count == 0 && after.Phase == before?.Phase
                ? []
                : [$"Something is done although the {Name(fact)} is declined."];
        }

        return decision
            .Effects.OfType<RunAction>()
            .Select(run => Unapproved(after, run))
            .Concat(decision.Effects.OfType<RunCheck>().Select(Acting))
            .Concat(decision.Effects.OfType<RunAction>().Select(run => Spent(before, after, fact, run)))
            .Concat(decision.Effects.OfType<RunAction>().Select(run => Aged(before, after, fact, run)))
            .Append(Unverified(before, fact, after))
            .Append(Stuck(before, fact, decision))
            .OfType<string>();
    }

    /// <summary>
    /// What must come for the incident to go on; null when it is over, handed to people, or waits for what a card offers.
    /// </summary>
    public static Need? NeedOf(Incident incident) =>
        incident.Phase switch
        {
            Phase.Surveying => NeedOf(incident, QuestionKind.Survey, Deadline.SurveyEnds),
            Phase.Verifying => NeedOf(incident, QuestionKind.Verify, Deadline.SurveyEnds),
            Phase.Planning when incident.Proposal is { State: ChangeState.Offered, Remedy: not null } offered => new(
                Deadline.PlanOverdue,
                null,
                offered.Question
            ),
            Phase.Planning => incident.Proposal is null ? Need.Nothing : new(null, CardKind.Incident, incident.Proposal.Question),
            Phase.AwaitingApproval => incident.Request is { } asked ? new(Deadline.RequestExpires, null, asked.Question) : Need.Nothing,
            Phase.Acting or Phase.Searching => incident.Running.LastOrDefault() is { } running
                ? new(Deadline.RunOverdue, null, running.Question)
                : Need.Nothing,
            Phase.Watching when incident.Questions.Any(open => open.Value.Kind is QuestionKind.Watch) => NeedOf(
                incident,
                QuestionKind.Watch,
                Deadline.SurveyEnds
            ),
            Phase.Watching => new(Deadline.WatchEnds, null, incident.WatchQuestion),
            Phase.AwaitingPerson => incident.Task is null ? Need.Nothing : new(null, CardKind.Manual, incident.Task.Question),
            _ => null,
        };

    /// <summary>
    /// Whether the service may be down and nothing is under way or waits for an answer: then whatever people passed over can be asked for.
    /// </summary>
    public static bool MustTakeAsking(Incident incident) =>
        incident.ServiceUp != true
        && incident.TakenOverBy is null
        && incident.Phase is Phase.Planning or Phase.AwaitingPerson or Phase.Escalated;

    /// <summary>
    /// What people refused, passed over or did not answer, as the record has it, and what nobody has carried out or been asked for since.
    /// </summary>
    public static IEnumerable<Choice> PassedOver(Incident incident)
    {
        var last = new Dictionary<Choice, ChangeState>();
        foreach (var attempt in incident.Tried.Where(attempt => attempt.Step is not null || attempt.Offer == Walk.PlainStart))
        {
            last[Choice.Of(attempt)] = attempt.State;
        }

        return last.Where(one => one.Value is ChangeState.Refused or ChangeState.Skipped or ChangeState.Expired).Select(one => one.Key);
    }

    /// <summary>Whether asking for it has it planned for the approvers, or given to a person.</summary>
    public static bool IsAsked(Choice choice, Decision decision) =>
        decision is { Declined: null, Incident: { } incident }
        && (
            (incident.Proposal is { AskedBy: not null } proposal && choice == Choice.Of(proposal))
            || (incident.Request is { } request && choice == Choice.Of(request))
            || (incident.Task is { Kind: PersonTaskKind.Manual } task && choice == new Choice(task.Step, task.Offer!))
        );

    private static Need NeedOf(Incident incident, QuestionKind kind, Deadline deadline)
    {
        foreach (var (number, open) in incident.Questions)
        {
            if (open.Kind == kind)
            {
                return new(deadline, null, incident.Id(number));
            }
        }

        return Need.Nothing;
    }

    private static string? Unapproved(Incident after, RunAction run)
    {
        if (after.FindRequest(run.Run.Question) is not { IsRunning: true } request)
        {
            return "An action is reachable without an approval.";
        }

        var glass = request.Glass is not null;
        return glass && request.Impact is Impact.Destructive or Impact.Unknown ? "What cannot be undone is reachable by break-glass."
            : !glass && ApprovalRules.Missing(request).Count > 0
                ? $"An action is reachable without the approval of {request.Approval.Words}."
            : !glass && ApprovalRules.NeedsOtherPerson(request) && request.Approvers.Contains(request.AskedBy!.Id)
                ? "What needs another person is reachable with the asker's own approval."
            : run.Plan != request.Digest ? "An action is reachable whose plan nobody approved."
            : run.Run.Run > run.Grant.Runs ? "An action is reachable beyond the runs of its grant."
            : run.Grant.Impact != request.Impact || !request.Approvers.SequenceEqual(run.Grant.Approvers)
                ? "A grant says something else than the approval it stands on."
            : null;
    }

    /// <summary>
    /// A budget ends with its search, and with the time that was approved for it; any other approval with the run it was given for.
    /// </summary>
    private static string? Spent(Incident? before, Incident after, Fact fact, RunAction run)
    {
        var isRound = run.Order is not null;
        return !isRound && before?.Tried.Any(change => change.Question == run.Run.Question) is true
                ? "An action is reachable under an approval that was carried out already."
            : isRound
            && (
                after.Search?.Question != run.Run.Question
                || (before?.Search is { End: not null } ended && ended.Question == run.Run.Question)
            )
                ? "An action is reachable under the budget of a search that has ended."
            : fact is not Acted
            && before?.Search is { } search
            && search.Question == run.Run.Question
            && fact.At - search.StartedAt >= search.Grant.Minutes * 60_000_000L
                ? "An action is reachable under a budget whose time is over."
            : null;
    }

    /// <summary>A vote counts until the end of its request, and what was approved begins while the vote is young.</summary>
    private static string? Aged(Incident? before, Incident after, Fact fact, RunAction run) =>
        run.Run.Run > 1 ? null
        : before?.Request is { } request && request.Question == run.Run.Question && fact.At >= request.ExpiresAt
            ? "An action is reachable by a vote after the end of its request."
        : after.FindRequest(run.Run.Question) is { Votes: [.., var last] } && fact.At - last.At > LiveApproval.VoteStands
            ? "An action is reachable by an approval that has aged."
        : null;

    private static string? Acting(RunCheck run) =>
        Catalog.Find(run.Check.Use) is { IsCheck: true }
            ? null
            : $"'{run.Check.Use}' acts and is reachable as a check, without an approval.";

    private static string? Unverified(Incident? before, Fact fact, Incident after) =>
        fact is not Acted acted || before is null ? null
        : after.Phase is Phase.Verifying or Phase.Searching
        || (after.Phase is Phase.AwaitingPerson && acted.Report.Verdict is Verdict.Unknown)
            ? null
        : after.Phase is Phase.Surveying && acted.Report.Data.ContainsKey("voided") ? null
        : $"An action is followed by {after.Phase} instead of a verification.";

    private static string? Stuck(Incident? before, Fact fact, Decision decision)
    {
        var need = NeedOf(decision.Incident);
        if (need is null || (need.IsMet(decision.Effects) && need != Need.Nothing))
        {
            return null;
        }

        var waitsAlready = need != Need.Nothing && before is not null && need == NeedOf(before);
        var isEarly = need.Deadline switch
        {
            Deadline.RequestExpires => fact.At < decision.Incident.Request!.ExpiresAt,
            Deadline.PlanOverdue => fact.At < decision.Incident.Proposal!.DueAt,
            _ => false,
        };
        var isSpent = fact is DeadlinePassed passed && passed.Deadline == need.Deadline && passed.Question == need.Question && !isEarly;
        return waitsAlready && !isSpent
            ? null
            : $"In {decision.Incident.Phase} nobody is asked and nothing is pending after a {Name(fact)}.";
    }

    private static string Name(Fact fact) =>
        fact switch
        {
            Commanded command => $"'{command.Verb.ToString().ToLowerInvariant()}'",
            DeadlinePassed passed => $"deadline {passed.Deadline}",
            _ => $"fact {fact.GetType().Name}",
        };
}

/// <summary>Either a deadline of a question that will pass, or a card of it that asks a person.</summary>
internal sealed record Need(Deadline? Deadline, CardKind? Card, QuestionId Question)
{
    /// <summary>The incident waits and nothing can come.</summary>
    public static Need Nothing { get; } = new(null, null, default);

    /// <summary>Whether these effects set the deadline or show the card.</summary>
    public bool IsMet(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (
                effect switch
                {
                    SetDeadline set => set.Deadline == Deadline && set.Question == Question,
                    ShowCard show => show.Post.Kind == Card && (Card is CardKind.Incident || show.Post.Question == Question),
                    _ => false,
                }
            )
            {
                return true;
            }
        }

        return false;
    }
}
