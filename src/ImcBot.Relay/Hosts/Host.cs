namespace ImcBot.Relay.Hosts;

/// <summary>
/// A server as a relay sees it: everything here only reads. What changes the server is behind <see cref="Hands"/>, and needs a run.
/// </summary>
/// <param name="Name">The server's own name, such as <c>EXCH01</c>.</param>
/// <param name="Paths">How its paths are spelt.</param>
/// <param name="Hands">Gives the mutating half, claimed for one run: the server's record then shows who did what.</param>
internal sealed record Host(
    string Name,
    PathGrammar Paths,
    IServices Services,
    IEventLog Events,
    IRegistry Registry,
    IVolumes Volumes,
    IFiles Files,
    IPrograms Programs,
    IMachine Machine,
    ICommands Commands,
    Func<string, IHands> Hands
);

/// <summary>The server said no. The message is a sentence for people.</summary>
/// <param name="kind">Null where it was not the server that said no.</param>
internal class HostException(string message, HostError? kind = null, Exception? inner = null) : Exception(message, inner)
{
    public HostError? Kind { get; } = kind;

    /// <summary>Whether the server did not answer at all, so that nothing is known of it.</summary>
    public bool IsAway => Kind is HostError.NoAnswer;
}

internal enum ServiceState
{
    Unknown,
    Stopped,
    StartPending,
    Running,
    StopPending,
}

/// <summary>One service as its manager tells it.</summary>
/// <param name="DependsOn">Short names, read live: other products add themselves (Q250500).</param>
internal sealed record ServiceInfo(
    string Name,
    string Display,
    ServiceState State,
    IReadOnlyList<string> DependsOn,
    long ExitCode,
    long ServiceCode
);

internal interface IServices
{
    Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A setting that a service keeps where neither service manager nor registry has it; null where this driver cannot read it.
    /// </summary>
    Task<string?> SettingAsync(string service, string name, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>What is known of a service beside its state; null where this driver tells no more.</summary>
    Task<ServiceDetail?> DetailAsync(string service, CancellationToken cancellationToken) => Task.FromResult<ServiceDetail?>(null);

    /// <summary>How a test of its settings ended, which changes nothing; null where there is none.</summary>
    Task<CommandResult?> TestSettingsAsync(string service, CancellationToken cancellationToken) => Task.FromResult<CommandResult?>(null);
}

/// <summary>One entry of an event log.</summary>
/// <param name="Index">The log's own record number; only grows.</param>
/// <param name="At">Server clock, Unix microseconds.</param>
internal sealed record LogEvent(
    long Index,
    string Log,
    long At,
    string Source,
    string Category,
    int Id,
    IReadOnlyList<string> Strings,
    string Message
)
{
    /// <summary>The binary data, or null.</summary>
    public byte[]? Data { get; init; }
}

internal interface IEventLog
{
    /// <summary>
    /// At most 1,000 entries above <paramref name="after"/>, oldest first; waits up to <paramref name="wait"/> (25 s at most) when there
    /// are none.
    /// </summary>
    Task<IReadOnlyList<LogEvent>> ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Index of the newest entry; <paramref name="known"/> where there is none above it.</summary>
    async Task<long> NewestAsync(string log, long known, CancellationToken cancellationToken)
    {
        for (
            var page = await ReadAsync(log, known, TimeSpan.Zero, cancellationToken);
            page.Count > 0;
            page = await ReadAsync(log, known, TimeSpan.Zero, cancellationToken)
        )
        {
            known = page[^1].Index;
        }

        return known;
    }

    /// <summary>The last lines that a service has written, oldest first; none where this driver keeps no log of a service.</summary>
    Task<IReadOnlyList<LogEvent>> LastAsync(string service, int most, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LogEvent>>([]);
}

internal enum ValueKind
{
    Unknown,
    Sz,
    ExpandSz,
    MultiSz,
    Dword,
    Binary,
}

/// <summary>A registry value with its exact type.</summary>
/// <param name="Text">A string as it is, a dword in decimal, a multi-string with one line each, binary as base64.</param>
internal sealed record RegistryValue(string Name, ValueKind Kind, string Text)
{
    public IReadOnlyList<string> Lines => Text.Length == 0 ? [] : Text.Split('\n');

    public static RegistryValue Dword(string name, long value) => new(name, ValueKind.Dword, value.ToString());

    public static RegistryValue MultiSz(string name, IEnumerable<string> lines) => new(name, ValueKind.MultiSz, string.Join('\n', lines));
}

internal interface IRegistry
{
    /// <summary>All values of a key; empty when the key is missing.</summary>
    Task<IReadOnlyList<RegistryValue>> ValuesAsync(string key, CancellationToken cancellationToken);
}

/// <summary>A volume in bytes.</summary>
internal sealed record Volume(string Name, long Total, long Free, string Label)
{
    /// <summary>How many files it can have in all, and more; null where it has no such limit.</summary>
    public Inodes? Inodes { get; init; }
}

/// <summary>How many files a volume can have.</summary>
internal sealed record Inodes(long Total, long Free);

internal interface IVolumes
{
    Task<IReadOnlyList<Volume>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>One file or folder.</summary>
/// <param name="Modified">Server clock, Unix microseconds.</param>
/// <param name="Id">The volume's own id: a replaced file has another.</param>
internal sealed record FileEntry(string Path, long Size, long Modified, string Id, bool Folder)
{
    public string Name => PathGrammar.Of(Path).Name(Path);

