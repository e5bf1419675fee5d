using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Replay;

/// <summary>A transcript that verified, ready to be run again.</summary>
internal sealed record Recording(TranscriptProof Proof, IReadOnlyList<Entry> Entries, byte[] RunbookBytes)
{
    /// <summary>Reads the file as far as it verifies.</summary>
    public static async Task<Recording> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        var entries = new List<Entry>();
        var walk = await TranscriptCheck.WalkAsync(file, entries.Add, cancellationToken);
        return new Recording(walk.Finish(), entries, walk.Runbook);
    }

    /// <summary>What the recorded facts come to with the runbook of then; null when there are none.</summary>
    public Incident? Last { get; } = Folded(Entries, RunbookBytes);

    /// <summary>Runs every recorded fact through today's machine; the first entry that it decides differently, or null.</summary>
    /// <exception cref="RunbookException">Today's reader refuses the runbook.</exception>
    public Parking? FirstDifference()
    {
        var runbook = RunbookFile.Load(RunbookBytes, "the transcript's runbook");
        var fold = new Fold();
        foreach (var entry in Entries)
        {
            fold.Take(entry, runbook);
            if (fold.Differs is { } differs)
            {
                return differs;
            }
        }

        return null;
    }

    private static Incident? Folded(IReadOnlyList<Entry> entries, byte[] runbookBytes)
    {
        if (entries.Count == 0)
        {
            return null;
        }

        var (fold, runbook) = (new Fold(), RunbookFile.Load(runbookBytes, "the transcript's runbook"));
        foreach (var entry in entries)
        {
            fold.Take(entry, runbook);
        }

        return fold.Incident;
    }
}
