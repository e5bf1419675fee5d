using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Export;

/// <summary>One entry as one row of a timeline; the texts are not yet made fit to be shown.</summary>
internal sealed record TimelineRow(int Seq, string Time, string Who, string What, string Decided, bool IsDeclined)
{
    public static TimelineRow Of(Told told)
    {
        var entry = told.Entry;
        var (who, what) = FactWords.Of(entry);
        var decided = entry.Declined is { } why
            ? $"declined: {why}"
            : string.Join("; ", entry.Effects.Select(FactWords.Of).OfType<string>().Prepend($"{entry.Phase}"));
        return new(
            entry.Seq,
            Review.Clock(entry.At),
            Visible.Cell(who),
            Visible.Cell(entry.Fact?.Reported is { } report ? $"{what} ({ClockOffset.Of(entry, report)})" : what),
            Visible.Cell(decided),
            entry.Declined is not null
        );
    }

    public static string CountsOf(MessageCounts counts, SubjectWords words) =>
        $"{counts.Found} found + {counts.Arrived} arrived = {counts.Accepted} accepted + {counts.InQueue} in {words.Queue} + "
        + $"{counts.Held} held + "
        + $"{counts.Archived} archived + {counts.Deleted} deleted + {counts.Unknown} unknown ("
        + $"{(counts.IsBalanced ? "balanced" : "NOT balanced")})";
}
