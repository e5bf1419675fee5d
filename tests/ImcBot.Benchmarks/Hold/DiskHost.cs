using System.IO.Enumeration;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;

namespace ImcBot.Benchmarks.Hold;

/// <summary>
/// A server whose D: is a folder of this machine, and whose mail service only runs or does not: what is measured is the relay and the disk.
/// </summary>
internal sealed class DiskHost(string root) : IServices, IEventLog, IRegistry, IVolumes, IFiles, IPrograms, IMachine, ICommands, IHostWriter
{
    private const string Imcdata = @"D:\Exchsrvr\Imcdata";

    private ServiceState _state = ServiceState.Running;

    public Host Host => new("DISK", PathGrammar.Windows, this, this, this, this, this, this, this, this, _ => this);

    /// <summary>Called when the relay asks for a start.</summary>
    public Action? Starting { get; set; }

    public string In => Real(Imcdata + @"\In");

    Task<IReadOnlyList<ServiceInfo>> IServices.ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ServiceInfo>>([
            new(Installation.StoreService, Installation.StoreService, ServiceState.Running, [], 0, 0),
            new(Installation.ImcService, Installation.ImcService, _state, [Installation.StoreService], 0, 0),
        ]);

    Task<IReadOnlyList<LogEvent>> IEventLog.ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LogEvent>>([]);

    Task<IReadOnlyList<RegistryValue>> IRegistry.ValuesAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RegistryValue>>(key == Installation.ImcParameters ? [new("RootDir", ValueKind.Sz, Imcdata)] : []);

    Task<IReadOnlyList<Volume>> IVolumes.ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Volume>>([new("D:", 1L << 40, 1L << 39, "DATA")]);

    Task<IReadOnlyList<ProgramInfo>> IPrograms.ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ProgramInfo>>([]);

    Task<IReadOnlyList<DriverInfo>> IPrograms.DriversAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DriverInfo>>([]);

    Task<IReadOnlyList<FileEntry>?> IFiles.ListAsync(string folder, string pattern, bool recursive, CancellationToken cancellationToken)
    {
        var real = Real(folder);
        return Task.FromResult<IReadOnlyList<FileEntry>?>(
            Directory.Exists(real)
                ?
                [
                    .. new FileSystemEnumerable<FileEntry>(real, (ref FileSystemEntry file) => Entry(folder, ref file))
                    {
                        ShouldIncludePredicate = (ref FileSystemEntry file) => !file.IsDirectory,
                    },
                ]
                : null
        );
    }

    Task<IReadOnlyCollection<string>> IFiles.NamesAsync(string folder, CancellationToken cancellationToken)
    {
        var real = Real(folder);
        return Task.FromResult<IReadOnlyCollection<string>>(
            Directory.Exists(real)
                ?
                [
                    .. new FileSystemEnumerable<string>(real, (ref FileSystemEntry file) => file.FileName.ToString())
                    {
                        ShouldIncludePredicate = (ref FileSystemEntry file) => !file.IsDirectory,
                    },
                ]
                : []
        );
    }

    Task<Stream> IFiles.OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(
            new FileStream(Real(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
        );

    Task<string?> IFiles.LinkAsync(string path, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    Task<Version?> IFiles.VersionAsync(string path, CancellationToken cancellationToken) => Task.FromResult<Version?>(null);

    Task<long> IMachine.TimeAsync(CancellationToken cancellationToken) => Task.FromResult(Clock.Micros(TimeProvider.System.GetUtcNow()));

    Task<IReadOnlyDictionary<string, string>> IMachine.EnvironmentAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>(StringComparer.Ordinal));

    Task<string?> IMachine.GreetingAsync(int port, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    Task IHostWriter.StartAsync(string service, CancellationToken cancellationToken)
    {
        _state = ServiceState.Running;
        Starting?.Invoke();
        return Task.CompletedTask;
    }

    Task IHostWriter.StopAsync(string service, CancellationToken cancellationToken)
    {
        _state = ServiceState.Stopped;
        return Task.CompletedTask;
    }

    Task IHostWriter.SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task IHostWriter.DeleteValueAsync(string key, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<FileResult>> IHostWriter.MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FileResult>>([.. moves.Select(Move)]);

    Task<IReadOnlyList<FileResult>> IHostWriter.DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    Task IHostWriter.CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Real(path));
        return Task.CompletedTask;
    }

    Task IHostWriter.WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        File.WriteAllBytesAsync(Real(path), content, cancellationToken);

    Task<CommandResult> IHostWriter.RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<CommandResult> ICommands.AskAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static FileEntry Entry(string folder, ref FileSystemEntry file)
    {
        var name = file.FileName.ToString();
        return new FileEntry($@"{folder}\{name}", file.Length, Clock.Micros(file.LastWriteTimeUtc), name, false);
    }

    private FileResult Move(FileMove move)
    {
        try
        {
            File.Move(Real(move.From), Real(move.To), overwrite: false);
            return new FileResult(move.From, null, null);
        }
        catch (IOException exception)
        {
            return new FileResult(move.From, exception.Message, exception is FileNotFoundException ? HostError.NotFound : HostError.InUse);
        }
    }

    private string Real(string path) => Path.Combine(root, path[3..].Replace('\\', '/'));
}
