namespace ImcBot.Relay.Ledger;

/// <summary>16 MB kept aside on the ledger's volume. While it is there, "begun" and "finished" can still be written on a volume that others have filled;
/// without it the relay does not act.</summary>
internal sealed class Reserve(string path)
{
    public const int Size = 16 << 20;

    /// <summary>True when the reserve is there, or could be made again.</summary>
    public bool IsHeld()
    {
        try
        {
            if (File.Exists(path) && new FileInfo(path).Length == Size)
            {
                return true;
            }

            using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
            var block = new byte[1 << 20];
            Array.Fill(block, (byte)1);
            for (var written = 0; written < Size; written += block.Length)
            {
                file.Write(block);
            }

            file.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
