using System.Globalization;
using System.Text;

namespace ImcBot.Lab.Server.Mail;

/// <summary>A file of the spool: the envelope between <c>ImCr</c> and <c>EwLs</c>, followed at once by the message (Q190709).</summary>
internal static class SpoolFile
{
    /// <summary>Header by which the practice server tells its messages apart, so that losses and duplicates can be counted.</summary>
    public const string TokenHeader = "X-Practice-Token";

    private static readonly byte[] EndMark = "EwLs"u8.ToArray();

    public static byte[] Build(
        string name,
        string peer,
        string from,
        IEnumerable<string> recipients,
        DateTimeOffset at,
        ReadOnlySpan<byte> message
    )
    {
        var date = at.ToString("ddd, d MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
        var head =
            $"ImCr\u0001\0{peer}\0{from}\0c=US;a= ;p=EXAMPLE;l=EXCH01-{at:yyMMddHHmmss}Z-{name}\0{string.Join('\0', recipients)}\0\0EwLs"
            + $"Received: from {peer} ([127.0.0.1]) by EXCH01.example.com with SMTP (Microsoft Exchange Internet Mail Service "
            + $"Version 5.5.2656.59)\r\n\tid {name}; {date}\r\n";
        return [.. Encoding.Latin1.GetBytes(head), .. message];
    }

    /// <summary>The message behind the envelope; all of it when there is no envelope.</summary>
    public static ReadOnlySpan<byte> MessageOf(ReadOnlySpan<byte> file)
    {
        var end = file.IndexOf(EndMark);
        return file.StartsWith("ImCr"u8) && end >= 0 ? file[(end + EndMark.Length)..] : file;
    }

    public static byte[] WithToken(string token, ReadOnlySpan<byte> message) =>
        [.. Encoding.ASCII.GetBytes($"{TokenHeader}: {token}\r\n"), .. message];

    /// <summary>The token in the first bytes of a spool file, or null.</summary>
    public static string? TokenOf(ReadOnlySpan<byte> start)
    {
        var text = Encoding.Latin1.GetString(start);
        var at = text.IndexOf(TokenHeader + ": ", StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        at += TokenHeader.Length + 2;
        var end = text.AsSpan(at).IndexOfAny('\r', '\n');
        return end < 0 ? null : text.Substring(at, end);
    }
}
