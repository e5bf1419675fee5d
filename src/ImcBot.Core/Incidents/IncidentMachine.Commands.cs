using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>What people tell the incident.</content>
internal sealed partial class IncidentMachine
{
    private void OnCommanded(Commanded command)
    {
        if (_incident.Phase is Phase.Closed && command.Verb is not (CommandVerb.Export or CommandVerb.Status or CommandVerb.Why or CommandVerb.Help or CommandVerb.Messages or CommandVerb.FollowUp or CommandVerb.Redact))
        {
            Decline($"{_incident.Name} is closed.");
            return;
        }

        if (_incident.TakenOverBy is { } person && IsChange(command.Verb))
        {
            Decline($"{person.Name} has taken over and ImcBot only reads; 'resume' or 'hand' gives it back.");
            return;
        }

        if (command.Question is { } question && question != default && AnswersItsCard(command.Verb) && question != (_incident.Proposal?.Question ?? _incident.Task?.Question))
        {
            Decline("That card is no longer current; use the newest one.");
            return;
        }

        switch (command.Verb)
        {
            case CommandVerb.Take: Own(command.By); break;
            case CommandVerb.Hand: Hand(command); break;
            case CommandVerb.Ask when command.Choice is { } choice: AskFor(choice, command.By); break;
            case CommandVerb.Ask: Ask(command.By); break;
            case CommandVerb.StartOnce: StartOnce(command.By); break;
            case CommandVerb.Recommended: TakeRecommended(); break;
            case CommandVerb.Skip: Skip(command); break;
            case CommandVerb.Done: Done(command); break;
            case CommandVerb.Retry: Retry(); break;
            case CommandVerb.Resume: Resume(command.By); break;
            case CommandVerb.Pause: Pause($"Paused by {command.By.Name}. Say 'resume' to go on."); break;
            case CommandVerb.Takeover: TakeOver(command.By); break;
            case CommandVerb.Retract: Retract(command); break;
            case CommandVerb.OnIt: OnIt(command.By); break;
            case CommandVerb.Review: Review(command); break;
            case CommandVerb.FollowUp: Assign(command); break;
            case CommandVerb.Stop: Stop(command.By); break;
            case CommandVerb.End: EndSearch(); break;
            case CommandVerb.GoOn: GoOn(command.By); break;
            case CommandVerb.Watch when _incident is { Phase: Phase.Planning, Proposal.Kind: ProposalKind.Flowing }: Watch(); break;
            case CommandVerb.Walk when _incident is { Phase: Phase.Planning, Proposal.Kind: ProposalKind.Flowing }:
                _incident = _incident with { WalkAnyway = true };
                WalkOn();
                break;
            case CommandVerb.Watch or CommandVerb.Walk: Decline($"That is offered only while {_incident.Words.Works}."); break;
            case CommandVerb.Escalate: EscalateBy(command); break;
            case CommandVerb.Close: CloseBy(command.By); break;
            case CommandVerb.Undo: Undo(command); break;
            case CommandVerb.Messages: Messages(command); break;
            case CommandVerb.Export: _effects.Add(new Export(command.Words is [var format, ..] ? format : "html", command.By.Id)); break;
            case CommandVerb.Redact: RedactBy(command); break;
            default: break;
        }
    }

    private void RedactBy(Commanded command)
    {
        if (command.Words is not [var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var entry) || entry < 1)
        {
            Decline("Say which entry, by its number in the transcript: redact 12.");
        }
        else if (!command.By.Holds(Role.Administrator) && command.By != command.Other)
        {
            Decline($"Only an administrator, or whoever wrote it, may remove the texts of entry {entry} from the record.");
        }
        else
        {
            _effects.Add(new Redact(entry));
            Say($"The texts of entry {entry} are removed from the record; that it was there and who removed it stays. What stands in this channel is deleted here, by hand.");
        }
    }

    /// <summary>Whether the word means what the card with its button offers or asks; on an old card it would hit whatever stands now.</summary>
    private static bool AnswersItsCard(CommandVerb verb) =>
        verb is CommandVerb.Ask or CommandVerb.Recommended or CommandVerb.Skip or CommandVerb.StartOnce or CommandVerb.Done or CommandVerb.Resume or CommandVerb.Retry;

    private static bool IsChange(CommandVerb verb) =>
        verb is CommandVerb.Ask or CommandVerb.StartOnce or CommandVerb.Recommended or CommandVerb.GoOn or CommandVerb.Undo or CommandVerb.Walk;

    private static string TakenOver(Person person) => $"{person.Name} has taken over: ImcBot only reads until somebody says 'resume' or 'hand'.";

    /// <summary>Whether people may ask for something of their own now: nothing is under way, asked or waited for.</summary>
    private bool MayOffer => !IsBusy && _incident.Phase is not (Phase.AwaitingApproval or Phase.Surveying) && Machine.CanFire(Trigger.Offer);

    private bool IsBusy => _incident.Phase is Phase.Acting or Phase.Searching or Phase.Verifying;

    private void Own(Person by)
    {
        _incident = _incident with
        {
            Owner = by,
            FollowUps = [.. _incident.FollowUps.Select(item => item.Owner is null && item.DoneAt is null ? item with { Owner = by } : item)],
        };
        Show(CardKind.Incident, default);
    }

