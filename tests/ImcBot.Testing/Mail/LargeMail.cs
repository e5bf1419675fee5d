using System.Text;

namespace ImcBot.Testing.Mail;

/// <summary>Large messages of the shapes that parsers fear.</summary>
internal static class LargeMail
{
    private const string Head = "ImCr\u0001\0peer\0\0EwLsFrom: a@example.com\r\n";

    public static IEnumerable<(string Shape, byte[] File)> Shapes(int size)
    {
        yield return (
            "one base64 attachment",
            Fill(
                $"{Head}Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                new string('Q', 76) + "\r\n",
                size
            )
        );
        yield return ("text of short lines", Fill($"{Head}\r\n", "a line of text\r\n", size));
        yield return ("one endless line", Fill($"{Head}\r\n", new string('x', 4096), size));
        yield return ("one endless folded header", Fill($"{Head}X-Folded: a\r\n", " and more\r\n", size));
        yield return ("nothing but headers", Fill(Head, "X-Header: value\r\n", size));
        yield return (
            "nested multiparts",
            Fill(
                $"{Head}Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n",
                "--b\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n",
                size
            )
        );
        yield return ("a prolog without end", Fill($"{Head}Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n", "prolog\r\n", size));
        yield return ("line breaks", Fill($"{Head}\r\n", "\r\n", size));
        yield return ("an envelope without end", Fill("ImCr", "recipient@example.com\0", size));
    }

    private static byte[] Fill(string head, string repeated, int size)
    {
        var file = new byte[size];
        var begin = Encoding.Latin1.GetBytes(head);
        begin.CopyTo(file, 0);
        var piece = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(repeated, Math.Max(1, 8192 / repeated.Length))));
        for (var at = begin.Length; at < size; at += piece.Length)
        {
            piece.AsSpan(0, Math.Min(piece.Length, size - at)).CopyTo(file.AsSpan(at));
        }

        return file;
    }
}
