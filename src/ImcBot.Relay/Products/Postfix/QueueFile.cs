using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// A queue file of Postfix, record by record: a type, a length, as many bytes (postcat(1) prints them). Read whole, and never written.
/// </summary>
internal sealed class QueueFile
{
    private const byte Size = (byte)'C',
        Time = (byte)'T',
        Filter = (byte)'L',
        Sender = (byte)'S',
        Waits = (byte)'R',
        Done = (byte)'D',
        Message = (byte)'M',
        Line = (byte)'N',
        Part = (byte)'L',
        Extracted = (byte)'X';

    private readonly byte[] _bytes;

    private QueueFile(byte[] bytes) => _bytes = bytes;

    /// <summary>Bytes of the message, as postqueue tells them; 0 where the file does not say.</summary>
    public long MessageSize { get; private set; }

    /// <summary>When it arrived, Unix seconds; 0 where the file does not say.</summary>
    public long Arrived { get; private set; }

    /// <summary>The content filter that it is meant for, such as <c>scan:[127.0.0.1]:10025</c>; null for none.</summary>
    public string? ContentFilter { get; private set; }

    public string? From { get; private set; }

    /// <summary>Recipients that nobody has dealt with.</summary>
    public int Waiting { get; private set; }

    /// <summary>Recipients that have been dealt with.</summary>
    public int DoneWith { get; private set; }

    /// <summary>The header of the message, lines ended by LF; never its body.</summary>
    public byte[] Header { get; private set; } = [];

    /// <summary>
    /// SHA-256 of all its bytes, a recipient that has been dealt with counted as one that waits: a delivery changes only that.
    /// </summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_bytes));

    public static async Task<QueueFile> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return Of(bytes.ToArray());
    }

    /// <summary>What is cut off or no queue file at all tells as much as was understood.</summary>
    public static QueueFile Of(byte[] bytes)
    {
        var file = new QueueFile(bytes);
        file.Read();
        return file;
    }

    private void Read()
    {
        var header = new ArrayBufferWriter<byte>();
        var (at, inMessage, isHeader) = (0, false, true);
        while (Next(ref at) is { } record)
        {
            var text = _bytes.AsSpan(record.From, record.Length);
            if (inMessage && record.Type is Line or Part)
            {
                isHeader = isHeader && text.Length > 0;
                if (isHeader)
                {
                    header.Write(text);
                    header.Write(record.Type == Line ? "\n"u8 : []);
                }

                continue;
            }

            switch (record.Type)
            {
                case Message:
                    inMessage = true;
                    break;
                case Extracted:
                    inMessage = false;
                    break;
                case Size:
                    MessageSize = Number(text);
                    break;
                case Time:
                    Arrived = Number(text);
                    break;
                case Filter:
                    ContentFilter = Encoding.UTF8.GetString(text);
                    break;
                case Sender:
                    From = Encoding.UTF8.GetString(text);
                    break;
                case Waits:
                    Waiting++;
                    break;
                case Done:
                    DoneWith++;
                    _bytes[record.At] = Waits;
                    break;
            }
        }

        Header = header.WrittenSpan.ToArray();
    }

    private (byte Type, int At, int From, int Length)? Next(ref int at)
    {
        var (begin, length, shift) = (at, 0, 0);
        if (at >= _bytes.Length)
        {
            return null;
        }

        var type = _bytes[at++];
        while (at < _bytes.Length && shift < 28)
        {
            var next = _bytes[at++];
            length |= (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                var from = at;
                at += length;
                return at <= _bytes.Length ? (type, begin, from, length) : null;
            }

            shift += 7;
        }

        return null;
    }

    /// <summary>The first number of a record.</summary>
    private static long Number(ReadOnlySpan<byte> text)
    {
        var trimmed = text.TrimStart((byte)' ');
        var end = trimmed.IndexOf((byte)' ');
        var digits = end < 0 ? trimmed : trimmed[..end];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
