using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>Which programs and policies took part, each with the first entry that tells of it.</summary>
/// <param name="most">So many are kept.</param>
internal sealed class Fingerprints(int most)
{
    private readonly List<(int Seq, string Text)> _items = [];

    public IReadOnlyList<(int Seq, string Text)> Items => _items;

    /// <summary>What a relay said of itself when it came, and the bot of itself.</summary>
    public void Take(int seq, Builds? builds)
    {
        var version = builds?.RelayVersion is { } known ? $", version {known}" : "";
        Add(seq, "ImcBot's program", builds?.Bot);
        Add(seq, $"The relay's program{version}, by its greeting", builds?.Relay);
        Add(seq, "The relay's policy, by its greeting", builds?.Policy);
    }

    /// <summary>What a relay signed.</summary>
    public void Take(int seq, LedgerRow row)
    {
        Add(seq, "The relay's program, signed by it", row.Program);
        Add(seq, "The relay's policy, signed by it", row.Policy);
    }

    private void Add(int seq, string what, string? digest)
    {
        var text = $"{what}: SHA-256 {digest}";
        if (digest is not null && _items.Count < most && !_items.Exists(print => print.Text == text))
        {
            _items.Add((seq, text));
        }
    }
}
