using System.Security.Cryptography;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>Reads spool files one after the other, each once, with bounded memory: its hash, and what about it has made stores fail.
/// Never throws for what a file contains.</summary>
internal sealed class MessageScanner : IDisposable
{
    /// <summary>Files up to here, which is nearly all mail, are read at once and parsed without waiting in between.</summary>
    private const int Small = 128 << 10;

    private readonly byte[] _buffer = new byte[Small];
    private readonly ScanStream _text = new();
    private readonly DefectReader _reader = new();
    private readonly LineDefects _lines = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <returns>Features are ids of <see cref="Defect"/>, each once, in order; the domain is that of From.</returns>
    public async Task<ItemDescription> ScanAsync(Stream file, CancellationToken cancellationToken)
    {
        // A file of this machine is read where we stand: to hand over to another thread and back takes longer than to read it.
        var count = file.CanSeek
            ? file.ReadAtLeast(_buffer, Small, throwOnEndOfStream: false)
            : await file.ReadAtLeastAsync(_buffer, Small, throwOnEndOfStream: false, cancellationToken);
        var more = count < Small ? Stream.Null : file;
        var (envelope, rest) = await Envelope.ReadAsync(_buffer.AsMemory(0, count), more, cancellationToken);
        _hash.AppendData(envelope.Span);
        _hash.AppendData(rest.Span);
        _lines.Restart();
        _text.Begin(rest, more, _hash, _lines);
        _reader.Begin(_text);
        try
        {
            if (more == Stream.Null)
            {
                _reader.ReadMessage(cancellationToken);
            }
            else
            {
                await _reader.ReadMessageAsync(cancellationToken);
            }
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or ArgumentException
                        or InvalidOperationException
                        or NotSupportedException
                        or IndexOutOfRangeException
            )
        {
            // Not a message at all: what was seen up to there counts.
        }

        await _text.DrainAsync(cancellationToken);
        _lines.End();
        _reader.Judge(envelope.Span);
        var hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        return new ItemDescription(hash, [.. _reader.Found.Union(_lines.Found).Order(StringComparer.Ordinal)], _reader.SenderDomain);
    }

    public void Dispose() => _hash.Dispose();
}

/// <summary>The envelope between ImCr and EwLs that the mail service puts before a message (Q190709).</summary>
internal static class Envelope
{
    /// <summary>Hardly any envelope is longer.</summary>
    public const int Usual = 64 << 10;

    private const int Longest = 4 << 20;

    private static ReadOnlySpan<byte> Begin => "ImCr"u8;

    private static ReadOnlySpan<byte> End => "EwLs"u8;

    /// <summary>The envelope with both marks, and what was read behind it; no envelope when the file does not begin with one.</summary>
    /// <param name="begin">What has been read of the file; usually all of the envelope and more.</param>
    /// <param name="more">The rest of the file.</param>
    public static async Task<(ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte> Message)> ReadAsync(
        ReadOnlyMemory<byte> begin,
        Stream more,
        CancellationToken cancellationToken
    )
    {
        while (begin.Span.StartsWith(Begin))
        {
            if (begin.Span.IndexOf(End) is >= 0 and var end)
            {
                return (begin[..(end + End.Length)], begin[(end + End.Length)..]);
            }

            var longer = new byte[Math.Max(begin.Length * 2, 16 << 10)];
            begin.CopyTo(longer);
            var count = begin.Length > Longest ? 0 : await more.ReadAsync(longer.AsMemory(begin.Length), cancellationToken);
            if (count == 0)
            {
                break;
            }

            begin = longer.AsMemory(0, begin.Length + count);
        }

        return (ReadOnlyMemory<byte>.Empty, begin);
    }

    /// <summary>How many NUL-terminated fields an envelope has: about its recipients.</summary>
    public static int Fields(ReadOnlySpan<byte> envelope) => envelope.Count((byte)0);
}