    private void Hand(Commanded command)
    {
        if (command.Other is { } other)
        {
            Own(other);
            Say($"{command.By.Name} handed {_incident.Name} to {other.Name}.", other.Id);
        }
        else if (_incident.TakenOverBy is not null && command.Words.Count == 0)
        {
            Resume(command.By);
        }
        else
        {
            Decline("Say whom: hand @name.");
        }
    }

    private void Ask(Person by)
    {
        if (_incident is not { Phase: Phase.Planning, Proposal: { Remedy: not null } proposal })
        {
            Decline(_incident.Request is { Outcome: null } open ? $"{open.Question.Short} waits for an answer already." : "Nothing is offered to ask for now.");
            return;
        }

        _incident = _incident with { Owner = _incident.Owner ?? by };
        if (proposal.Plan is null)
        {
            _incident = _incident with { Proposal = proposal with { AskedBy = by } };
            Show(CardKind.Incident, default);
        }
        else
        {
            PutToApprovers(by);
        }
    }

    /// <summary>What was refused, passed over or not answered is put before the approvers again because somebody says so; so is anything else of the article.</summary>
    private void AskFor(Choice choice, Person by)
    {
        if (_incident.Request is { Outcome: null } open)
        {
            Decline($"{open.Question.Short} waits for an answer; 'ask {choice}' can follow it.");
        }
        else if (!MayOffer)
        {
            Decline("That has to wait until nothing else is under way.");
        }
        else if (!Choices.MayAsk(_incident, choice))
        {
            Decline($"'{choice}' is nothing that can be asked for now.");
        }
        else if (_incident is { Phase: Phase.Planning, Proposal: { Remedy: not null } offered } && choice == new Choice(offered.Step, offered.Offer))
        {
            Ask(by);
        }
        else
        {
            _incident = _incident with { Owner = _incident.Owner ?? by };
            Propose(choice, by);
        }
    }

    private void Propose(Choice choice, Person by)
    {
        switch (Choices.Find(_incident, choice))
        {
            case { Remedy: not null } offer: ProposeRemedy(_incident.Runbook.Find(choice.Step)!, offer, null, by); break;
            case { } offer: AskForWork(_incident.Runbook.Find(choice.Step)!, offer); break;
            case null when choice.Offer == Walk.EndWedged: ProposeKill(by); break;
            case null: ProposeStart(by); break;
        }
    }

    private void StartOnce(Person by)
    {
        if (_incident.Phase is Phase.Planning or Phase.AwaitingPerson or Phase.Escalated)
        {
            ProposeStart(by);
        }
        else
        {
            Decline("A plain start can be asked for only while nothing else is under way.");
        }
    }

    private void TakeRecommended()
    {
        if (_incident is { Phase: Phase.Planning, Proposal.Recommended: { } step })
        {
            WalkOn(step);
        }
        else
        {
            Decline("No other step is recommended now.");
        }
    }

    private void Skip(Commanded command)
    {
        switch (_incident)
        {
            case { Phase: Phase.Planning, Proposal: { Remedy: not null } proposal }:
                Remember(proposal.Question, proposal.Step, proposal.Offer, AttemptOutcome.Skipped, "skipped", started: proposal.Kind is ProposalKind.StartOnce, by: command.By);
                Forget(proposal.Question);
                WalkOn();
                break;
            case { Phase: Phase.AwaitingPerson, Task: { Kind: PersonTaskKind.Manual } task }:
                Remember(task.Question, task.Step, task.Offer!, AttemptOutcome.Skipped, "skipped", by: command.By);
                WalkOn();
                break;
            default: Decline("There is nothing to skip now."); break;
        }
    }

    private void Done(Commanded command)
    {
        if (_incident is { Phase: Phase.AwaitingPerson, Task: { Kind: PersonTaskKind.Manual } task })
        {
            Remember(task.Question, task.Step, task.Offer!, AttemptOutcome.Done, "done by hand", byHand: true, by: command.By);
            Survey();
        }
        else
        {
            Decline("No manual step waits to be done.");
        }
    }

    private void Undo(Commanded command)
    {
        var number = string.Join(' ', command.Words).TrimStart('#');
        var attempt = _incident.Attempts.FindLast(done => done.Outcome is AttemptOutcome.Done or AttemptOutcome.Failed or AttemptOutcome.Lost && !done.ByHand
            && (number.Length == 0 || done.Question.Short == number || done.Question.Number.ToString() == number));
        if (attempt is null)
        {
            Decline("There is nothing of that number to undo; 'status' lists what was done.");
        }
        else if (MayOffer)
        {
            var of = _incident.Search is { } search && search.Question == attempt.Question && Plan.FromBytes(_incident.FindRequest(attempt.Question)!.Plan).Remedy.Rungs.Count == 1
                ? search.HeldBy : attempt.Question;
            Propose(
                ProposalKind.Undo, null, Incident.UndoOf(of), $"Undo {of.Short}: {attempt.Offer}", Remedy.Undo(of), ApprovalRule.OnCall, null, null, command.By);
        }
        else
        {
            Decline("Undo has to wait until nothing else is under way.");
        }
    }
}