    /// <summary>How many names the file has; deleting one of several frees nothing.</summary>
    public int Names { get; init; } = 1;
}

internal interface IFiles
{
    /// <summary>Files and folders right below a folder, or all below it; null when the folder is missing.</summary>
    Task<IReadOnlyList<FileEntry>?> ListAsync(string folder, string pattern, bool recursive, CancellationToken cancellationToken);

    /// <summary>
    /// Names of the files right below a folder, without its folders; none when it is missing. For who only asks what is there.
    /// </summary>
    async Task<IReadOnlyCollection<string>> NamesAsync(string folder, CancellationToken cancellationToken) =>
        [
            .. (await ListAsync(folder, "*", recursive: false, cancellationToken) ?? [])
                .Where(file => !file.Folder)
                .Select(file => file.Name),
        ];

    /// <summary>
    /// The first part of a path that is a link (junction or symbolic link) and so leads elsewhere; null when none is. The path need not
    /// exist.
    /// </summary>
    Task<string?> LinkAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// The file's bytes as a stream that the caller closes. Throws <see cref="HostException"/> with <see cref="HostError.InUse"/> when
    /// locked.
    /// </summary>
    Task<Stream> OpenAsync(string path, CancellationToken cancellationToken);

    /// <summary>Which of these files a process holds open.</summary>
    async Task<IReadOnlySet<string>> InUseAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            try
            {
                await (await OpenAsync(path, cancellationToken)).DisposeAsync();
            }
            catch (HostException exception) when (exception.Kind is HostError.InUse)
            {
                open.Add(path);
            }
            catch (HostException exception) when (exception.Kind is HostError.NotFound or HostError.Denied or HostError.Infected)
            {
                // What cannot be read tells nothing; whoever deletes it is told why it stays.
            }
        }

        return open;
    }

    /// <summary>Files that are deleted and still take space, because a process holds them; none where a system has no such files.</summary>
    Task<DeletedFiles> DeletedAsync(CancellationToken cancellationToken) => Task.FromResult(new DeletedFiles([], []));

    /// <summary>The file-version resource as four integers; null when the file or the resource is missing.</summary>
    Task<Version?> VersionAsync(string path, CancellationToken cancellationToken);
}

/// <summary>A file without a name that a process still holds.</summary>
/// <param name="Was">Its path when it had one.</param>
/// <param name="Volume">Where its space would come back.</param>
/// <param name="Size">The bytes that it takes there.</param>
/// <param name="Holder">The process, in words.</param>
internal sealed record DeletedFile(string Was, string Volume, long Size, string Holder);

/// <summary>Files without a name that processes still hold, as far as they may be looked into.</summary>
/// <param name="Unseen">Processes that may not be looked into, in words.</param>
internal sealed record DeletedFiles(IReadOnlyList<DeletedFile> Files, IReadOnlyList<string> Unseen);

/// <summary>An installed program.</summary>
internal sealed record ProgramInfo(string Name, string Publisher, long SizeBytes)
{
    /// <summary>As its maker writes it; null where the server does not tell.</summary>
    public string? Version { get; init; }
}

/// <summary>A file-system filter driver: stays loaded when its service stops (Q240309).</summary>
internal sealed record DriverInfo(string Name, bool Running);

internal interface IPrograms
{
    Task<IReadOnlyList<ProgramInfo>> ListAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<DriverInfo>> DriversAsync(CancellationToken cancellationToken);
}

/// <summary>The server as a whole.</summary>
internal interface IMachine
{
    /// <summary>The server's own clock, Unix microseconds: ages of its files are counted from it.</summary>
    Task<long> TimeAsync(CancellationToken cancellationToken);

    /// <summary>Environment of the server itself, never of the management host.</summary>
    Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken);

    /// <summary>Names of the programs that run; none where this driver does not tell.</summary>
    Task<IReadOnlyList<string>> ProcessesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Who listens on a TCP port, in words; null where nobody does, or this driver does not tell.</summary>
    Task<string?> ListenerAsync(int port, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>The greeting on one of the server's TCP ports; null when nothing answers.</summary>
    Task<string?> GreetingAsync(int port, CancellationToken cancellationToken);
}

/// <summary>Commands of the policy that only look. They run on the relay's own machine, beside the server.</summary>
internal interface ICommands
{
    /// <param name="vector">Program and arguments; no shell reads them.</param>
    Task<CommandResult> AskAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken);
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Null when it was ended at its time limit.</param>
/// <param name="Said">The beginning and the end of what it wrote, and whether a process that it left behind still runs.</param>
internal sealed record CommandResult(int? ExitCode, string Said);

/// <summary>What became of one file of a batch.</summary>
internal sealed record FileResult(string Path, string? Error, HostError? Kind)
{
    public bool Done => Error is null;
}

internal sealed record FileMove(string From, string To);

/// <summary>The mutating half of a host, claimed for one run.</summary>
internal interface IHands
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

    /// <summary>Runs a command of the policy, as <see cref="ICommands.AskAsync"/> does.</summary>
    Task<CommandResult> RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken);
}
