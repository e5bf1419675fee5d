using System.Text;
using System.Text.RegularExpressions;

namespace ImcBot.Lab.Server.Defects;

/// <summary>Changes to a message's text that keep everything else of it as it was.</summary>
internal static partial class Surgery
{
    private const string Boundary = "----=_NextPart_000_0017_01BFC0DE.5AFE1999";

    /// <summary>Replaces a header, with its folded lines, or adds it as the first.</summary>
    public static string WithHeader(this string message, string name, string value)
    {
        var (head, body) = Cut(message);
        return $"{name}: {value}\r\n{Without(head, name)}\r\n{body}";
    }

    public static string WithBody(this string message, string body) => $"{Cut(message).Head}\r\n{body}";

    /// <summary>Makes the message a multipart of what it was and one attachment.</summary>
    public static string WithAttachment(this string message, string headers, string content)
    {
        var (head, body) = Cut(message);
        var own = string.Concat(
            HeaderLines()
                .Matches(head)
                .Select(line => line.Value)
                .Where(line => line.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
        );
        var rest = string.Concat(
            HeaderLines()
                .Matches(head)
                .Select(line => line.Value)
                .Where(line => !line.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
        );
        return string.Join(
            "\r\n",
            $"Content-Type: multipart/mixed; boundary=\"{Boundary}\"",
            rest.TrimEnd(),
            "",
            "This is a multi-part message in MIME format.",
            $"--{Boundary}",
            own,
            body,
            $"--{Boundary}",
            headers,
            "",
            content,
            $"--{Boundary}--",
            ""
        );
    }

    public static string Base64Lines(byte[] content) => Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks);

    private static (string Head, string Body) Cut(string message)
    {
        var blank = BlankLine().Match(message);
        return blank.Success
            ? (message[..blank.Index] + "\r\n", message[(blank.Index + blank.Length)..])
            : (message.TrimEnd() + "\r\n", "");
    }

    private static string Without(string head, string name)
    {
        var kept = new StringBuilder();
        foreach (Match line in HeaderLines().Matches(head))
        {
            if (!line.Value.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            {
                kept.Append(line.Value.TrimEnd('\r', '\n')).Append("\r\n");
            }
        }

        return kept.ToString();
    }

    [GeneratedRegex(@"\r?\n\r?\n", RegexOptions.CultureInvariant)]
    private static partial Regex BlankLine();

    // One header with its folded lines.
    [GeneratedRegex(@"[^\n]*\n(?:[ \t][^\n]*\n)*", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderLines();
}
