using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>
/// The domain of whoever a From header names: of the address itself, never of a display name, a comment or a quoted local part.
/// </summary>
internal static partial class SenderAddress
{
    /// <param name="from">Unfolded, one character for each byte.</param>
    /// <returns>In lower case; null when no address can be read.</returns>
    public static string? DomainOf(string? from)
    {
        if (string.IsNullOrWhiteSpace(from))
        {
            return null;
        }

        var domain =
            InternetAddressList.TryParse(ParserOptions.Default, Encoding.Latin1.GetBytes(from), out var parsed)
            && parsed.Mailboxes.FirstOrDefault() is { } mailbox
                ? mailbox.Domain
                : Loosely(from);
        return domain is not null && Domain().IsMatch(domain) ? domain.TrimEnd('.').ToLowerInvariant() : null;
    }

    // What no parser takes: without comments and quoted text, what stands behind the last @ in angle brackets, or of all.
    private static string? Loosely(string from)
    {
        var bare = Quoted().Replace(from, "q");
        for (var at = 0; at < Nested && Comment().IsMatch(bare); at++)
        {
            bare = Comment().Replace(bare, " ");
        }

        var address = bare.LastIndexOf('<') is >= 0 and var open ? bare[(open + 1)..].Split('>')[0] : bare.Split(',')[0];
        return address.LastIndexOf('@') is >= 0 and var sign ? address[(sign + 1)..].Trim() : null;
    }

    private const int Nested = 10;

    [GeneratedRegex(@"^[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,250}[\p{L}\p{N}])?\.?$", RegexOptions.CultureInvariant)]
    private static partial Regex Domain();

    [GeneratedRegex(
        """
            "(?:[^"\\]|\\.)*"
            """,
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline
    )]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\([^()]*\)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();
}
