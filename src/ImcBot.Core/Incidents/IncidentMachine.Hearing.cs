using System.Collections.Immutable;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>What the server, the relay, the channel and the clock tell.</content>
internal sealed partial class IncidentMachine
{
    private void OnAlerted(Alerted alerted)
    {
        _incident = _incident with { Events = [.. _incident.Events.Concat(alerted.Alert.Events).TakeLast(100)] };
        Saw(alerted.Alert.Service, alerted.Alert.ServiceUp, alerted.Alert.ServiceUp ? "running" : "not running");
        if (alerted.Alert is { ServiceUp: true, Events: [], Outage: null })
        {
            OnRecovery();
            return;
        }

        var opening = Opening.Decide(_incident.Runbook, alerted.Alert);
        if (opening is OpeningKind.Open && _incident.Phase is Phase.Watching or Phase.Resolved)
        {
            _incident = _incident with { Quiet = false, WalkAnyway = false };
            IsDown(Math.Max(alerted.Alert.Since, _incident.UpSince ?? 0));
            _incident = _incident with { ServiceUp = null };
            Headline("Down again");
            Say($"{_incident.Label} is down again.", Role.OnCall);
            Alarm(Role.OnCall, $"{_incident.Label}: down again");
            Survey();
        }
        else
        {
            Show(CardKind.Incident, default);
        }
    }

    private void OnRecovery()
    {
        if (_incident.Phase is not (Phase.Planning or Phase.AwaitingApproval or Phase.AwaitingPerson or Phase.Surveying))
        {
            return;
        }

        Headline("The service came up by other hands");
        Withdraw("the service came up by other hands");
        _incident = _incident with { Proposal = null, Task = null };
        if (Machine.CanFire(Trigger.Verify))
        {
            Verify(QuestionKind.Verify);
        }
        else
        {
            Survey();
        }
    }

    /// <summary>The service is down; of an outage that is known already the first failure stays.</summary>
    private void IsDown(long since)
    {
        since = _incident.DownSince ?? since;
        _incident = _incident with { ServiceUp = false, DownSince = since, FirstDown = _incident.FirstDown ?? since, UpSince = null };
    }

    private void IsUp() => _incident = _incident with { ServiceUp = true, DownSince = null, UpSince = _incident.UpSince ?? _incident.Now };

    private void Saw(string service, bool isRunning, string word) =>
        _incident = _incident with { Services = _incident.Services.SetItem(service, new(word, isRunning, _incident.Now)) };

    private void OnRelay(bool silent, long? heard)
    {
        _incident = _incident with { RelaySilent = silent, RelayHeardAt = heard ?? _incident.RelayHeardAt };
        if (silent && _incident.Phase is Phase.Acting or Phase.Searching)
        {
            Say($"No word from the relay on {_incident.Host}. What it has begun it finishes; a search left alone goes to safe rest by itself.", Role.OnCall);
        }

        Show(CardKind.Incident, default);
    }

    private void OnPosted(Posted posted)
    {
        _incident = _incident with { Posts = _incident.Posts.SetItem(posted.Post, posted.ActivityId) };
        _incident = posted.Post.Kind is CardKind.Gathering
            ? _incident with { GatheringThread = posted.Thread }
            : _incident with { Thread = _incident.Thread ?? posted.Thread };
    }

    /// <summary>Without a channel people are called by page and answer with <c>imcbot decide</c>; what was not posted meanwhile is shown when it is back.</summary>
    private void OnChannel(ChannelChanged changed)
    {
        if (!changed.IsHere)
        {
            if (_incident is { Quiet: false, Phase: not (Phase.Resolved or Phase.Closed) })
            {
                Alarm(Role.OnCall, $"{_incident.Label}: ImcBot was removed from its channel by {changed.By}. Add it again; until then answer requests with 'imcbot decide'");
            }

            return;
        }

        Show(CardKind.Incident, default);
        if (_incident.Request is { Outcome: null } request)
        {
            Show(CardKind.Approval, request.Question, request.Approval.Role);
        }

        if (_incident.Task is { } task)
        {
            Show(CardKind.Manual, task.Question);
        }
    }

