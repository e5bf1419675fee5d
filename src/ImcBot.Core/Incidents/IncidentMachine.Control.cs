using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>How people halt, end or hand over what is under way.</content>
internal sealed partial class IncidentMachine
{
    private void Retry()
    {
        if (IsBusy || _incident.Phase is Phase.Surveying)
        {
            Decline("Something is under way already; it tells when it ends.");
        }
        else if (IsBroken && _incident.Phase is Phase.AwaitingPerson && _incident.TakenOverBy is null)
        {
            MendSearch();
        }
        else
        {
            Survey();
        }
    }

    /// <summary>Goes on after a pause, and gives back what somebody has taken over.</summary>
    private void Resume(Person by)
    {
        if (_incident.TakenOverBy is { } taker && taker != by && !Role.Signs(by.Roles, Role.Lead))
        {
            Decline($"{taker.Name} has taken over and gives it back, or a lead does.");
            return;
        }

        var wasTakenOver = _incident.TakenOverBy is not null;
        _incident = _incident with { TakenOverBy = null };
        if (wasTakenOver && (IsBusy || _incident.Phase is Phase.Surveying or Phase.Watching or Phase.Resolved))
        {
            Show(CardKind.Incident, default);
        }
        else
        {
            Retry();
        }
    }

    /// <summary>From now on nothing is offered, asked or begun. What has begun ends; a search goes to safe rest.</summary>
    private void TakeOver(Person by)
    {
        _incident = _incident with { TakenOverBy = by, Owner = by };
        switch (_incident.Phase)
        {
            case Phase.Searching: EndSearch(); break;
            case Phase.Acting or Phase.Verifying: Say($"{TakenOver(by)} The run under way ends first."); break;
            case Phase.Surveying or Phase.Watching or Phase.Resolved: Say(TakenOver(by)); break;
            default: NeedPerson(PersonTaskKind.Paused, TakenOver(by)); return;
        }

        Show(CardKind.Incident, default);
    }

    private void Pause(string text)
    {
        if (IsBusy)
        {
            Decline("A run is under way and cannot be paused; 'stop' brings a search to safe rest.");
        }
        else
        {
            NeedPerson(PersonTaskKind.Paused, text);
        }
    }

    private void Stop(Person by)
    {
        switch (_incident.Phase)
        {
            case Phase.Acting or Phase.Searching when _incident.Questions.GetValueOrDefault(_incident.Overdue.Number) is { Kind: QuestionKind.Act }: GiveUp(by); break;
            case Phase.Searching: EndSearch(); break;
            case Phase.Acting or Phase.Verifying: Decline("A run is under way; it cannot be taken back half way, and nothing starts after it until you say so."); break;
            default: NeedPerson(PersonTaskKind.Paused, $"Stopped by {by.Name}. Say 'resume' to go on."); break;
        }
    }

    /// <summary>The relay may never report again. How far it came is then for a person to find out; a report that comes after all is declined.</summary>
    private void GiveUp(Person by)
    {
        var request = _incident.FindRequest(_incident.Overdue)!;
        Forget(request.Question);
        var run = new RunId(request.Question, _incident.Phase is Phase.Searching ? _incident.Search!.Run : 1);
        EndRun(request, new Report(run, JobKind.Act, Verdict.Unknown, $"no word from the relay, given up by {by.Name}", ImmutableDictionary<string, string>.Empty.Add(GivenUp, by.Id), _incident.Now));
    }

    /// <summary>The run under way ends first; then the search goes to safe rest instead of a next round.</summary>
    private void EndSearch()
    {
        if (_incident is { Phase: Phase.Searching, Search: { } search })
        {
            _incident = _incident with { Search = search with { EndAsked = true } };
            Show(CardKind.Search, search.Question);
        }
        else
        {
            Decline("No search is under way.");
        }
    }

    /// <summary>A budget ends with its search: going on is a request of its own.</summary>
    private void GoOn(Person by)
    {
        if (MayExtend && MayOffer)
        {
            Extend(by);
        }
        else
        {
            Decline($"There is no ended search with {_incident.Words.Matter} left to try, or it has to wait until nothing else is under way.");
        }
    }

    private bool MayExtend => _incident.Search is { } spent && SearchRounds.MayExtend(spent) && _incident.Holding.Contains(spent);

    /// <summary>Has the approvers asked for the same budget once more: a plan and a grant of its own, and the search goes on from what it has learned.</summary>
    private void Extend(Person? by)
    {
        var search = _incident.Search!;
        var first = _incident.FindRequest(search.HeldBy)!;
        var limits = first.Search!;
        Propose(
            ProposalKind.Remedy, first.Step, first.Offer, $"Go on with the search of {search.HeldBy.Short}: {search.Held.Count} {_incident.Words.Items} are held, at most {limits.InWords(_incident.Words)} more",
            new Remedy([SearchRounds.More(search, limits)], null, [], []), first.Approval, limits, null, by);
    }

    private void EscalateBy(Commanded command)
    {
        if (IsBusy)
        {
            Decline("A run is under way; 'stop' first, or wait until it has ended.");
        }
        else if (_incident.Phase is Phase.Escalated)
        {
            Decline($"{_incident.Name} is escalated already.");
        }
        else
        {
            Escalate($"Escalated by {command.By.Name}");
        }
    }

    private bool StandsStill => _incident.DownSince is not null || _incident.ServiceUp == false;

    private void CloseBy(Person by)
    {
        if (IsBusy)
        {
            Decline("A run is under way; close when it has ended.");
        }
        else if (!_incident.BrokenGlass.IsEmpty && _incident.Reviewer is null)
        {
            Decline($"{_incident.BrokenGlass[^1].Question.Short} was approved by break-glass: name who reviews it first, 'review @name'.");
        }
        else if (FollowUp.Of(_incident).Find(item => item.Holds != default && item is { Owner: null, DoneAt: null }) is { } unowned)
        {
            Decline($"{unowned.Text}. Nobody owns that: 'take' the incident, name an owner with 'follow-up N @name 2026-12-31', or have it put back with 'undo {unowned.Holds.Number}'.");
        }
        else if (StandsStill && !(_incident.Now - _incident.CloseAskedAt <= CloseAgain))
        {
            _incident = _incident with { CloseAskedAt = _incident.Now };
            Say($"{_incident.Label} is still down by what was last seen. Say 'close' once more within {CloseAgain / Minute} minutes to close {_incident.Name} all the same; nothing more is asked or done then.");
        }
        else
        {
            Withdraw("the incident was closed");
            Headline($"Closed by {by.Name}");
            _incident = _incident with { Proposal = null, Task = null, Questions = _incident.Questions.Clear(), FollowUps = FollowUp.Of(_incident) };
            Machine.Fire(Trigger.Close);
            RemindTomorrow();
        }
    }
}
