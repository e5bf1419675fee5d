namespace ImcBot.Bot.Relays;

/// <summary>
/// Ids of revoked relays, prints of relays' exchanged keys, and used enrolment codes, one a line, in a file beside the journal's key. A row
/// that was sealed before its relay was revoked still fits its seal; put back into the database, it would let the relay in again.
/// </summary>
internal sealed class RevokedRelays(string path)
{
    private readonly Lock _one = new();

    public static RevokedRelays Beside(string journalKeyFile) =>
        new(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(journalKeyFile))!, "revoked-relays"));

    public bool Include(string relay) => File.Exists(path) && File.ReadLines(path).Contains(relay, StringComparer.Ordinal);

    /// <summary>Adds what is not there yet; false when it is.</summary>
    public bool TryAdd(string used)
    {
        lock (_one)
        {
            if (Include(used))
            {
                return false;
            }

            Add(used);
            return true;
        }
    }

    /// <summary>On disk when this returns, before the database is told.</summary>
    public void Add(string relay)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        using var writer = new StreamWriter(file);
        writer.WriteLine(relay);
        writer.Flush();
        file.Flush(flushToDisk: true);
    }
}
