namespace ImcBot.Relay.Ledger;

/// <summary>
/// 16 MB kept aside on the ledger's volume. While it is there, a run may begin; when the volume fills up in the middle of one it is given
/// up, so that what is done is always written. Without it the relay does not begin to act.
/// </summary>
internal sealed class Reserve(string path)
{
    public const int Size = 16 << 20;

    // What the ledger itself may need meanwhile: making the reserve must not be what fills the volume.
    private const int Spare = 1 << 20;

    private volatile bool _isSpent;

    /// <summary>Whether it was given up and could not be made again yet.</summary>
    public bool IsSpent => _isSpent;

    /// <summary>True when the reserve is there, or could be made again.</summary>
    public bool IsHeld()
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length != Size)
            {
                if (new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace < Size + Spare)
                {
                    return false;
                }

                Fill();
            }

            _isSpent = false;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Gives the reserve up for what must be written now; false when there is none left.</summary>
    public bool Spend()
    {
        try
        {
            var isThere = File.Exists(path);
            File.Delete(path);
            _isSpent |= isThere;
            return isThere;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Fill()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
            var block = new byte[1 << 20];
            Array.Fill(block, (byte)1);
            for (var written = 0; written < Size; written += block.Length)
            {
                file.Write(block);
            }

            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // Half a reserve would only take the last space from the ledger.
            File.Delete(path);
            throw;
        }
    }
}
