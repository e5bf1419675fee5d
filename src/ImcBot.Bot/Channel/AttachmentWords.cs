using Microsoft.Bot.Schema;

namespace ImcBot.Bot.Channel;

/// <summary>What was attached to a message, by kind and name alone: neither the file nor its address is kept.</summary>
internal static class AttachmentWords
{
    private const int LongestName = 100,
        MostNamed = 10;

    private static readonly (string Beginning, string Kind)[] Kinds =
    [
        ("image/", "image"),
        ("video/", "video"),
        ("audio/", "audio"),
        ("application/vnd.microsoft.card.fluidembedcard", "Loop component"),
        ("application/vnd.microsoft.card.codesnippet", "code snippet"),
        ("application/vnd.microsoft.card.", "card"),
        ("application/vnd.microsoft.teams.card.", "card"),
        ("application/vnd.microsoft.teams.file.", "file"),
        ("reference", "file"),
        ("forwardedmessagereference", "forwarded message"),
        ("messagereference", "message"),
        ("application/", "file"),
        ("text/", "file"),
    ];

    /// <summary>
    /// Such as <c>2 attachments without words, image (no name), file (app.log)</c>; null where nothing is attached. Teams draws each
    /// message once more as HTML: that is none.
    /// </summary>
    public static string? Of(IList<Attachment>? attachments)
    {
        string[] named =
        [
            .. (attachments ?? [])
                .Where(one => one?.ContentType is { Length: > 0 } type && !type.Equals("text/html", StringComparison.OrdinalIgnoreCase))
                .Select(one => $"{Kind(one.ContentType)} ({Name(one)})"),
        ];
        return named.Length == 0
            ? null
            : $"{Words.Count(named.Length, "attachment")} without words, {string.Join(", ", named.Take(MostNamed))}"
                + $"{(named.Length > MostNamed ? ", …" : "")}";
    }

    private static string Kind(string type) =>
        Array.Find(Kinds, kind => type.StartsWith(kind.Beginning, StringComparison.OrdinalIgnoreCase)).Kind
        ?? Words.Clean(type, LongestName);

    private static string Name(Attachment attachment) =>
        Words.Clean(attachment.Name, LongestName) is { Length: > 0 } name ? name : "no name";
}
