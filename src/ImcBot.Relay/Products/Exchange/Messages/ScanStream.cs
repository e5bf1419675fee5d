using System.Security.Cryptography;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>Passes the message's bytes on while hashing them and showing them to the line look. What no parser needs is left out on the
/// way:
/// the rest of an endless line, and of an endless folded header, which would be copied over and over while it grows.</summary>
internal sealed class ScanStream : Stream
{
    private const int LongestLine = 64 << 10,
        LongestFold = 1 << 20;

    private readonly byte[] _chunk = new byte[16 << 10];
    private ReadOnlyMemory<byte> _first;
    private Stream _file = Null;
    private IncrementalHash? _hash;
    private LineDefects _lines = new();
    private int _given;
    private int _line,
        _fold;
    private bool _folds;
    private bool _begins = true;
    private bool _afterReturn;
    private int _before;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <param name="first">What was read together with the envelope and is hashed already.</param>
    /// <param name="file">The rest of the file.</param>
    public void Begin(ReadOnlyMemory<byte> first, Stream file, IncrementalHash hash, LineDefects lines)
    {
        (_first, _file, _hash, _lines) = (first, file, hash, lines);
        (_given, _line, _fold, _folds, _begins, _afterReturn) = (0, 0, 0, false, true, false);
        _before = MessageStart.Of(first.Span);
    }

    /// <summary>Reads on to the end of the file, for the hash and the line look alone.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while ((Take(_chunk.Length) ?? Seen(await _file.ReadAsync(_chunk, cancellationToken))) is > 0 and var count)
        {
            _lines.Feed(_chunk.AsSpan(0, count));
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var count =
                Take(buffer.Length)
                ?? Seen(await _file.ReadAsync(_chunk.AsMemory(0, Math.Min(buffer.Length, _chunk.Length)), cancellationToken));
            if (count == 0)
            {
                return 0;
            }

            _lines.Feed(_chunk.AsSpan(0, count));
            if (Keep(Straightened(_chunk.AsSpan(0, count)), buffer.Span) is > 0 and var kept)
            {
                return kept;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>For a message that was read as a whole.</summary>
    public override int Read(Span<byte> buffer)
    {
        while (Take(buffer.Length) is { } count)
        {
            _lines.Feed(_chunk.AsSpan(0, count));
            if (Keep(Straightened(_chunk.AsSpan(0, count)), buffer) is > 0 and var kept)
            {
                return kept;
            }
        }

        return 0;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Of the first bytes; null when they are used up.</summary>
    private int? Take(int most)
    {
        var count = Math.Min(Math.Min(most, _chunk.Length), _first.Length - _given);
        if (count == 0)
        {
            return null;
        }

        _first.Span.Slice(_given, count).CopyTo(_chunk);
        _given += count;
        return count;
    }

    private int Seen(int count)
    {
        _hash!.AppendData(_chunk, 0, count);
        return count;
    }

    /// <summary>
    /// What gateways bent is put straight for the parser: what stands before the first header is left out, and CR CR LF is one line end.
    /// </summary>
    private ReadOnlySpan<byte> Straightened(Span<byte> bytes)
    {
        var before = Math.Min(_before, bytes.Length);
        _before -= before;
        bytes = bytes[before..];
        if (bytes.IsEmpty || (bytes.IndexOf("\r\r"u8) < 0 && !(_afterReturn && bytes[0] == '\r')))
        {
            _afterReturn = bytes.IsEmpty ? _afterReturn : bytes[^1] == '\r';
            return bytes;
        }

        var length = 0;
        foreach (var one in bytes)
        {
            if (one != '\r' || !_afterReturn)
            {
                bytes[length++] = one;
            }

            _afterReturn = one == '\r';
        }

        return bytes[..length];
    }

    /// <summary>Copies what a parser needs; the counts are of what was passed on, of this line and of this run of folded lines.</summary>
    private int Keep(ReadOnlySpan<byte> from, Span<byte> to)
    {
        var written = 0;
        while (!from.IsEmpty)
        {
            var end = from.IndexOf((byte)'\n');
            var part = end < 0 ? from : from[..(end + 1)];
            if (_begins)
            {
                _folds = part[0] is (byte)' ' or (byte)'\t';
                _fold = _folds ? _fold : 0;
            }

            var kept = Math.Min(part.Length, Math.Max(0, Math.Min(LongestLine - _line, _folds ? LongestFold - _fold : LongestLine)));
            part[..kept].CopyTo(to[written..]);
            written += kept;
            _line += kept;
            _fold += _folds ? kept : 0;
            if (kept < part.Length && end >= 0 && _line > 0)
            {
                to[written++] = (byte)'\n';
            }

            _begins = end >= 0;
            _line = _begins ? 0 : _line;
            from = from[part.Length..];
        }

        return written;
    }
}
