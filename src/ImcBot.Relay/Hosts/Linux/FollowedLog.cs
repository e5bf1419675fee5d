using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// A log file that is followed. The index of a line is how many bytes the log had when the line was whole, counted over all files that had
/// its name: one that was rotated is read to its end first, one that was cut off begins anew. Where the file begins in that count is kept
/// in a note, so that a restart of the relay changes no index.
/// </summary>
/// <param name="note">Where that is kept; null keeps it in memory.</param>
internal sealed class FollowedLog(string name, string path, string? note, TimeProvider time)
{
    private const int Most = 1000,
        LongestLine = 8 << 10,
        HeadLength = 256;

    /// <summary>Of a log that nobody has read yet no more than this is.</summary>
    private const long FirstLook = 1 << 20;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Lock _one = new();
    private Beginning? _beginning;

    public Task<IReadOnlyList<LogEvent>> ReadAsync(long after, TimeSpan wait, CancellationToken cancellationToken) =>
        IEventLog.PollAsync(
            () => LinuxCall.AskAsync<IReadOnlyList<LogEvent>>($"log {path}", () => Page(after), cancellationToken),
            Pace,
            wait,
            time,
            cancellationToken
        );

    /// <summary>The last lines of a log, oldest first; none where it is not there.</summary>
    public static Task<List<LogEvent>> LastAsync(
        string name,
        string path,
        int most,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        LinuxCall.AskAsync(
            $"log {path}",
            () =>
                Native.LookThrough(path) is { Form: FileForm.Plain } facts
                    ? new FollowedLog(name, path, null, time)
                        .Lines(path, 0, Math.Max(0, facts.Size - Tail(most)), facts, int.MaxValue, facts.Size > Tail(most))
                        .TakeLast(most)
                        .ToList()
                    : [],
            cancellationToken
        );

    private static long Tail(int lines) => Math.Min(FirstLook, lines * 400L);

    private List<LogEvent> Page(long after)
    {
        lock (_one)
        {
            if (Native.LookThrough(path) is not { Form: FileForm.Plain } facts)
            {
                return [];
            }

            var known = _beginning ?? Kept();
            var head = Head(path);
            if (known is null)
            {
                known = new Beginning(facts.Id, head, after > facts.Size ? after : 0);
            }
            else if (known.Id != facts.Id)
            {
                if (Rotated(known, after) is { Count: > 0 } rest)
                {
                    return rest;
                }

                known = new Beginning(facts.Id, head, Math.Max(after, known.Base));
            }
            else if (after - known.Base > facts.Size || !head.StartsWith(known.Head, StringComparison.Ordinal))
            {
                known = new Beginning(facts.Id, head, Math.Max(after, known.Base));
            }

            Keep(known with { Head = head });
            return Lines(path, known.Base, after, facts, Most);
        }
    }

    /// <summary>What was written to the file that had this name before, and was not read yet.</summary>
    private List<LogEvent> Rotated(Beginning known, long after)
    {
        var folder = PathGrammar.Unix.Folder(path);
        foreach (var file in Directory.EnumerateFiles(folder, $"{PathGrammar.Unix.Name(path)}*"))
        {
            if (Native.Look(file) is { Form: FileForm.Plain } facts && facts.Id == known.Id)
            {
                return Lines(file, known.Base, after, facts, Most);
            }
        }

        return [];
    }

    private List<LogEvent> Lines(string file, long began, long after, FileFacts facts, int most, bool isCut = false)
    {
        using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var from = Math.Max(after - began, after == 0 ? facts.Size - FirstLook : 0);
        var isMidLine = isCut || (from > 0 && after == 0);
        content.Position = from = Math.Max(from, 0);
        var events = new List<LogEvent>();
        var line = new List<byte>();
        for (int next, at = 0; events.Count < most && (next = content.ReadByte()) >= 0; )
        {
            at++;
            if (next != '\n')
            {
                if (line.Count < LongestLine)
                {
                    line.Add((byte)next);
                }

                continue;
            }

            if (!isMidLine)
            {
                events.Add(Event(Encoding.UTF8.GetString([.. line]).TrimEnd('\r'), began + from + at, facts));
            }

            isMidLine = false;
            line.Clear();
        }

        return events;
    }

    private LogEvent Event(string line, long index, FileFacts facts)
    {
        var at = LogLine.At(line, time.LocalTimeZone, time.GetUtcNow()) ?? facts.Modified;
        return new(index, name, at, name, "", LogLine.Priority(line), [], line);
    }

    /// <summary>Tells one file from another that was written in its place; of a short one, as much as there is.</summary>
    private static string Head(string file)
    {
        using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[HeadLength];
        var length = content.ReadAtLeast(bytes, HeadLength, throwOnEndOfStream: false);
        // Longer heads begin with the shorter ones of the same file.
        return string.Concat(bytes.Take(length).Chunk(16).Where(part => part.Length == 16).Select(part => Print(part)));
    }

    private static string Print(byte[] part) => Convert.ToHexStringLower(SHA256.HashData(part).AsSpan(0, 4));

    private Beginning? Kept()
    {
        try
        {
            return note is not null && File.Exists(note)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(note), RelayContext.Default.Beginning)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Keep(Beginning beginning)
    {
        if (note is not null && _beginning != beginning)
        {
            File.WriteAllBytes(note + ".new", JsonSerializer.SerializeToUtf8Bytes(beginning, RelayContext.Default.Beginning));
            File.Move(note + ".new", note, overwrite: true);
        }

        _beginning = beginning;
    }

    /// <summary>The file that has the name now.</summary>
    /// <param name="Head">Digests of its first bytes.</param>
    /// <param name="Base">How many bytes the files before it had.</param>
    internal sealed record Beginning(string Id, string Head, long Base);
}
