using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// A queue file of Postfix, record by record: a type, a length, as many bytes (postcat(1) prints them). Read whole, and never written.
/// What a milter has changed lies behind the end, and pointers lead there and back; what they lead past may be half a record (rec_type.h).
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
        Extracted = (byte)'X',
        Pointer = (byte)'p',
        End = (byte)'E';

    /// <summary>As often as Postfix itself goes back: once for an inserted header.</summary>
    private const int MostBack = 10_000;

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

    /// <summary>Null when it is not there any more.</summary>
    public static async Task<QueueFile?> FindAsync(IFiles files, string path, CancellationToken cancellationToken) =>
        await files.FindAsync(path, cancellationToken) is { } bytes ? Of(bytes) : null;

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
        var (at, back, inMessage, isHeader) = (0, 0, false, true);
        while (Next(ref at) is { } record && record.Type != End)
        {
            var text = _bytes.AsSpan(record.From, record.Length);
            switch (record.Type)
            {
                case Pointer when Number(text) is > 0 and var target:
                    back += target <= record.At ? 1 : 0;
                    at = back <= MostBack ? (int)Math.Min(target, _bytes.Length) : _bytes.Length;
                    break;
                case Message:
                    inMessage = true;
                    break;
                case Extracted:
                    inMessage = false;
                    break;
                case Line or Part when inMessage:
                    isHeader = isHeader && text.Length > 0;
                    if (isHeader)
                    {
                        header.Write(text);
                        header.Write(record.Type == Line ? "\n"u8 : []);
                    }

                    break;
                case var _ when !inMessage:
                    ReadEnvelope(record.Type, record.At, text);
                    break;
            }
        }

        Header = header.WrittenSpan.ToArray();
    }

    /// <summary>As the queue manager reads it: of size, time and sender the first counts, of filters the last.</summary>
    private void ReadEnvelope(byte type, int at, ReadOnlySpan<byte> text)
    {
        switch (type)
        {
            case Size when MessageSize == 0:
                MessageSize = Number(text);
                break;
            case Time when Arrived == 0:
                Arrived = Number(text);
                break;
            case Filter:
                ContentFilter = Encoding.UTF8.GetString(text);
                break;
            case Sender:
                From ??= Encoding.UTF8.GetString(text);
                break;
            case Waits:
                Waiting++;
                break;
            case Done:
                DoneWith++;
                _bytes[at] = Waits;
                break;
        }
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
