namespace ImcBot.Bot.Relays;

/// <summary>
/// Ids of revoked relays, and the prints of relays' exchanged keys, one a line, in a file beside the journal's key. A row that was sealed before its relay was revoked still fits its seal;
/// put back into the database, it would let the relay in again.
/// </summary>
internal sealed class RevokedRelays(string path)
{
    public static RevokedRelays Beside(string journalKeyFile) => new(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(journalKeyFile))!, "revoked-relays"));

    public bool Include(string relay) => File.Exists(path) && File.ReadLines(path).Contains(relay, StringComparer.Ordinal);

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
