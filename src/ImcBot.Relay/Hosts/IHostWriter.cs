namespace ImcBot.Relay.Hosts;

/// <summary>What became of one file of a batch.</summary>
internal sealed record FileResult(string Path, string? Error, HostError? Kind)
{
    public bool Done => Error is null;

    /// <summary>Does something with one file after the other; what the server says no to is that file's result.</summary>
    public static async Task<IReadOnlyList<FileResult>> EachAsync<T>(IReadOnlyList<T> files, Func<T, string> path, Func<T, Task> act)
    {
        var results = new List<FileResult>(files.Count);
        foreach (var file in files)
        {
            try
            {
                await act(file);
                results.Add(new FileResult(path(file), null, null));
            }
            catch (HostException exception)
            {
                results.Add(new FileResult(path(file), exception.Message, exception.Kind));
            }
        }

        return results;
    }
}

internal sealed record FileMove(string From, string To);

/// <summary>The mutating half of a host, claimed for one run.</summary>
internal interface IHostWriter
{
    /// <summary>Asks for a start; the service may still be pending when this returns.</summary>
    Task StartAsync(string service, CancellationToken cancellationToken);

    /// <summary>Asks for a stop; the service may still be pending when this returns.</summary>
    Task StopAsync(string service, CancellationToken cancellationToken);

    /// <summary>Has a running service read its settings again. Throws <see cref="HostException"/> where it cannot.</summary>
    Task ReloadAsync(string service, CancellationToken cancellationToken) =>
        throw new HostException($"{service} cannot be told to read its settings again there; a restart does it.");

    /// <summary>
    /// Has the system's journal keep no more than so many bytes. Throws <see cref="HostException"/> where there is none.
    /// </summary>
    /// <returns>What it says of it.</returns>
    Task<string> ShrinkJournalAsync(long bytes, CancellationToken cancellationToken) =>
        throw new HostException("This server has no journal that can be shrunk.");

    /// <summary>
    /// Ends the process of the wedged mail service (Q168883), which service manager and store never are. Throws <see cref="HostException"/>
    /// where the driver cannot.
    /// </summary>
    Task KillAsync(string service, CancellationToken cancellationToken) =>
        throw new HostException(
            "This relay cannot end a process there; at the server, 'kill msexcimc.exe' of the Resource Kit does (Q168883), or a "
                + "restart of the server."
        );

    /// <summary>Sets what <see cref="IServices.SettingAsync"/> reads. Throws <see cref="HostException"/> where the driver cannot.</summary>
    Task SetSettingAsync(string service, string name, string value, CancellationToken cancellationToken) =>
        throw new HostException($"This relay cannot set '{name}' of {service} there; set it by hand.");

    Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken);

    Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken);

    /// <summary>Renames in one volume (never overwrites: <see cref="HostError.Exists"/>), copies, verifies and deletes across volumes: the
    /// copy has the
    /// final name only when it is whole. Access rights stay as they were. One result for each move, in order.</summary>
    Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken);

    /// <summary>Deletes only where the file id still matches. One result for each file, in order.</summary>
    Task<IReadOnlyList<FileResult>> DeleteAsync(IReadOnlyList<(string Path, string FileId)> files, CancellationToken cancellationToken);

    Task CreateFolderAsync(string path, CancellationToken cancellationToken);

    Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Gives plain files of a service the time it is now, so that the service takes up what it had put off; what is not there any more is
    /// passed over. Throws <see cref="HostException"/> where the driver cannot.
    /// </summary>
    Task TouchAsync(string service, IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        throw new HostException($"This relay changes no times of files of {service} there.");

    /// <summary>Runs a command of the policy, as <see cref="ICommands.AskAsync"/> does.</summary>
    Task<CommandResult> RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a program of a service that changes the service's items or settings. Throws <see cref="HostException"/> where the driver
    /// cannot.
    /// </summary>
    /// <param name="vector">Program and arguments; no shell reads them.</param>
    /// <param name="input">What the program reads; empty where it reads nothing.</param>
    Task<CommandResult> RunForAsync(
        string service,
        IReadOnlyList<string> vector,
        string input,
        TimeSpan limit,
        CancellationToken cancellationToken
    ) => throw new HostException($"This relay runs no programs of {service} there.");
}
