using System.Globalization;
using ImcBot.Bot.Export;
using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Commands;

/// <summary>
/// A head that a card in the channel showed, held against the transcript: the record below it cannot have been written anew since.
/// </summary>
internal sealed class AskedHead
{
    private readonly int _seq;
    private readonly string _hash = "";
    private string? _found;

    /// <exception cref="CommandException">It is not written as on a card.</exception>
    public AskedHead(string? head)
    {
        if (head is null)
        {
            return;
        }

        var parts = head.Split(':');
        if (parts.Length != 2 || parts[1].Length < 8 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _seq))
        {
            throw new CommandException($"'{head}' is no head; write it as the card shows it, such as 27:3fa9c1d2.");
        }

        _hash = parts[1].ToLowerInvariant();
    }

    /// <summary>Takes each entry: the hash of one stands in the next.</summary>
    public void Take(Entry entry)
    {
        if (entry.Seq == _seq + 1)
        {
            _found = entry.Prev;
        }
    }

    /// <summary>Why the transcript does not hold this head, as a sentence, or null.</summary>
    public string? Refuse(TranscriptProof proof)
    {
        var found = _seq == proof.Entries ? proof.Head : _found;
        return _hash.Length == 0 || found?.StartsWith(_hash, StringComparison.Ordinal) == true ? null
            : found is null ? $"The card's record ends at entry {_seq}, which this transcript does not have."
            : $"Entry {_seq} is not the one that the card in the channel named: everything up to it may have been written anew.";
    }
}
