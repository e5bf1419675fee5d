using System.Text;
using System.Text.RegularExpressions;
using MimeKit.Utils;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>
/// The headers of a message that may be shown to a person: those of a list, because recipients stand in headers that nobody could list; and
/// of these every address but the sender's
/// is masked. Lines end at CRLF or LF alone (of several CR before an LF all belong to it); a CR elsewhere is content.
/// </summary>
internal static partial class ShownHeaders
{
    private const int Most = 16 << 10;

    private static readonly HashSet<string> Senders = new(StringComparer.OrdinalIgnoreCase) { "Return-Path", "From", "Sender" };

    private static readonly HashSet<string> Allowed = new(Senders, StringComparer.OrdinalIgnoreCase)
    {
        "Subject",
        "Date",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "Content-Language",
        "Importance",
        "Priority",
        "X-Priority",
        "X-MSMail-Priority",
        "Sensitivity",
        "X-Mailer",
        "User-Agent",
        "Auto-Submitted",
        "Precedence",
    };

    /// <summary>What may be shown of a message in the store's own file, of its first 16 KB.</summary>
    public static async Task<IReadOnlyList<(string Name, string Value)>> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[Envelope.Usual + Most];
        var count = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var (_, message) = await Envelope.ReadAsync(buffer.AsMemory(0, count), file, cancellationToken);
        return Of(message.Span[..Math.Min(message.Length, Most)]);
    }

    /// <summary>The shown headers in their order, each on one line.</summary>
    /// <param name="message">From its first byte on, behind the envelope; perhaps cut off.</param>
    public static IReadOnlyList<(string Name, string Value)> Of(ReadOnlySpan<byte> message)
    {
        var shown = new List<(string Name, List<byte> Value)>();
        var isShown = false;
        var rest = message[MessageStart.Of(message)..];
        while (Line(ref rest) is { IsEmpty: false } line)
        {
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (isShown)
                {
                    shown[^1].Value.AddRange(Folded(shown[^1].Value, line));
                }
            }
            else if (MessageStart.NameOf(line) is { Length: > 0 } name)
            {
                isShown = Allowed.Contains(name);
                if (isShown)
                {
                    shown.Add((name, [.. line[(line.IndexOf((byte)':') + 1)..]]));
                }
            }
            else
            {
                break;
            }
        }

        return
        [
            .. shown.Select(header =>
                (header.Name, Senders.Contains(header.Name) ? Text(header.Value) : Masked(header.Name, Text(header.Value)))
            ),
        ];
    }

    // An address that is folded at its @ is one address.
    private static ReadOnlySpan<byte> Folded(List<byte> before, ReadOnlySpan<byte> line) =>
        line.TrimStart(" \t"u8) is var text && (before is [.., (byte)'@'] || text is [(byte)'@', ..]) ? text : line;

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line.TrimEnd((byte)'\r');
    }

    // One line for a person: what no terminal should do is done by none.
    private static string Text(List<byte> value)
    {
        var bytes = value.ToArray();
        var text = System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
        return Control().Replace(text, " ").Trim();
    }

    // An address may hide in an encoded word: what it says decides, and then it is shown as it was decoded. It may also lie in pieces
    // (RFC 2231: name*0=…; name*1=…) that say nothing one by one: those are not shown.
    private static string Masked(string name, string text)
    {
        var whole = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) ? Piece().Replace(text, "${name}(piece)") : text;
        var decoded = Control().Replace(Rfc2047.DecodeText(Encoding.UTF8.GetBytes(whole)), " ");
        var masked = Address().Replace(Encoded().Replace(decoded, "(encoded)"), "(address)");
        return masked == decoded ? Address().Replace(whole, "(address)") : masked;
    }

    // What still stands encoded could not be decoded here, but perhaps by a reader.
    [GeneratedRegex(@"=\?[^?\s]*\?[QqBb]\?\S*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Encoded();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Control();

    [GeneratedRegex(
        """(?<name>\*\d+\*?\s*=)\s*(?:"(?:[^"\\]|\\.)*"?|[^;]*)""",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex Piece();

    // Spaces and comments may stand around the @ where a domain or its address in brackets follows; "lunch @ noon" is none.
    // Of an address whose name is lost, or cut off by a quote that nobody closes, the domain is masked too.
    [GeneratedRegex(
        """
            (?:"[^"@\s]{0,200}@?[^"]{0,200}"|[^\s"<>()\[\],;:@=']+)
            (?:
                (?:\s|\([^()]*\))*(?:[@＠﹫]|%40)(?:\s|\([^()]*\))*(?:\[[^\]]+\]?|[^\s"<>()\[\],;:@]+\.[^\s"<>()\[\],;:@]+)
                | (?:[@＠﹫]|%40)[^\s"<>()\[\],;:@]+
            )
            | (?:[@＠﹫]|%40)[^\s"<>()\[\],;:@]+\.[^\s"<>()\[\],;:@]+
            """,
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Address();
}
