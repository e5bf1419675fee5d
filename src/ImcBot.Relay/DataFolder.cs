namespace ImcBot.Relay;

/// <summary>The folder with key, enrolment and ledger: one process at a time may work on it.</summary>
internal static class DataFolder
{
    /// <summary>
    /// Keeps other processes out until disposed, also when this one is killed. Throws <see cref="DataFolderException"/> when another has
    /// it.
    /// </summary>
    public static IDisposable Lock(RelayOptions options)
    {
        try
        {
            return new FileStream(options.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DataFolderException(
                $"Another relay works on {options.Data}. Stop it first (systemctl stop imcbot-relay, or the service ImcBotRelay), "
                    + "or name another folder with --data."
            );
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DataFolderException(
                $"The folder {options.Data} may not be written ({exception.Message.TrimEnd('.')}). Run the relay under the account "
                    + "that owns it."
            );
        }
    }
}

/// <summary>A file of the data folder is not as it must be; the message says which, and what to do.</summary>
internal sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);
