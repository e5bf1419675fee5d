using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace ImcBot.Testing.Link;

/// <summary>Reads the calls of one connection, and tells meanwhile when the caller is gone.</summary>
internal sealed class CallReader(Stream stream)
{
    private readonly PipeReader _pipe = PipeReader.Create(stream);
    private Task<ReadResult>? _reading;

    /// <summary>Completes when the caller ends the connection, or sends more than it should.</summary>
    public Task Gone => _reading ??= _pipe.ReadAsync().AsTask();

    /// <summary>The next call; null at the end.</summary>
    public async Task<Call?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await (_reading ?? _pipe.ReadAsync(cancellationToken).AsTask()).WaitAsync(cancellationToken);
            _reading = null;
            var bytes = result.Buffer;
            if (Read(bytes, out var length) is { } call)
            {
                _pipe.AdvanceTo(bytes.GetPosition(length));
                return call;
            }

            _pipe.AdvanceTo(bytes.Start, bytes.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    private static Call? Read(ReadOnlySequence<byte> buffer, out long length)
    {
        length = 0;
        var bytes = buffer.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var lines = Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1])).ToList();
        var isChunked = headers.Exists(header => header.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        var said = headers.Find(header => header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Value;
        var body = isChunked
            ? Chunks(bytes.AsSpan(end + 4), out var read)
            : Plain(bytes.AsSpan(end + 4), said is null ? 0 : int.Parse(said), out read);
        length = end + 4 + read;
        return body is null ? null : new Call(lines[0].Split(' ')[0], lines[0].Split(' ')[1], headers, body);
    }

    private static byte[]? Plain(ReadOnlySpan<byte> bytes, int length, out int read)
    {
        read = length;
        return bytes.Length < length ? null : bytes[..length].ToArray();
    }

    private static byte[]? Chunks(ReadOnlySpan<byte> bytes, out int read)
    {
        read = 0;
        var body = new List<byte>();
        while (bytes[read..].IndexOf("\r\n"u8) is >= 0 and var line)
        {
            var size = Convert.ToInt32(Encoding.ASCII.GetString(bytes.Slice(read, line)), 16);
            var from = read + line + 2;
            if (bytes.Length < from + size + 2)
            {
                return null;
            }

            body.AddRange(bytes.Slice(from, size));
            read = from + size + 2;
            if (size == 0)
            {
                return [.. body];
            }
        }

        return null;
    }
}

/// <summary>One call as it came.</summary>
internal sealed record Call(string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body);
