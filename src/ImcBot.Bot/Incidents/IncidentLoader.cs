using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>An incident in memory: what its verified journal folds to.</summary>
/// <param name="Incident">Null when not even the first entry verifies.</param>
/// <param name="LastAt">Time of the newest entry; facts never go back before it.</param>
/// <param name="Frozen">Why nothing more is done, as a sentence; null while the journal verifies.</param>
/// <param name="Differs">The first entry that today's code decides differently and that no parking has told of yet.</param>
internal sealed record LoadedIncident(Incident? Incident, Head Head, long LastAt, string? Frozen, Parking? Differs)
{
    /// <summary>What it owes; nothing where it is frozen.</summary>
    public Outbox Outbox { get; init; } = Outbox.Empty;

    /// <summary>The same, with nothing left to do.</summary>
    public LoadedIncident Freeze(string why) =>
        new(
            Incident,
            Head,
            LastAt,
            $"INC-{Head.Incident} is frozen: {why} ImcBot does nothing more for it. Compare the database with its backup.",
            null
        );
}

/// <summary>Reads an incident's journal, verifies it, and folds its facts through the machine.</summary>
internal sealed class IncidentLoader(Journals journal, RunbookRepository runbooks)
{
    /// <summary>Null when there is no such incident. Recorded decisions win over what today's code would decide.</summary>
    public async Task<LoadedIncident?> ReadAsync(int number, CancellationToken cancellationToken)
    {
        if (await journal.Incidents.FindAsync(number, cancellationToken) is not { } row)
        {
            return null;
        }

        var pending = (await journal.PendingAsync(number, cancellationToken)).ToHashSet();
        var state = new LoadedIncident(null, Head.Before(number), 0, null, null);
        var fold = new Fold();
        await foreach (var stored in journal.ReadAsync(number, cancellationToken))
        {
            if (Chain.Refuse(state.Head, stored, journal.Key, out var entry) is { } refusal)
            {
                return state.Freeze(refusal);
            }

            if (entry!.Fact is Opened { Runbook: var digest } && !await runbooks.HasAsync(digest, cancellationToken))
            {
                return state.Freeze($"the kept bytes of its runbook {digest[..8]} are missing or not those it opened with.");
            }

            var incident = fold.Take(
                entry!,
                entry!.Fact is Opened opened ? await runbooks.FindAsync(opened.Runbook, cancellationToken) : fold.Incident!.Runbook
            );
            var (seq, isDeclined) = (entry.Seq, entry.Declined is not null);
            state = state with
            {
                Incident = incident,
                Head = new Head(number, seq, stored.Hash),
                LastAt = entry.At,
                Outbox = state.Outbox.After(seq, entry.Fact, isDeclined, entry.Effects, incident, n => pending.Contains((seq, n))),
            };
        }

        if (await RefuseRowAsync(row, state, cancellationToken) is { } mismatch)
        {
            return state.Freeze(mismatch);
        }

        if (state.Head.Seq > row.HeadSeq && (await journal.Incidents.FindAsync(number, cancellationToken))?.HeadSeq >= state.Head.Seq)
        {
            // Another replica has appended since the row was read: what it left to do is not among what was read as owed.
            return await ReadAsync(number, cancellationToken);
        }

        return state with
        {
            Differs = fold.Differs,
        };
    }

    /// <summary>What the incident's row says beside its entries, and does not follow from them; null when it fits.</summary>
    private async Task<string?> RefuseRowAsync(IncidentRow row, LoadedIncident state, CancellationToken cancellationToken)
    {
        // An entry may have been appended since the row was read.
        var head =
            state.Head.Seq > row.HeadSeq ? (await journal.Incidents.FindAsync(row.Number, cancellationToken))?.HeadSeq ?? 0 : row.HeadSeq;
        return state.Head.Seq < row.HeadSeq
                ? $"Entry {state.Head.Seq + 1} of INC-{row.Number} is missing: the journal had "
                    + $"{Words.Count(row.HeadSeq, "entry", "entries")}."
            : head < state.Head.Seq
                ? $"INC-{row.Number} has {Words.Count(state.Head.Seq, "entry", "entries")}, and its row knows of {head}."
            : state.Incident is not { } incident ? $"INC-{row.Number} has no entry that opens it."
            : incident.Host != row.Host || incident.Relay != row.Relay || (row.Subject.Length > 0 && incident.Subject != row.Subject)
                ? $"The row of INC-{row.Number} names another host or relay than its first entry, or another subject."
            : null;
    }
}
