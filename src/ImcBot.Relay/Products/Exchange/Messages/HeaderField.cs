using System.Text;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>
/// A header such as <c>text/plain; charset="us-ascii"</c>, read without forgiveness: what is wrong with it stays visible.
/// </summary>
internal sealed class HeaderField
{
    /// <summary>A header that is not there.</summary>
    public static readonly HeaderField None = Read("");

    private readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase);

    private HeaderField(string raw) => Raw = raw;

    /// <summary>Unfolded, one character for each byte.</summary>
    public string Raw { get; }

    /// <summary>What stands before the first semicolon, lower case.</summary>
    public string Value { get; private set; } = "";

    /// <summary>A quotation mark has no partner.</summary>
    public bool QuoteIsOpen { get; private set; }

    public string? this[string parameter] => _parameters.GetValueOrDefault(parameter);

    public static HeaderField Read(string raw)
    {
        var field = new HeaderField(raw);
        var pieces = field.Cut();
        field.Value = pieces[0].Trim().ToLowerInvariant();
        foreach (var piece in pieces.Skip(1))
        {
            var equals = piece.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                field._parameters.TryAdd(piece[..equals].Trim(), piece[(equals + 1)..].Trim().Trim('"'));
            }
        }

        return field;
    }

    private List<string> Cut()
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        var quoted = false;
        for (var at = 0; at < Raw.Length; at++)
        {
            var letter = Raw[at];
            if (letter == '\\' && quoted && at + 1 < Raw.Length)
            {
                piece.Append(Raw[++at]);
            }
            else if (letter == ';' && !quoted)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }
            else
            {
                quoted ^= letter == '"';
                piece.Append(letter);
            }
        }

        pieces.Add(piece.ToString());
        QuoteIsOpen = quoted;
        return pieces;
    }
}
