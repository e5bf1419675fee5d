namespace ImcBot.Core.Incidents;

/// <summary>What people tell the incident: why it is not done, what it changes at once, and what follows.</summary>
internal static class Commands
{
    public const string Wait = "That has to wait until nothing else is under way.";

    public static string? Refuse(Incident incident, Commanded command) =>
        command.Verb switch
        {
            not (
                CommandVerb.Export
                or CommandVerb.Status
                or CommandVerb.Why
                or CommandVerb.Help
                or CommandVerb.Messages
                or CommandVerb.FollowUp
                or CommandVerb.Redact
            ) when incident.Phase is Phase.Closed => $"{incident.Name} is closed.",
            _ when incident.TakenOverBy is { } person && IsChange(command.Verb) =>
                $"{person.Name} has taken over and ImcBot only reads; 'resume' or 'hand' gives it back.",
            _ when command.Question is { } question
                    && question != default
                    && AnswersItsCard(command.Verb)
                    && question != (incident.Proposal?.Question ?? incident.Task?.Question) =>
                "That card is no longer current; use the newest one.",
            CommandVerb.Hand => Control.RefuseHand(incident, command),
            CommandVerb.Ask when command.Choice is { } choice => RefuseChoice(incident, choice),
            CommandVerb.Ask => Offers(incident) ? null
            : incident.Request is { } open ? $"{open.Question.Short} waits for an answer already."
            : "Nothing is offered to ask for now.",
            CommandVerb.StartOnce => incident.Phase is Phase.Planning or Phase.AwaitingPerson or Phase.Escalated
                ? null
                : "A plain start can be asked for only while nothing else is under way.",
            CommandVerb.Recommended => incident is { Phase: Phase.Planning, Proposal.Recommended: not null }
                ? null
                : "No other step is recommended now.",
            CommandVerb.Skip => Offers(incident) || IsByHand(incident) ? null : "There is nothing to skip now.",
            CommandVerb.Done => IsByHand(incident) ? null : "No manual step waits to be done.",
            CommandVerb.Watch or CommandVerb.Walk => Flows(incident) ? null : $"That is offered only while {incident.Words.Works}.",
            CommandVerb.GoOn => Offering.MayExtend(incident) && MayOffer(incident)
                ? null
                : $"There is no ended search with {incident.Words.Matter} left to try, or it has to wait until nothing else is under way.",
            CommandVerb.Undo => Target(incident, command) is null ? "There is nothing of that number to undo; 'status' lists what was done."
            : MayOffer(incident) ? null
            : "Undo has to wait until nothing else is under way.",
            CommandVerb.Messages => ItemRequests.Read(incident, command).Refusal,
            CommandVerb.Retract => Ageing.RefuseRetract(incident, command),
            CommandVerb.OnIt => incident.Request is { IsSeen: false } ? null : "Nothing waits for an answer that nobody looks at yet.",
            CommandVerb.Review => Reviews.Refuse(incident, command),
            CommandVerb.FollowUp => FollowUps.Refuse(incident, command),
            CommandVerb.Redact => RecordKeeping.Refuse(command),
            _ => Control.Refuse(incident, command),
        };

    public static Draft Learn(Draft draft, Commanded command) =>
        command.Verb switch
        {
            CommandVerb.Take => Own(draft, command.By),
            CommandVerb.Hand => Control.Hand(draft, command),
            CommandVerb.Ask => command.Choice is { } choice && !IsOffered(draft.Incident, choice)
                ? OwnIfNobody(draft, command.By)
                : Ask(draft, command.By),
            CommandVerb.Skip or CommandVerb.Done => Pass(draft, command),
            CommandVerb.Walk => draft.Set(incident => incident with { WalkAnyway = true }),
            CommandVerb.Watch => draft.DropOffer().AfterEvents().Show(CardKind.Incident),
            CommandVerb.StartOnce or CommandVerb.Recommended or CommandVerb.GoOn => OwnIfNobody(draft, command.By),
            CommandVerb.Retract => Ageing.Retract(draft, command),
            CommandVerb.OnIt => Calls.Hold(draft, draft.Incident.Request!, command.By.Name),
            CommandVerb.Review => Reviews.Learn(draft, command.Other!),
            CommandVerb.FollowUp => FollowUps.Assign(draft, command),
            CommandVerb.Export => draft.Add(new GiveTranscript(command.Words is [var format, ..] ? format : "html", command.By.Id)),
            CommandVerb.Redact => RecordKeeping.Redact(draft, command),
            _ => Control.Learn(draft, command),
        };

    public static Next? Follows(Incident before, Incident after, Commanded command) =>
        command.Verb switch
        {
            CommandVerb.Ask when command.Choice is { } choice && !IsOffered(after, choice) => Choose(after, choice, command.By),
            CommandVerb.StartOnce => new Offered(Offering.Start(after, command.By)),
            CommandVerb.Recommended => Walk.On(after, after.Proposal!.Recommended),
            CommandVerb.Skip or CommandVerb.Walk => Walk.On(after),
            CommandVerb.GoOn => new Offered(Offering.Extension(after, command.By)),
            CommandVerb.Undo => new Offered(Offering.Undo(after, Target(after, command)!, command.By)),
            CommandVerb.Messages => ItemRequests.Read(after, command).Next,
            _ => Control.Follows(before, after, command),
        };

