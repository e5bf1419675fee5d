using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Export;

/// <summary>What a JSON Lines transcript proves.</summary>
/// <param name="Problem">The first thing that does not hold, naming the entry; null when everything does.</param>
/// <param name="KeyPrint">Fingerprint of the key that signed it: worth as much as the comparison with the bot's own.</param>
/// <param name="Removed">How many texts were removed since they were written.</param>
internal sealed record TranscriptProof(string? Problem, int Incident, int Entries, int Removed, string? KeyPrint, string? Head);

/// <summary>Verifies a JSON Lines transcript, line by line, without the bot.</summary>
internal static class TranscriptCheck
{
    /// <summary>Reads the file to its end or to the first problem. Every byte counts: a line must be as ImcBot writes it.</summary>
    /// <param name="visit">Told of every entry that holds.</param>
    public static async Task<TranscriptProof> VerifyAsync(Stream file, Action<Entry>? visit, CancellationToken token)
    {
        using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
        var walk = new Walk(visit);
        try
        {
            while (walk.Problem is null && await reader.ReadLineAsync(token) is { } line)
            {
                walk.Take(line);
            }
        }
        catch (DecoderFallbackException)
        {
            walk.Problem = $"{walk.Next} is not valid UTF-8.";
        }

        return walk.Finish();
    }

    private sealed class Walk(Action<Entry>? visit)
    {
        private JournalKey? _key;
        private Head _head;
        private bool _started;
        private bool _ended;
        private int _removed;

        public string? Problem { get; set; }

        public string Next => _started ? $"Entry {_head.Seq + 1}" : "The first line";

        public void Take(string text)
        {
            try
            {
                var line = Encoding.UTF8.GetBytes(text);
                Problem = !_started ? Begin(line) : _ended ? "There is more after the last line." : !TranscriptLine.Member(line, "end"u8).IsEmpty ? End(line) : TakeEntry(line);
            }
            catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or InvalidOperationException
                or NotSupportedException or KeyNotFoundException or ArgumentException or CryptographicException)
            {
                Problem = $"{Next} cannot be read: it is damaged.";
            }
        }

        public TranscriptProof Finish()
        {
            Problem ??= !_started ? "The file is empty." : !_ended ? $"The end is missing: after entry {_head.Seq} the file was cut." : null;
            var proof = new TranscriptProof(Problem, _head.Incident, _head.Seq, _removed, _key?.Print, _head.Hash);
            _key?.Dispose();
            return proof;
        }

        private string? Begin(byte[] line)
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != TranscriptLine.Version)
            {
                return "This is not a transcript of this version.";
            }

            var number = int.Parse(root.GetProperty("transcript").GetString()!.AsSpan("INC-".Length));
            _key = JournalKey.FromPublic(root.GetProperty("key").GetString()!);
            _head = Head.Before(number);
            _started = true;
            return TranscriptLine.Start(number, _key.Public).AsSpan().SequenceEqual(line) ? null : "The first line is not as ImcBot writes it.";
        }

        private string? TakeEntry(byte[] line)
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.TryGetProperty("damaged", out _))
            {
                return $"{Next} was damaged before the transcript was written.";
            }

            var stored = new StoredEntry(
                _head.Seq + 1, TranscriptLine.Member(line, "entry"u8).ToArray(), root.GetProperty("signature").GetBytesFromBase64(),
                [.. root.GetProperty("values").EnumerateArray().Select(value => new SealedValue(
                    value.GetProperty("commitment").GetString()!, value.GetProperty("salt").GetBytesFromBase64(), value.GetProperty("value").GetString()!))],
                root.TryGetProperty("fact", out _) ? TranscriptLine.Member(line, "fact"u8).ToArray() : null);
            if (Chain.Refuse(_head, stored, _key!, out var entry) is { } refusal)
            {
                return refusal;
            }

            if (!TranscriptLine.Of(stored).AsSpan().SequenceEqual(line))
            {
                return $"The line of entry {stored.Seq} is not as ImcBot writes it.";
            }

            var commitments = Encoding.UTF8.GetString(stored.Blob is null ? stored.Bytes : [.. stored.Bytes, .. stored.Blob]);
            if (stored.Values.FirstOrDefault(value => !commitments.Contains($"{{\"sealed\":\"{value.Commitment}\"}}", StringComparison.Ordinal)) is not null)
            {
                return $"Entry {stored.Seq} discloses a text that it never held.";
            }

            _removed += commitments.Split("{\"sealed\":\"").Length - 1 - stored.Values.Count;
            _head = new Head(_head.Incident, stored.Seq, stored.Hash);
            visit?.Invoke(entry!);
            return null;
        }

        private string? End(byte[] line)
        {
            using var document = JsonDocument.Parse(line);
            var signature = document.RootElement.GetProperty("signature").GetBytesFromBase64();
            _ended = true;
            var end = TranscriptLine.Member(line, "end"u8);
            if (!end.SequenceEqual(TranscriptLine.EndOf(_head)))
            {
                return $"Entry {_head.Seq + 1} is missing, or entries were added: the last line tells of another end.";
            }

            return !_key!.Verifies(end.ToArray(), signature) || !TranscriptLine.End(_head, signature).AsSpan().SequenceEqual(line)
                ? "The last line is not signed by this journal's key."
                : null;
        }
    }
}
