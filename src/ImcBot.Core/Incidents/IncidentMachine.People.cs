using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>Who is there: shifts, pages, owners of what is left, and those who are turned away.</content>
internal sealed partial class IncidentMachine
{
    /// <summary>So many attempts from outside are kept; more of them would only fill the journal.</summary>
    public const int MostRefusals = 50;

    /// <summary>Calls a role, or who stands in for it while nobody holds it.</summary>
    private void Alarm(string role, string text, QuestionId question = default) => Page(CallOrder.For(role, _incident.Roster), text, question);

    /// <summary>Who has been called by name for this request.</summary>
    private List<string> Asked(Request request) => [.. _incident.Pages.Where(page => page.Question == request.Question).Select(page => page.To).OfType<string>()];

    private void Page(string role, string text, QuestionId question = default, string? to = null)
    {
        var number = _incident.Pages.Count + 1;
        _incident = _incident with { Pages = _incident.Pages.Add(new(number, role, to, question, _incident.Now)) };
        _effects.Add(new Page(number, role, text, question, to));
    }

    private void OnPaged(Paged paged)
    {
        if (_incident.Pages.ElementAtOrDefault(paged.Page - 1) is not { IsSent: null } page)
        {
            Decline($"Page {paged.Page} of {_incident.Name} is settled already.");
            return;
        }

        _incident = _incident with { Pages = _incident.Pages.SetItem(paged.Page - 1, page with { IsSent = paged.Sent, IsUnsure = paged.Unsure }) };
        if (!paged.Sent)
        {
            Say(
                paged.Unsure ? $"The page to '{page.Role}' may have gone out: {paged.Problem}. If nobody acknowledges it, call somebody yourselves: a mention wakes nobody."
                    : $"The page to '{page.Role}' did not go out: {paged.Problem}. A mention wakes nobody: call somebody yourselves.",
                page.Role);
        }

        Redraw(page);
    }

    private void OnAcknowledged(Acknowledged seen)
    {
        if (_incident.Pages.ElementAtOrDefault(seen.Page - 1) is not { } page)
        {
            Decline($"{_incident.Name} has sent no page {seen.Page}.");
        }
        else if (page.SeenAt is not null)
        {
            Decline($"Page {seen.Page} of {_incident.Name} was acknowledged already by {page.SeenBy}.");
        }
        else
        {
            _incident = _incident with { Pages = _incident.Pages.SetItem(seen.Page - 1, page with { SeenBy = seen.By, SeenAt = seen.At }) };
            if (_incident.Request is { Outcome: null, IsSeen: false } request && request.Question == page.Question)
            {
                HoldCalls(request, seen.By);
            }

            Redraw(page);
        }
    }

    private void Redraw(PageLine page)
    {
        if (_incident.FindRequest(page.Question) is not null)
        {
            Show(CardKind.Approval, page.Question);
        }

        Show(CardKind.Incident, default);
    }

    /// <summary>A new shift: both are mentioned, and what waits for an answer is asked of the new one.</summary>
    private void OnRoster(DutyRoster roster)
    {
        var (before, after) = (_incident.Roster?.Of(Role.OnCall) ?? [], roster.Of(Role.OnCall));
        _incident = _incident with { Roster = roster };
        if (_incident.Phase is Phase.Closed or Phase.Resolved)
        {
            return;
        }

        if (!before.SequenceEqual(after, StringComparer.OrdinalIgnoreCase) && after.Count > 0)
        {
            var waiting = _incident.Request is { } open ? $" {open.Question.Short} now waits for the new shift." : "";
            _effects.Add(new Say($"Shift change on {_incident.Name}: who is on call now takes over from who was.{waiting}", null, null, [.. before.Union(after, StringComparer.OrdinalIgnoreCase)]));
        }

        TellNobodyOnCall();
        if (_incident.Request is { } asked)
        {
            AskFirst(asked);
            TellIfUnmeetable(asked);
        }
    }

    /// <summary>Calls those whose turn it is first by today's roster and who have not been called for this yet.</summary>
    private void AskFirst(Request request)
    {
        var asked = Asked(request);
        foreach (var called in CallOrder.First(request, _incident.Roster))
        {
            if (called.Person is { } person ? !asked.Contains(person, StringComparer.OrdinalIgnoreCase) : !_incident.Pages.Exists(page => page.Question == request.Question && page.Role == called.Role))
            {
                Page(called.Role, $"{_incident.Label}: {request.Question.Short} asks for approval", request.Question, called.Person);
            }
        }
    }

    private void TellNobodyOnCall()
    {
        if (_incident.Roster is { } roster && roster.Of(Role.OnCall).Count == 0)
        {
            var standIn = CallOrder.For(Role.OnCall, roster);
            Say(
                standIn == Role.OnCall ? "Nobody is on call by the roster now, and nobody who signs for it either. Put somebody on the roster."
                    : $"Nobody is on call by the roster now: '{standIn}' is called instead. Put somebody on the roster.",
                standIn);
        }
    }

