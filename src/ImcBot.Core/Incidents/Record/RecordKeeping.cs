using System.Globalization;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>What stands in the channel, and what is taken out of the record.</summary>
internal static class RecordKeeping
{
    /// <summary>So many attempts from outside are kept; more of them would only fill the journal.</summary>
    public const int MostRefusals = 50;

    public static string? Refuse(Commanded command) =>
        Entry(command) is not { } entry ? "Say which entry, by its number in the transcript: redact 12."
        : !command.By.Holds(Role.Administrator) && command.By != command.Other
            ? $"Only an administrator, or whoever wrote it, may remove the texts of entry {entry} from the record."
        : null;

    public static Draft Redact(Draft draft, Commanded command)
    {
        var entry = Entry(command)!.Value;
        return draft
            .Add(new Redact(entry))
            .Say(
                $"The texts of entry {entry} are removed from the record; that it was there and who removed it stays. What stands "
                    + "in this channel is deleted here, by hand."
            );
    }

    public static Draft Learn(Draft draft, Posted posted) =>
        draft.Set(incident =>
            (
                posted.Post.Kind is CardKind.Gathering
                    ? incident with
                    {
                        GatheringThread = posted.Thread,
                    }
                    : incident with
                    {
                        Thread = incident.Thread ?? posted.Thread,
                    }
            ) with
            {
                Posts = incident.Posts.SetItem(posted.Post, posted.ActivityId),
            }
        );

    /// <summary>Nobody can answer what nobody sees: whoever is asked is called, and told in words.</summary>
    public static Draft Learn(Draft draft, Unposted unposted)
    {
        if (unposted.Post is { Kind: CardKind.Incident } && draft.Incident is { Thread: null, Quiet: false })
        {
            return draft.Alarm(
                Role.OnCall,
                $"{draft.Incident.Label}: {draft.Incident.Name} could not be shown in the channel: {unposted.Problem}"
            );
        }

        if (
            unposted.Post is not { Kind: CardKind.Approval, Question: var question }
            || draft.Incident.RequestOf(question) is not { } request
        )
        {
            return draft;
        }

        var text =
            $"{draft.Incident.Label}: {question.Short} waits for an answer, and its card could not be shown in the channel: "
            + $"{unposted.Problem}";
        return CallOrder
            .First(request, draft.Incident.Roster)
            .Aggregate(draft, (told, called) => told.Page(called.Role, text, question, called.Person))
            .Say(
                $"The card of {question.Short} could not be shown: {unposted.Problem} It asks to: {request.Does}. 'status' tells "
                    + "where the incident stands."
            );
    }

    /// <summary>
    /// Without a channel people are called by page and answer with <c>imcbot decide</c>; what was not posted meanwhile is shown when it is
    /// back.
    /// </summary>
    public static Draft Learn(Draft draft, ChannelChanged changed)
    {
        var incident = draft.Incident;
        if (!changed.IsHere)
        {
            return draft.When(
                incident is { Quiet: false, Phase: not (Phase.Resolved or Phase.Closed) },
                alone =>
                    alone.Alarm(
                        Role.OnCall,
                        $"{incident.Label}: ImcBot was removed from its channel by {changed.By}. Add it again; until then answer "
                            + "requests with 'imcbot decide'"
                    )
            );
        }

        return draft
            .Show(CardKind.Incident)
            .When(
                incident.Request is not null,
                shown => shown.Show(CardKind.Approval, incident.Request!.Question, incident.Request.Approval.Role)
            )
            .When(incident.Task is not null, shown => shown.Show(CardKind.Manual, incident.Task!.Question));
    }

    public static string? Refuse(Incident incident, ClockSet set) =>
        incident.LastClockSet is { } last
        && Math.Abs(set.At - last.At) < 10 * Micros.Second
        && Math.Abs(set.By - last.By) < Micros.Minute / 2
            ? "That the clock was set is known already: another bot on this journal has told it."
            : null;

    /// <summary>
    /// Whatever is measured from a moment before goes on as if that moment had been told by the new clock: nothing comes earlier or later
    /// for it.
    /// </summary>
    public static Draft Learn(Draft draft, ClockSet set)
    {
        var by = set.By;
        draft = draft.Set(incident =>
            incident with
            {
                LastClockSet = set,
                OpenedAt = incident.OpenedAt + by,
                DownSince = incident.DownSince + by,
                FirstDown = incident.FirstDown + by,
                UpSince = incident.UpSince + by,
                ResolvedAt = incident.ResolvedAt + by,
                RelayHeardAt = incident.RelayHeardAt + by,
                CloseAskedAt = incident.CloseAskedAt + by,
                Findings = incident.Findings.SetItems(
                    incident.Findings.Select(found => KeyValuePair.Create(found.Key, found.Value with { At = found.Value.At + by }))
                ),
                Services = incident.Services.SetItems(
                    incident.Services.Select(seen => KeyValuePair.Create(seen.Key, seen.Value with { At = seen.Value.At + by }))
                ),
                Pages = incident.Pages.ConvertAll(page => page with { At = page.At + by, SeenAt = page.SeenAt + by }),
                Changes = incident.Changes.ConvertAll(change => change.Moved(by)),
                Search = incident.Search is not { } search ? null : search with { StartedAt = search.StartedAt + by },
            }
        );
        return draft.When(
            draft.Incident.Phase is not Phase.Closed,
            moved =>
                moved
                    .When(moved.Incident.Request is not null, shown => shown.Show(CardKind.Approval, shown.Incident.Request!.Question))
                    .Show(CardKind.Incident)
        );
    }

    private static int? Entry(Commanded command) =>
        command.Words is [var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var entry) && entry >= 1
            ? entry
            : null;
}
