using System.Text.Json;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

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
    public LoadedIncident Freeze(string why, string advice = "Compare the database with its backup.") =>
        new(Incident, Head, LastAt, $"INC-{Head.Incident} is frozen: {why} ImcBot does nothing more for it. {advice}", null);
}

/// <summary>Reads an incident's journal, verifies it, and folds its facts through the machine.</summary>
internal sealed class IncidentLoader(Journals journal, RunbookRepository runbooks)
{
    /// <summary>Null when there is no such incident. Recorded decisions win over what today's code would decide.</summary>
    public Task<LoadedIncident?> ReadAsync(int number, CancellationToken cancellationToken) =>
        ReadAsync(number, null, isEachSignatureAsked: true, cancellationToken);

    /// <summary>
    /// The same, of a long journal sooner: only the newest entries are asked for their signatures, since the hashes carry them back to the
    /// first. The signatures of the others are left to <see cref="HasItsSignaturesAsync"/>.
    /// </summary>
    /// <param name="from">What was read before, which still holds; null to begin with the first entry.</param>
    public Task<LoadedIncident?> ReadOnAsync(int number, LoadedIncident? from, CancellationToken cancellationToken) =>
        ReadAsync(number, from, isEachSignatureAsked: false, cancellationToken);

    /// <summary>Whether the entries that <see cref="ReadOnAsync"/> has not asked carry this journal's signature.</summary>
    public async Task<bool> HasItsSignaturesAsync(int number, int newest, CancellationToken cancellationToken)
    {
        await foreach (var stored in journal.BytesAsync(number, cancellationToken))
        {
            if (!IsLate(stored, newest) && !journal.Key.Verifies(stored.Bytes, stored.Signature))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLate(StoredEntry stored, int newest) => stored.Seq > newest - Journals.Page;

    private async Task<LoadedIncident?> ReadAsync(
        int number,
        LoadedIncident? from,
        bool isEachSignatureAsked,
        CancellationToken cancellationToken
    )
    {
        if (await journal.Incidents.FindAsync(number, cancellationToken) is not { } row)
        {
            return null;
        }

        var pending = (await journal.PendingAsync(number, cancellationToken)).ToHashSet();
        var state =
            from is { Frozen: null } && from.Head.Seq <= row.HeadSeq && !from.Outbox.In(Lane.Channel).Any(IsRedacted)
                ? from
                : new LoadedIncident(null, Head.Before(number), 0, null, null);
        var fold = new Fold(state.Incident);
        await foreach (var stored in journal.ReadAsync(number, cancellationToken, state.Head.Seq))
        {
            var key = isEachSignatureAsked || IsLate(stored, row.HeadSeq) ? journal.Key : null;
            if (Refuse(state.Head, stored, key, out var entry) is { } refusal)
            {
                // What was believed so far was believed for the sake of what follows it.
                return isEachSignatureAsked ? state.Freeze(refusal) : await ReadAsync(number, cancellationToken);
            }

            var runbook = fold.Incident?.Runbook;
            if (entry!.Fact is Opened { Runbook: var digest })
            {
                (runbook, var frozen) = await RunbookAsync(state, digest, cancellationToken);
                if (runbook is null)
                {
                    return frozen;
                }
            }

            var incident = fold.Take(entry, runbook!);
            var (seq, isDeclined) = (entry.Seq, entry.Declined is not null);
            state = state with
            {
                Incident = incident,
                Head = new Head(number, seq, stored.Hash),
                LastAt = entry.At,
                Outbox = state.Outbox.After(seq, entry.Fact, isDeclined, entry.Effects, incident, n => pending.Contains((seq, n))),
            };
            if (from is not null && entry.Effects.Select((effect, n) => new Outstanding(seq, n, effect, incident)).Any(IsRedacted))
            {
                return await ReadAsync(number, null, isEachSignatureAsked, cancellationToken);
            }
        }

        if (await RefuseRowAsync(row, state, cancellationToken) is { } mismatch)
        {
            return state.Freeze(mismatch);
        }

        if (state.Head.Seq > row.HeadSeq && (await journal.Incidents.FindAsync(number, cancellationToken))?.HeadSeq >= state.Head.Seq)
        {
            // Another replica has appended since the row was read: what it left to do is not among what was read as owed.
            return await ReadAsync(number, from, isEachSignatureAsked, cancellationToken);
        }

        return state with
        {
            Differs = fold.Differs,
        };

        // Somebody else has taken words away that may be in memory here.
        bool IsRedacted(Outstanding one) => one.Effect is Redact && !pending.Contains((one.Seq, one.N));
    }

    /// <summary>The runbook that an incident opened with, or the incident frozen without it.</summary>
    private async Task<(Runbook? Runbook, LoadedIncident? Frozen)> RunbookAsync(
        LoadedIncident state,
        string digest,
        CancellationToken cancellationToken
    )
    {
        var (runbook, why, advice) = await runbooks.OpenedWithAsync(digest, cancellationToken);
        return runbook is null ? (null, state.Freeze(why, advice)) : (runbook, null);
    }

    private static string? Refuse(Head head, StoredEntry stored, JournalKey? key, out Entry? entry)
    {
        try
        {
            return Chain.Refuse(head, stored, key, out entry);
        }
        catch (JsonException) when (key is null)
        {
            entry = null;
            return "It cannot be read.";
        }
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
