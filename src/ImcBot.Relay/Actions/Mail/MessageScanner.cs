using System.Security.Cryptography;
using ImcBot.Contracts;

namespace ImcBot.Relay.Actions.Mail;

/// <summary>What one pass over a spool file told.</summary>
/// <param name="Features">Ids of <see cref="Defect"/>, each once, in order.</param>
/// <param name="SenderDomain">Domain of From; null when unreadable.</param>
internal sealed record ScannedMessage(string Sha256, IReadOnlyList<string> Features, string? SenderDomain);

/// <summary>Reads a spool file once, with bounded memory: its hash, and what about it has made stores fail. Never throws for what a file contains.</summary>
internal static class MessageScanner
{
    public static async Task<ScannedMessage> ScanAsync(Stream file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (envelope, rest) = await Envelope.ReadAsync(file, cancellationToken);
        hash.AppendData(envelope);
        hash.AppendData(rest);
        var lines = new LineDefects();
        await using var text = new ScanStream(rest, file, hash, lines);
        var reader = new DefectReader(text);
        try
        {
            await reader.ReadMessageAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException or NotSupportedException or IndexOutOfRangeException)
        {
            // Not a message at all: what was seen up to there counts.
        }

        await text.DrainAsync(cancellationToken);
        lines.End();
        reader.Judge(envelope);
        return new ScannedMessage(
            Convert.ToHexStringLower(hash.GetHashAndReset()), [.. reader.Found.Concat(lines.Found).Distinct().Order(StringComparer.Ordinal)], reader.SenderDomain);
    }
}

/// <summary>The envelope between ImCr and EwLs that the mail service puts before a message (Q190709).</summary>
internal static class Envelope
{
    private const int Longest = 4 << 20;

    private static ReadOnlySpan<byte> Begin => "ImCr"u8;

    private static ReadOnlySpan<byte> End => "EwLs"u8;

    /// <summary>The envelope with both marks, and what was read behind it; no envelope when the file does not begin with one.</summary>
    public static async Task<(byte[] Envelope, byte[] Message)> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var count = await file.ReadAsync(buffer, cancellationToken);
            read.Write(buffer.AsSpan(0, count));
            var bytes = read.GetBuffer().AsSpan(0, (int)read.Length);
            if (!bytes.StartsWith(Begin) && (bytes.Length >= Begin.Length || count == 0))
            {
                return ([], bytes.ToArray());
            }

            if (bytes.IndexOf(End) is >= 0 and var end)
            {
                return (bytes[..(end + End.Length)].ToArray(), bytes[(end + End.Length)..].ToArray());
            }

            if (count == 0 || bytes.Length > Longest)
            {
                return ([], bytes.ToArray());
            }
        }
    }

    /// <summary>How many NUL-terminated fields an envelope has: about its recipients.</summary>
    public static int Fields(ReadOnlySpan<byte> envelope) => envelope.Count((byte)0);
}