    /// <summary>Whatever is measured from a moment before goes on as if that moment had been told by the new clock: nothing comes earlier or later for it.</summary>
    private void OnClockSet(ClockSet set)
    {
        if (_incident.LastClockSet is { } last && Math.Abs(set.At - last.At) < 10 * Second && Math.Abs(set.By - last.By) < Minute / 2)
        {
            Decline("That the clock was set is known already: another bot on this journal has told it.");
            return;
        }

        _incident = _incident with
        {
            LastClockSet = set,
            OpenedAt = _incident.OpenedAt + set.By,
            DownSince = _incident.DownSince + set.By,
            RelayHeardAt = _incident.RelayHeardAt + set.By,
            Request = _incident.Request is not { } asked ? null : asked with
            {
                AskedAt = asked.AskedAt + set.By, ExpiresAt = asked.ExpiresAt + set.By, Votes = [.. asked.Votes.Select(vote => vote with { At = vote.At + set.By })],
                RemindAt = asked.RemindAt + set.By, PausedUntil = asked.PausedUntil + set.By,
            },
            Proposal = _incident.Proposal is not { } offered ? null : offered with { DueAt = offered.DueAt + set.By },
            CloseAskedAt = _incident.CloseAskedAt + set.By,
            Decided = [.. _incident.Decided.Select(decided => Unbegun(decided.Question) is null ? decided : decided with
            {
                Votes = [.. decided.Votes.Select(vote => vote with { At = vote.At + set.By })], GrantedAt = decided.GrantedAt + set.By, StandsSince = decided.StandsSince + set.By,
            })],
            Search = _incident.Search is not { } search ? null : search with { StartedAt = search.StartedAt + set.By },
        };
        if (_incident.Phase is Phase.Closed)
        {
            return;
        }

        if (_incident.Request is { } request)
        {
            Show(CardKind.Approval, request.Question);
        }

        Show(CardKind.Incident, default);
    }

    /// <summary>Nobody can answer what nobody sees: whoever is asked is called, and told in words.</summary>
    private void OnUnposted(Unposted unposted)
    {
        if (unposted.Post is { Kind: CardKind.Approval, Question: var question } && _incident.Request is { Outcome: null } request && request.Question == question)
        {
            foreach (var called in CallOrder.First(request, _incident.Roster))
            {
                Page(called.Role, $"{_incident.Label}: {question.Short} waits for an answer, and its card could not be shown in the channel: {unposted.Problem}", question, called.Person);
            }

            Say($"The card of {question.Short} could not be shown: {unposted.Problem} It asks to: {request.Does}. 'status' tells where the incident stands.");
        }
        else if (unposted.Post is { Kind: CardKind.Incident } && _incident is { Thread: null, Quiet: false })
        {
            Alarm(Role.OnCall, $"{_incident.Label}: {_incident.Name} could not be shown in the channel: {unposted.Problem}");
        }
    }

    private void OnDeadline(DeadlinePassed passed)
    {
        var open = _incident.Questions.GetValueOrDefault(passed.Question.Number);
        switch (passed.Deadline)
        {
            case Deadline.SurveyEnds when open is { Checks.IsEmpty: false, Kind: not QuestionKind.Evidence }: EndChecks(passed.Question.Number, open); break;
            case Deadline.PlanOverdue when open is { Kind: QuestionKind.Plan } && _incident.Now >= _incident.Proposal?.DueAt:
                Forget(passed.Question);
                NeedPerson(PersonTaskKind.Unknown, "The relay has not answered with a plan. See whether it is running, then say 'retry'.");
                break;
            case Deadline.RunOverdue when open is { Kind: QuestionKind.Act }:
                _incident = _incident with { Overdue = passed.Question };
                Say(
                    Unbegun(passed.Question) is { GrantedAt: null, WaitsFor: { } behind } ? $"{passed.Question.Short} still {Summary.Waits(_incident, behind)}. 'retract {passed.Question.Short}' takes the approval back."
                    : Unbegun(passed.Question) is { GrantedAt: null }
                        ? $"{passed.Question.Short} is approved and has not begun: the relay has not come for it. 'retract {passed.Question.Short}' takes the approval back, 'stop' gives the run up."
                        : $"{passed.Question.Short} should have ended by now. Nothing else starts until the relay reports or somebody says 'stop'.", Role.OnCall);
                _effects.Add(new SetDeadline(Deadline.RunOverdue, passed.Question, _incident.Now + Patience()));
                break;
            case Deadline.Reminder when _incident.Request is { Outcome: null } request && request.Question == passed.Question && _incident.Now >= request.RemindAt:
                Remind(request);
                break;
            case Deadline.RequestExpires when _incident.Request is { Outcome: null } request && request.Question == passed.Question && _incident.Now >= request.ExpiresAt:
                Expire(request);
                break;
            case Deadline.PauseEnds when _incident.Request is { Outcome: null } request && request.Question == passed.Question && _incident.Now >= request.PausedUntil:
                EndPause(request);
                break;
            case Deadline.FollowUpsDue: RemindOwners(); break;
            case Deadline.WatchEnds when _incident.Phase is Phase.Watching && _incident.WatchQuestion == passed.Question: Verify(QuestionKind.Watch); break;
            case Deadline.StatusDue when _incident.Phase is not (Phase.Closed or Phase.Resolved):
                Say(Summary.Of(_incident));
                _effects.Add(new SetDeadline(Deadline.StatusDue, default, _incident.Now + (30 * Minute)));
                break;
            default: break;
        }
    }
}
