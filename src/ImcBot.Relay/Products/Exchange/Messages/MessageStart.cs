using System.Text;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>
/// Where a message really begins: gateways and mailbox files put a byte order mark, an empty line or a line <c>From …</c> or
/// <c>&gt;From …</c> before its headers.
/// </summary>
internal static class MessageStart
{
    private const int LongestName = 200;

    /// <summary>How many bytes stand before the first header; 0 where no header follows them.</summary>
    public static int Of(ReadOnlySpan<byte> message)
    {
        for (var at = message.StartsWith("\uFEFF"u8) ? "\uFEFF"u8.Length : 0; at < message.Length; )
        {
            var end = message[at..].IndexOf((byte)'\n');
            var line = (end < 0 ? message[at..] : message.Slice(at, end)).TrimEnd(" \t\r"u8);
            if (!line.IsEmpty && !line.TrimStart((byte)'>').StartsWith("From "u8))
            {
                return NameOf(line).Length > 0 ? at : 0;
            }

            at = end < 0 ? message.Length : at + end + 1;
        }

        return 0;
    }

    /// <summary>The name of the header that a line begins; empty where it begins none.</summary>
    public static string NameOf(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon is > 0 and <= LongestName ? line[..colon].TrimEnd(" \t"u8) : [];
        return name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 ? Encoding.ASCII.GetString(name) : "";
    }
}
