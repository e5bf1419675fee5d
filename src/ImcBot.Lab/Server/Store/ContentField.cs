using System.Text;

namespace ImcBot.Lab.Server.Store;

/// <summary>A header of the form <c>value; name=value; name="value"</c>, kept with its faults.</summary>
internal sealed class ContentField
{
    private readonly List<KeyValuePair<string, string>> parameters = [];

    private ContentField(string raw) => Raw = raw;

    /// <summary>The field as it stands in the message, unfolded.</summary>
    public string Raw { get; }

    /// <summary>The part before the first semicolon in lower case, such as <c>text/plain</c>.</summary>
    public string Media { get; private set; } = "";

    /// <summary>A quoted value began and never ended.</summary>
    public bool QuoteLeftOpen { get; private set; }

    public string? this[string name] =>
        parameters
            .Where(pair => string.Equals(pair.Key, name, StringComparison.OrdinalIgnoreCase))
            .Select(pair => pair.Value)
            .FirstOrDefault();

    public static ContentField Parse(string raw)
    {
        var field = new ContentField(raw);
        var pieces = field.Cut();
        field.Media = pieces[0].Trim().ToLowerInvariant();
        foreach (var piece in pieces.Skip(1))
        {
            var equals = piece.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                field.parameters.Add(new(piece[..equals].Trim(), Unquoted(piece[(equals + 1)..].Trim())));
            }
        }

        return field;
    }

    // Cuts at semicolons outside quotes; the quotes stay in the pieces.
    private List<string> Cut()
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < Raw.Length; i++)
        {
            var c = Raw[i];
            if (c == '\\' && quoted && i + 1 < Raw.Length)
            {
                piece.Append(c).Append(Raw[++i]);
            }
            else if (c == ';' && !quoted)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }
            else
            {
                quoted ^= c == '"';
                piece.Append(c);
            }
        }

        pieces.Add(piece.ToString());
        QuoteLeftOpen = quoted;
        return pieces;
    }

    private static string Unquoted(string value)
    {
        if (!value.StartsWith('"'))
        {
            return value;
        }

        var end = value.IndexOf('"', 1);
        return (end > 0 ? value[1..end] : value[1..]).Replace("\\", "", StringComparison.Ordinal);
    }
}
