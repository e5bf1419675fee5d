using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Engine;

/// <summary>An effect of the journal that has still to be carried out.</summary>
/// <param name="Incident">The incident as it was after the entry.</param>
internal sealed record Outstanding(int Seq, int N, Effect Effect, Incident Incident);

/// <summary>An incident in memory: what its verified journal folds to.</summary>
/// <param name="Incident">Null when not even the first entry verifies.</param>
/// <param name="LastAt">Time of the newest entry; facts never go back before it.</param>
/// <param name="Frozen">Why nothing more is done, as a sentence; null while the journal verifies.</param>
/// <param name="Differs">The first entry that today's code decides differently and that no parking has told of yet.</param>
internal sealed record Recalled(Incident? Incident, Head Head, long LastAt, string? Frozen, Parking? Differs)
{
    /// <summary>For the channel, in order.</summary>
    public List<Outstanding> Pending { get; } = [];

    /// <summary>Runs that a relay has not reported.</summary>
    public List<Outstanding> Owed { get; } = [];
}

/// <summary>Reads an incident's journal, verifies it, and folds its facts through the machine.</summary>
internal sealed class Recall(JournalStore journal, Decider decider, RunbookShelf runbooks)
{
    /// <summary>Null when there is no such incident. Recorded decisions win over what today's code would decide.</summary>
    public async Task<Recalled?> ReadAsync(int number, CancellationToken token)
    {
        if (await journal.FindAsync(number, token) is not { } row)
        {
            return null;
        }

        var pending = (await journal.PendingAsync(number, token)).ToHashSet();
        var owed = (await journal.OwedAsync(number, token)).ToHashSet();
        var state = new Recalled(null, Head.Before(number), 0, null, null);
        var fold = new Fold(decider);
        await foreach (var stored in journal.ReadAsync(number, token))
        {
            if (Chain.Refuse(state.Head, stored, journal.Key, out var entry) is { } refusal)
            {
                return Freeze(state, refusal);
            }

            var incident = fold.Take(entry!, entry!.Fact is Opened opened ? await runbooks.FindAsync(opened.Runbook, token) : fold.Incident!.Runbook);
            state = state with { Incident = incident, Head = new Head(number, entry.Seq, stored.Hash), LastAt = entry.At };
            for (var n = 0; n < entry.Effects.Count; n++)
            {
                var effect = new Outstanding(entry.Seq, n, entry.Effects[n], incident);
                (pending.Contains((entry.Seq, n)) ? state.Pending : owed.Contains((entry.Seq, n)) ? state.Owed : null)?.Add(effect);
            }
        }

        if (state.Head.Seq < row.HeadSeq)
        {
            return Freeze(state, $"Entry {state.Head.Seq + 1} of INC-{number} is missing: the journal had {row.HeadSeq} entries.");
        }

        if (state.Head.Seq > row.HeadSeq && (await journal.FindAsync(number, token))?.HeadSeq >= state.Head.Seq)
        {
            // Another replica has appended since the row was read: what it left to do is not among what was read as owed.
            return await ReadAsync(number, token);
        }

        return state with { Differs = fold.Differs };
    }

    private static Recalled Freeze(Recalled state, string refusal)
    {
        state.Pending.Clear();
        state.Owed.Clear();
        return state with
        {
            Frozen = $"INC-{state.Head.Incident} is frozen: {refusal} ImcBot does nothing more for it. Compare the database with its backup.",
        };
    }
}
