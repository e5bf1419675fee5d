using System.Text;

namespace ImcBot.Lab.Server.Store;

internal sealed record Header(string Name, string Value);

/// <summary>
/// The store's own reading of an Internet message, in the manner of 1999: one byte is one character, headers are unfolded,
/// multiparts are cut at their boundary lines. It tolerates any input; what the real converter did not tolerate is told by the defects.
/// </summary>
internal sealed class InternetMessage
{
    private const int DeepestNesting = 20;

    private IReadOnlyList<InternetMessage>? entities;

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
    public IReadOnlyList<InternetMessage> Entities() => entities ??= [this, .. Parts.SelectMany(part => part.Entities())];

    /// <summary>Whether a line that could begin a part with this boundary exists.</summary>
    public bool HasDelimiter(string boundary) => Delimiters(boundary).Any();

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
        foreach (var (from, to, last) in Delimiters(boundary))
        {
            if (start >= 0)
            {
                parts.Add(Parse(Body[start..Math.Max(start, from)], depth + 1));
            }

            start = to;
            if (last)
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

    // The lines "--boundary" and "--boundary--": where each begins (with the line break before it, which belongs to it) and where the next
    // line begins.
    private IEnumerable<(int From, int To, bool Last)> Delimiters(string boundary)
    {
        var mark = "--" + boundary;
        for (
            var at = Body.IndexOf(mark, StringComparison.Ordinal);
            at >= 0;
            at = Body.IndexOf(mark, at + mark.Length, StringComparison.Ordinal)
        )
        {
            var end = Body.IndexOf('\n', at);
            var rest = Body.AsSpan((at + mark.Length)..(end < 0 ? Body.Length : end)).TrimEnd(" \t\r");
            if ((at == 0 || Body[at - 1] == '\n') && rest is "" or "--")
            {
                yield return (LineBreakBefore(at), end < 0 ? Body.Length : end + 1, rest is "--");
            }
        }
    }

    private int LineBreakBefore(int at) => at >= 2 && Body[at - 2] == '\r' ? at - 2 : Math.Max(0, at - 1);
}