    private void TellIfUnmeetable(Request request)
    {
        if (_incident.Roster is { } roster && ApprovalRules.Unmeetable(request, roster) is { } sentence)
        {
            Say(sentence, Role.Lead);
        }
    }

    private void Review(Commanded command)
    {
        if (_incident.BrokenGlass.IsEmpty)
        {
            Decline($"Nothing in {_incident.Name} was approved by break-glass; it needs no reviewer.");
        }
        else if (command.Other is not { } reviewer)
        {
            Decline("Say who reviews it: review @name.");
        }
        else if (_incident.BrokenGlass.Exists(broken => broken.By == reviewer))
        {
            Decline($"{reviewer.Name} broke the glass; somebody else must review it.");
        }
        else
        {
            _incident = _incident with { Reviewer = reviewer };
            Say($"{reviewer.Name} reviews what was approved by break-glass: {string.Join(", ", _incident.BrokenGlass.Select(broken => broken.Question.Short))}.", reviewer.Id);
        }
    }

    /// <summary><c>follow-up 2 @name 2026-12-31</c> or <c>follow-up 2 done</c>.</summary>
    private void Assign(Commanded command)
    {
        string[] words = [.. command.Words];
        var all = FollowUp.Of(_incident);
        if (words.Length == 0 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || all.ElementAtOrDefault(number - 1) is not { } item)
        {
            Decline(all.IsEmpty ? "Nothing is left open." : $"Say which: follow-up 1 @name 2026-12-31, or follow-up 1 done. There are {all.Count}.");
            return;
        }

        var isDone = words[^1].Equals("done", StringComparison.OrdinalIgnoreCase);
        var date = words.Select(word => DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : (DateOnly?)null)
            .FirstOrDefault(day => day is not null);
        if (isDone && item.Holds != default && _incident.Holding.Any(search => search.HeldBy == item.Holds) && command.Other is null && command.By != item.Owner)
        {
            Decline($"Only its owner says that what is held is dealt with; take it first: follow-up {number} @name 2026-12-31.");
            return;
        }

        if (!isDone && date is null && command.Other is null)
        {
            Decline($"Say who or until when: follow-up {number} @name 2026-12-31, or follow-up {number} done.");
            return;
        }

        var due = date is { } until ? (until.ToDateTime(TimeOnly.MaxValue, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : item.Due;
        var changed = isDone ? item with { DoneAt = command.At } : item with { Owner = command.Other ?? item.Owner, Due = due, DoneAt = null };
        _incident = _incident with { FollowUps = all.SetItem(number - 1, changed) };
        Show(_incident.Phase is Phase.Resolved ? CardKind.Resolved : CardKind.Incident, _incident.Phase is Phase.Resolved ? _incident.WatchQuestion : default);
    }

    /// <summary>What is held that was put back is no longer left open.</summary>
    private void SettleFollowUps()
    {
        var holding = _incident.Holding.Select(search => search.HeldBy).ToHashSet();
        _incident = _incident with
        {
            FollowUps = [.. _incident.FollowUps.Select(item => item.DoneAt is null && IsOver(item) ? item with { DoneAt = _incident.Now } : item)],
        };

        bool IsOver(FollowUp item) => (item.Holds != default && !holding.Contains(item.Holds)) || (item.Change != default && _incident.IsUndone(item.Change));
    }

    private void RemindTomorrow()
    {
        if (FollowUp.Of(_incident).Exists(item => item.DoneAt is null))
        {
            _effects.Add(new SetDeadline(Deadline.FollowUpsDue, default, _incident.Now + FollowUp.Day));
        }
    }

    private void RemindOwners()
    {
        var left = FollowUp.Of(_incident).Select((item, index) => (item, Number: index + 1)).Where(entry => entry.item.DoneAt is null
            && (entry.item.Holds != default || _incident.Phase is Phase.Resolved or Phase.Closed)).ToList();
        if (left.Count > 0)
        {
            var lines = left.Select(entry => $"{entry.Number}. {entry.item.Text} ({entry.item.Owner?.Name.ToString() ?? "NO OWNER YET"})");
            var owners = left.Select(entry => entry.item.Owner?.Id).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            _effects.Add(new Say($"Still open: {string.Join("; ", lines)}. 'follow-up N done' ends one.", null, owners.Count == 0 ? Role.Lead : null, owners));
            RemindTomorrow();
        }
    }

    private void OnRefused(Refused refused)
    {
        _incident = _incident with { Refusals = _incident.Refusals + 1 };
        Decline(refused.Why.Value ?? "refused");
    }
}
