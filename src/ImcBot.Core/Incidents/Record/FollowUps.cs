using System.Collections.Immutable;
using System.Globalization;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>Who looks after what is left open, until when, and when they are reminded.</summary>
internal static class FollowUps
{
    /// <summary><c>follow-up 2 @name 2026-12-31</c> or <c>follow-up 2 done</c>.</summary>
    public static string? Refuse(Incident incident, Commanded command)
    {
        var all = FollowUp.Of(incident);
        if (Number(command, all) is not { } number)
        {
            return all.IsEmpty
                ? "Nothing is left open."
                : $"Say which: follow-up 1 @name 2026-12-31, or follow-up 1 done. There are {all.Count}.";
        }

        var item = all[number - 1];
        return IsDone(command)
            && item.Holds != default
            && incident.Holding.Any(search => search.HeldBy == item.Holds)
            && command.Other is null
            && command.By != item.Owner
                ? $"Only its owner says that what is held is dealt with; take it first: follow-up {number} @name 2026-12-31."
            : !IsDone(command) && SaysDone(command)
                ? $"That is not read as done. Say 'follow-up {number} done' and no more when it is; else who or until when."
            : !IsDone(command) && Date(command) is null && command.Other is null
                ? $"Say who or until when: follow-up {number} @name 2026-12-31, or follow-up {number} done."
            : null;
    }

    public static Draft Assign(Draft draft, Commanded command)
    {
        var all = FollowUp.Of(draft.Incident);
        var at = Number(command, all)!.Value - 1;
        var item = all[at];
        var due = Date(command) is { } until
            ? (until.ToDateTime(TimeOnly.MaxValue, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
            : item.Due;
        var changed = IsDone(command)
            ? item with
            {
                DoneAt = command.At,
            }
            : item with
            {
                Owner = command.Other ?? item.Owner,
                Due = due,
                DoneAt = null,
            };
        draft = draft.Set(incident => incident with { FollowUps = all.SetItem(at, changed) });
        return draft.Incident.Phase is Phase.Resolved
            ? draft.Show(CardKind.Resolved, draft.Incident.WatchQuestion)
            : draft.Show(CardKind.Incident);
    }

    /// <summary>What was put back, taken back or mended is no longer left open; what is left of it is told as it is now.</summary>
    public static Draft Settle(Draft draft) => draft.Set(incident => incident with { FollowUps = FollowUp.Known(incident) });

    public static Draft RemindTomorrow(this Draft draft) =>
        FollowUp.Open(draft.Incident).Any() ? draft.Wake(Deadline.FollowUpsDue, default, draft.Incident.Now + Micros.Day) : draft;

    public static Draft RemindOwners(Draft draft)
    {
        var left = FollowUp
            .Of(draft.Incident)
            .Select((item, index) => (item, Number: index + 1))
            .Where(entry =>
                entry.item.IsOpen
                && (entry.item.Holds != default || draft.Incident.Phase is Phase.Resolved or Phase.Escalated or Phase.Closed)
            )
            .ToList();
        if (left.Count == 0)
        {
            return draft;
        }

        var lines = left.Select(entry => $"{entry.Number}. {entry.item.Text} ({entry.item.Owner?.Name.ToString() ?? "NO OWNER YET"})");
        var owners = left.Select(entry => entry.item.Owner?.Id).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return draft
            .Say($"Still open: {string.Join("; ", lines)}. 'follow-up N done' ends one.", owners.Count == 0 ? Role.Lead : null, owners)
            .RemindTomorrow();
    }

    private static int? Number(Commanded command, ImmutableList<FollowUp> all) =>
        command.Words is [var first, ..]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && all.ElementAtOrDefault(number - 1) is not null
            ? number
            : null;

    private static bool IsDone(Commanded command) => command.Words is [_, var only] && IsDone(only);

    private static bool SaysDone(Commanded command) => command.Words.Any(IsDone);

    private static bool IsDone(string word) => word.Equals("done", StringComparison.OrdinalIgnoreCase);

    private static DateOnly? Date(Commanded command) =>
        command
            .Words.Select(word =>
                DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                    ? day
                    : (DateOnly?)null
            )
            .FirstOrDefault(day => day is not null);
}
