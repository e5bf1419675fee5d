using System.Collections.Concurrent;
using System.Text;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Postfix;

/// <summary>Finds out what lies in a queue by looking at its files, never by what anybody reported.</summary>
internal sealed class QueueLook(PostfixFolder folder)
{
    private const int TokenWithin = 8192;

    private static readonly byte[] Mark = Encoding.ASCII.GetBytes($"{SpoolFile.TokenHeader}: ");

    private static readonly (string Folder, MessageState State)[] Places =
    [
        ("maildrop", MessageState.In),
        ("incoming", MessageState.In),
        ("active", MessageState.In),
        ("deferred", MessageState.In),
        ("hold", MessageState.Held),
        ("corrupt", MessageState.BadFolder),
    ];

    /// <summary>Long queue ids are never used again, so each file is opened once.</summary>
    private readonly ConcurrentDictionary<string, string?> tokens = new(StringComparer.Ordinal);

    /// <summary>Where each token lies; of several places the one where it waits counts.</summary>
    public Dictionary<string, MessageState> Find()
    {
        var found = new Dictionary<string, MessageState>(StringComparer.Ordinal);
        Find(found);

        // What was on its way from one folder to another is found the second time.
        Find(found);
        return found;
    }

    /// <summary>What is put off, each with the time at which it is due: a further try gives it another.</summary>
    public HashSet<(string Path, DateTime Due)> PutOff() =>
        [.. FilesIn(Path.Combine(folder.Queue, "deferred")).Select(path => (path, File.GetLastWriteTimeUtc(path)))];

    private void Find(Dictionary<string, MessageState> found)
    {
        foreach (var (name, state) in Places)
        {
            foreach (var path in FilesIn(Path.Combine(folder.Queue, name)))
            {
                if (TokenOf(path) is { } token)
                {
                    found.TryAdd(token, state);
                }
            }
        }
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true }) : [];

    private string? TokenOf(string path)
    {
        var id = Path.GetFileName(path);
        if (tokens.TryGetValue(id, out var known))
        {
            return known;
        }

        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = new byte[TokenWithin];
            var read = RandomAccess.Read(file, start, 0);
            var at = start.AsSpan(0, read).IndexOf(Mark);
            if (at < 0 || at + Mark.Length + Postman.TokenLength > read)
            {
                // Still being written, or none of the practice's.
                return null;
            }

            return tokens[id] = Encoding.ASCII.GetString(start, at + Mark.Length, Postman.TokenLength);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