    /// <summary>Whether people may ask for something of their own now: nothing is under way, asked or waited for.</summary>
    public static bool MayOffer(Incident incident) =>
        incident.Phase is Phase.Planning or Phase.Watching or Phase.AwaitingPerson or Phase.Resolved or Phase.Escalated;

    /// <summary>Has what is offered put to the approvers, once it is planned, for the one who asks for it.</summary>
    public static Draft Ask(Draft draft, Person asker)
    {
        var offered = draft.Incident.Proposal!;
        var proposal = offered with { AskedBy = offered.WasAsked ? offered.AskedBy : asker };
        return OwnIfNobody(draft, asker)
            .Update(proposal)
            .When(proposal.State is ChangeState.Offered, asked => asked.Show(CardKind.Incident));
    }

    public static Draft Own(Draft draft, Person by) =>
        draft
            .Set(incident =>
                incident with
                {
                    Owner = by,
                    FollowUps = [.. incident.FollowUps.Select(item => item.Owner is null && item.IsOpen ? item with { Owner = by } : item)],
                }
            )
            .Show(CardKind.Incident);

    /// <summary>Whether the service works and people choose what to do about it.</summary>
    public static bool Flows(Incident incident) => incident is { Phase: Phase.Planning, Proposal.Kind: ChangeKind.Flowing };

    private static bool Offers(Incident incident) => incident is { Phase: Phase.Planning, Proposal.Remedy: not null };

    private static bool IsByHand(Incident incident) => incident is { Phase: Phase.AwaitingPerson, Task.Kind: PersonTaskKind.Manual };

    private static bool IsOffered(Incident incident, Choice choice) => Offers(incident) && choice == Choice.Of(incident.Proposal!);

    /// <summary>
    /// Whether the word means what the card with its button offers or asks; on an old card it would hit whatever stands now.
    /// </summary>
    private static bool AnswersItsCard(CommandVerb verb) =>
        verb
            is CommandVerb.Ask
                or CommandVerb.Recommended
                or CommandVerb.Skip
                or CommandVerb.StartOnce
                or CommandVerb.Done
                or CommandVerb.Resume
                or CommandVerb.Retry;

    private static bool IsChange(CommandVerb verb) =>
        verb
            is CommandVerb.Ask
                or CommandVerb.StartOnce
                or CommandVerb.Recommended
                or CommandVerb.GoOn
                or CommandVerb.Undo
                or CommandVerb.Walk;

    private static Draft OwnIfNobody(Draft draft, Person by) => draft.Set(incident => incident with { Owner = incident.Owner ?? by });

    private static string? RefuseChoice(Incident incident, Choice choice) =>
        incident.Request is { } open ? $"{open.Question.Short} waits for an answer; 'ask {choice}' can follow it."
        : !MayOffer(incident) ? Wait
        : Choices.MayAsk(incident, choice) ? null
        : $"'{choice}' is nothing that can be asked for now.";

    private static Next Choose(Incident incident, Choice choice, Person by) =>
        Choices.Find(incident, choice) is { } offer
            ? Offering.Of(incident, incident.Runbook.Find(choice.Step)!, offer, null, by)
            : new Offered(choice.Offer == Walk.EndWedged ? Offering.Kill(incident, by) : Offering.Start(incident, by));

    /// <summary>Skips what is offered, or what a person was asked to do; or that person has done it.</summary>
    private static Draft Pass(Draft draft, Commanded command)
    {
        if (draft.Incident.Proposal is { } proposal)
        {
            return draft.End(proposal with { State = ChangeState.Skipped, Summary = "skipped", By = command.By });
        }

        var (task, isDone) = (draft.Incident.Task!, command.Verb is CommandVerb.Done);
        return draft.End(
            new(task.Question, ChangeKind.Remedy, task.Step, task.Offer!)
            {
                State = isDone ? ChangeState.Done : ChangeState.Skipped,
                Does = task.Text,
                Summary = isDone ? "done by hand" : "skipped",
                ByHand = isDone,
                By = command.By,
            }
        );
    }

    /// <summary>The change that is to be taken back: the last one, or that of the number that was typed.</summary>
    private static Change? Target(Incident incident, Commanded command)
    {
        var number = string.Join(' ', command.Words).TrimStart('#');
        return incident.Changes.FindLast(done =>
            done.State is ChangeState.Done or ChangeState.Failed or ChangeState.Lost
            && !done.ByHand
            && !done.Rode
            && (number.Length == 0 || done.Question.Short == number || done.Question.Number.ToString() == number)
        );
    }
}
