using System.Text;
using System.Text.RegularExpressions;

namespace ImcBot.Lab.Server.Store;

internal sealed record Header(string Name, string Value);

/// <summary>
/// The store's own reading of an Internet message, in the manner of 1999: one byte is one character, headers are unfolded,
/// multiparts are cut at their boundary lines. It tolerates any input; what the real converter did not tolerate is told by the defects.
/// </summary>
internal sealed class InternetMessage
{
    private const int DeepestNesting = 20;

    private InternetMessage(IReadOnlyList<Header> headers, string body, int depth)
    {
        Headers = headers;
        Body = body;
        Type = ContentField.Parse(this["Content-Type"] ?? "text/plain");
        Disposition = ContentField.Parse(this["Content-Disposition"] ?? "");
        Parts = depth >= DeepestNesting ? [] : Split(depth);
    }

    public IReadOnlyList<Header> Headers { get; }

    /// <summary>Everything after the blank line, undecoded.</summary>
    public string Body { get; }

    public ContentField Type { get; }

    public ContentField Disposition { get; }

    public IReadOnlyList<InternetMessage> Parts { get; }

    public string Encoding => (this["Content-Transfer-Encoding"] ?? "").Trim().ToLowerInvariant();

    public string Charset => (Type["charset"] ?? "").Trim().ToLowerInvariant();

    public string? this[string name] => All(name).FirstOrDefault();

    public static InternetMessage Parse(ReadOnlySpan<byte> bytes) => Parse(System.Text.Encoding.Latin1.GetString(bytes), 0);

    public IEnumerable<string> All(string name) =>
        Headers.Where(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);

    /// <summary>This entity and all below it.</summary>
    public IEnumerable<InternetMessage> Entities() => Parts.SelectMany(part => part.Entities()).Prepend(this);

    /// <summary>Whether a line that could begin a part with this boundary exists.</summary>
    public bool HasDelimiter(string boundary) => Delimiter(boundary).IsMatch(Body);

    private static InternetMessage Parse(string text, int depth)
    {
        var headers = new List<Header>();
        var at = 0;
        StringBuilder? value = null;
        string? name = null;
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at);
            var next = end < 0 ? text.Length : end + 1;
            var line = text[at..next].TrimEnd('\r', '\n');
            at = next;
            if (line.Length == 0)
            {
                break;
            }

            if (line[0] is ' ' or '\t' && value is not null)
            {
                value.Append(' ').Append(line.TrimStart(' ', '\t'));
                continue;
            }

            if (name is not null)
            {
                headers.Add(new Header(name, value!.ToString()));
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            (name, value) = colon > 0 ? (line[..colon].TrimEnd(), new StringBuilder(line[(colon + 1)..].Trim(' ', '\t'))) : (null, null);
        }

        if (name is not null)
        {
            headers.Add(new Header(name, value!.ToString()));
        }

        return new InternetMessage(headers, text[at..], depth);
    }

    private List<InternetMessage> Split(int depth)
    {
        if (Type.Media == "message/rfc822")
        {
            return [Parse(Body, depth + 1)];
        }

        if (!Type.Media.StartsWith("multipart/", StringComparison.Ordinal) || Type["boundary"] is not { Length: > 0 } boundary)
        {
            return [];
        }

        var parts = new List<InternetMessage>();
        var start = -1;
        foreach (Match line in Delimiter(boundary).Matches(Body))
        {
            if (start >= 0)
            {
                parts.Add(Parse(Body[start..line.Index], depth + 1));
            }

            start = line.Index + line.Length;
            if (line.Groups["last"].Success)
            {
                return parts;
            }
        }

        if (start >= 0)
        {
            parts.Add(Parse(Body[start..], depth + 1));
        }

        return parts;
    }

    private static Regex Delimiter(string boundary) =>
        new($@"(?:^|\r?\n)--{Regex.Escape(boundary)}(?<last>--)?[ \t]*(?:\r?\n|$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
}
