using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>Walks a JSON Lines transcript line by line.</summary>
internal sealed class TranscriptWalk
{
    private JournalKey? _key;
    private Head _head;
    private bool _started;
    private bool _ended;
    private int _removed;

    /// <summary>The first thing that does not hold, naming the entry.</summary>
    public string? Problem { get; private set; }

    /// <summary>The newest entry that holds.</summary>
    public Entry? Entry { get; private set; }

    /// <summary>The runbook's bytes, as the incident opened with them; they hold once the first entry does.</summary>
    public byte[] Runbook { get; private set; } = [];

    /// <summary>Takes the next line, without its line end.</summary>
    public void Take(byte[] line)
    {
        var next = _started ? $"Entry {_head.Seq + 1}" : "The first line";
        try
        {
            Problem =
                !_started ? Begin(line)
                : _ended ? "There is more after the last line."
                : !TranscriptLine.Member(line, "end"u8).IsEmpty ? End(line)
                : TakeEntry(line);
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or FormatException
                        or OverflowException
                        or InvalidOperationException
                        or NotSupportedException
                        or KeyNotFoundException
                        or ArgumentException
                        or CryptographicException
            )
        {
            Problem = $"{next} cannot be read: it is damaged.";
        }
    }

    /// <summary>The last line had no end of its own.</summary>
    public void Break() =>
        Problem ??=
            _ended ? "The last byte of the file is missing."
            : _started ? $"Entry {_head.Seq + 1} is cut off."
            : "The first line is cut off.";

    public TranscriptProof Finish()
    {
        Problem ??=
            !_started ? "The file is empty."
            : !_ended ? $"The end is missing: after entry {_head.Seq} the file was cut."
            : null;
        return new TranscriptProof(Problem, _head.Incident, _head.Seq, _removed, _key?.Print, _head.Hash, LedgerProof.None);
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
        Runbook = root.GetProperty("runbook").GetBytesFromBase64();
        _head = Head.Before(number);
        _started = true;
        return TranscriptLine.Is(line, to => TranscriptLine.Start(to, number, _key.Public, Runbook))
            ? null
            : "The first line is not as ImcBot writes it.";
    }

    private string? TakeEntry(byte[] line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var next = _head.Seq + 1;
        if (root.TryGetProperty("damaged", out _))
        {
            return $"Entry {next} was damaged before the transcript was written.";
        }

        var stored = new StoredEntry(
            next,
            TranscriptLine.Member(line, "entry"u8).ToArray(),
            root.GetProperty("signature").GetBytesFromBase64(),
            [
                .. root.GetProperty("values")
                    .EnumerateArray()
                    .Select(value => new SealedValue(
                        value.GetProperty("commitment").GetString()!,
                        value.GetProperty("salt").GetBytesFromBase64(),
                        value.GetProperty("value").GetString()!
                    )),
            ],
            root.TryGetProperty("fact", out _) ? TranscriptLine.Member(line, "fact"u8).ToArray() : null
        );
        if (!TranscriptLine.Is(line, to => TranscriptLine.Of(to, stored)))
        {
            return $"The line of entry {next} is not as ImcBot writes it.";
        }

        if (stored.Fitting.Count < stored.Values.Count)
        {
            return $"A text of entry {next} of INC-{_head.Incident} is not the one that was written.";
        }

        if (Chain.Refuse(_head, stored, _key!, out var entry) is { } refusal)
        {
            return refusal;
        }

        var commitments = Encoding.UTF8.GetString(stored.Blob is null ? stored.Bytes : [.. stored.Bytes, .. stored.Blob]);
        if (stored.Values.Any(value => !commitments.Contains($"{{\"sealed\":\"{value.Commitment}\"}}", StringComparison.Ordinal)))
        {
            return $"Entry {next} discloses a text that it never held.";
        }

        if (entry!.Fact is Opened opened && opened.Runbook != ContentDigest.Of(Runbook))
        {
            return $"Entry {next} opened with another runbook than the one in the first line.";
        }

        _removed += commitments.Split("{\"sealed\":\"").Length - 1 - stored.Values.Count;
        _head = new Head(_head.Incident, next, stored.Hash);
        Entry = entry;
        return null;
    }

    private string? End(byte[] line)
    {
        using var document = JsonDocument.Parse(line);
        var signature = document.RootElement.GetProperty("signature").GetBytesFromBase64();
        var end = TranscriptLine.Member(line, "end"u8);
        if (!end.SequenceEqual(TranscriptLine.EndOf(_head)))
        {
            return $"Entry {_head.Seq + 1} is missing, or entries were added: the last line tells of another end.";
        }

        _ended = true;
        return !_key!.Verifies(end.ToArray(), signature) || !TranscriptLine.Is(line, to => TranscriptLine.End(to, _head, signature))
            ? "The last line is not signed by this journal's key."
            : null;
    }
}
