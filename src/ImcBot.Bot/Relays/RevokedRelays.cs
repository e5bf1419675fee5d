namespace ImcBot.Bot.Relays;

/// <summary>
/// Ids of revoked relays, prints of relays' exchanged keys, and used enrolment codes, one a line, in a file beside the journal's key. A row
/// that was sealed before its relay was revoked still fits its seal; put back into the database, it would let the relay in again.
/// </summary>
internal sealed class RevokedRelays(string path)
{
    private readonly Lock _one = new();
    private (long Length, DateTime Written, IReadOnlySet<string> Lines)? _read;

    public static RevokedRelays Beside(string journalKeyFile) =>
        new(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(journalKeyFile))!, "revoked-relays"));

    public bool Include(string relay) => Read()?.Contains(relay) == true;

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

    /// <summary>Its lines; read again where another process has added some. Null where there is no file.</summary>
    private IReadOnlySet<string>? Read()
    {
        lock (_one)
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return null;
            }

            if (_read is not { } read || (read.Length, read.Written) != (file.Length, file.LastWriteTimeUtc))
            {
                _read = read = (file.Length, file.LastWriteTimeUtc, File.ReadLines(path).ToHashSet(StringComparer.Ordinal));
            }

            return read.Lines;
        }
    }
}
