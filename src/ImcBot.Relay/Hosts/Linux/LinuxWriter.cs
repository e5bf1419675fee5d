namespace ImcBot.Relay.Hosts.Linux;

/// <summary>Changes on this machine. The run is not told to it: what Linux itself records is its journal.</summary>
internal sealed class LinuxWriter(LinuxServices services, LocalCommands commands) : IHostWriter
{
    public Task StartAsync(string service, CancellationToken cancellationToken) => services.StartAsync(service, cancellationToken);

    public Task StopAsync(string service, CancellationToken cancellationToken) => services.StopAsync(service, cancellationToken);

    public Task ReloadAsync(string service, CancellationToken cancellationToken) => services.ReloadAsync(service, cancellationToken);

    public Task KillAsync(string service, CancellationToken cancellationToken) => services.KillAsync(service, cancellationToken);

    public Task<string> ShrinkJournalAsync(long bytes, CancellationToken cancellationToken) =>
        Journal.ShrinkAsync(commands, bytes, cancellationToken);

    public Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken) => throw NoRegistry();

    public Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken) => throw NoRegistry();

    public Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken) =>
        LinuxFileWriter.MoveAsync(moves, cancellationToken);

    public Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    ) => LinuxFileWriter.DeleteAsync(files, cancellationToken);

    public Task CreateFolderAsync(string path, CancellationToken cancellationToken) =>
        LinuxCall.DoAsync($"folder {path}", () => Directory.CreateDirectory(path), cancellationToken);

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        LinuxFileWriter.WriteAsync(path, content, cancellationToken);

    public Task TouchAsync(string service, IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        LinuxFileWriter.TouchAsync(paths, cancellationToken);

    public Task<CommandResult> RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        commands.AskAsync(vector, limit, cancellationToken);

    public Task<CommandResult> RunForAsync(
        string service,
        IReadOnlyList<string> vector,
        string input,
        TimeSpan limit,
        CancellationToken cancellationToken
    ) => commands.GiveAsync(vector, input, limit, cancellationToken);

    private static HostException NoRegistry() => new("Linux has no registry; no value was set.");
}
