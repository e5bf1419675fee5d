using System.Text;
using System.Text.RegularExpressions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Products.Exchange;

namespace ImcBot.Relay.Tests.Fakes;

/// <summary>An Exchange 5.5 server in memory. Whenever somebody looks at it, the mail service takes one more message from In:
/// text with BAD kills the store (NAMED: with 4182), ARCHIVE goes to In\Archive with 4117, HANG stays for ever, anything else is
/// delivered.</summary>
internal sealed class FakeServer : IServices, IEventLog, IRegistry, IVolumes, IFiles, IPrograms, IMachine, ICommands
{
    public const string In = @"D:\Exchsrvr\Imcdata\In",
        Imcdata = @"D:\Exchsrvr\Imcdata",
        Imc = "MSExchangeIMC",
        Store = "MSExchangeIS";

    private readonly TimeProvider _time;
    private readonly Lock _one = new();
    private readonly Dictionary<string, ServiceInfo> _services = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FakeFile> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _folders = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Dictionary<string, RegistryValue>> _registry = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<LogEvent> _events = [];
    private int _ids;
    private bool _listens = true;

    public FakeServer(TimeProvider time)
    {
        _time = time;
        AddService("MSExchangeSA");
        AddService("MSExchangeDS", "MSExchangeSA");
        AddService(Store, "MSExchangeDS");
        AddService("MSExchangeMTA", "MSExchangeDS");
        AddService(Imc, Store, "MSExchangeMTA", "Tcpip");
        AddService("McShield");
        SetState("McShield", ServiceState.Stopped);
        Set(Installation.ImcParameters, new RegistryValue("RootDir", ValueKind.Sz, Imcdata));
        Set(Installation.ImcDiagnostics, RegistryValue.Dword("7 SMTP Protocol Log", 0));
        Set(Installation.StoreParameters, RegistryValue.Dword("Max Threads (Public+Private)", 50));
        Set(AntivirusKey, RegistryValue.MultiSz("ExcludedItems", [@"C:\Exchsrvr"]));
        foreach (
            var folder in new[]
            {
                In,
                In + @"\Archive",
                Imcdata + @"\Log",
                Imcdata + @"\Out",
                @"D:\TEMP",
                @"D:\RECYCLER",
                @"C:\Exchsrvr\Bin",
            }
        )
        {
            _folders.Add(folder);
        }

        Put(Imcdata + @"\Queue.dat", "queue");
        Put(@"C:\Exchsrvr\Bin\Store.exe", "5.5.2656.60");
        Host = new Host("EXCH01", PathGrammar.Windows, this, this, this, this, this, this, this, this, run => new FakeWriter(this, run));
    }

    private static PathGrammar Paths => PathGrammar.Windows;

    public const string AntivirusKey = @"HKLM\SOFTWARE\Network Associates\TVD\On Access Scanner\Configuration";

    public Host Host { get; }

    /// <summary>Everything that was changed, with the run that claimed it.</summary>
    public List<(string Run, string What)> Record { get; } = [];

    public List<string> Delivered { get; } = [];

    /// <summary>Free bytes by volume.</summary>
    public Dictionary<string, long> Free { get; } =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["C:"] = 4L << 30,
            ["D:"] = 4L << 30,
            ["E:"] = 8L << 30,
        };

    public Dictionary<string, bool> Drivers { get; } = new(StringComparer.OrdinalIgnoreCase) { ["NaiFiltr"] = false };

    /// <summary>Files that something else has open.</summary>
    public HashSet<string> Locked { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Called after each start of the mail service.</summary>
    public Action? Started { get; set; }

    /// <summary>Called before each change; may throw to play a failing server or a dying relay.</summary>
    public Action<string>? Changing { get; set; }

    /// <summary>Nothing answers, as while a server restarts.</summary>
    public bool IsAway { get; set; }

    public bool StopHangs { get; set; }

    public TransferMode Mode { get; set; } = TransferMode.InboundAndOutbound;

    /// <summary>Folders that are links to elsewhere.</summary>
    public HashSet<string> Links { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What commands answer.</summary>
    public Func<IReadOnlyList<string>, CommandResult> Answering { get; set; } = _ => new CommandResult(0, "ok");

    public Task<string?> LinkAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult(Links.FirstOrDefault(link => Paths.IsWithin(path, link)));

    public Task<CommandResult> AskAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        Task.FromResult(Answering(vector));

    /// <summary>Everything there is: files with their content, registry values with their types, services with their states. Queue.dat and
    /// its copies are
    /// rebuilt by the service, and the hold folder's papers are ours.</summary>
    public IReadOnlyList<string> Snapshot() =>
        [
            .. _files
                .Where(pair =>
                    !Paths.Name(pair.Key).StartsWith("Queue", StringComparison.Ordinal) && !Paths.IsWithin(pair.Key, @"D:\ImcBotHold")
                )
                .Select(pair => $"{pair.Key} {pair.Value.Text}")
                .Order(),
            .. _registry.SelectMany(key => key.Value.Values.Select(value => $"{key.Key} {value.Name} {value.Kind} {value.Text}")).Order(),
            .. _services.Values.Select(service => $"{service.Name} {service.State}").Order(),
            $"{Mode}",
        ];

    public IEnumerable<string> Names(string folder) =>
        _files.Keys.Where(path => Paths.Same(path[..path.LastIndexOf('\\')], folder)).Select(Paths.Name).Order();

    public string? Text(string path) => _files.TryGetValue(path, out var file) ? file.Text : null;

    public string IdOf(string path) => _files[path].Id;

    public string? Value(string key, string name) => _registry.GetValueOrDefault(key)?.GetValueOrDefault(name)?.Text;

    public ServiceState State(string service) => _services.GetValueOrDefault(service)?.State ?? ServiceState.Unknown;

    public void SetState(string service, ServiceState state, long exitCode = 0) =>
        _services[service] = _services[service] with { State = state, ExitCode = exitCode };

    public void AddService(string name, params string[] needs) =>
        _services[name] = new ServiceInfo(name, name, ServiceState.Running, needs, 0, 0);

    public void RemoveService(string name) => _services.Remove(name);

    public void Set(string key, RegistryValue value)
    {
        _registry.TryAdd(key, new Dictionary<string, RegistryValue>(StringComparer.OrdinalIgnoreCase));
        _registry[key][value.Name] = value;
    }

    public void Unset(string key, string name) => _registry.GetValueOrDefault(key)?.Remove(name);

    /// <summary>Writes a file, as old as told.</summary>
    public void Put(string path, string text, TimeSpan age = default)
    {
        CreateFolder(path[..path.LastIndexOf('\\')]);
        _files[path] = new FakeFile(text, Now - (long)age.TotalMicroseconds + _ids, $"id{++_ids}");
    }

    public void Write(string source, int id, params string[] strings) =>
        _events.Add(new LogEvent(_events.Count + 1, "Application", Now, source, "", id, strings, $"event {id}"));

    /// <summary>A line of a log that has no numbers.</summary>
    public void Write(string source, string line, string by = "") =>
        _events.Add(new LogEvent(_events.Count + 1, "Application", Now, source, by, LogLine.Information, [], line));

    public long Now => Clock.Micros(_time.GetUtcNow());

    public Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken) =>
        Looking<IReadOnlyList<ServiceInfo>>(() => [.. _services.Values]);

    public Task<string?> SettingAsync(string service, string name, CancellationToken cancellationToken) =>
        Task.FromResult(name == TransferModes.Setting ? Mode.ToString() : null);

    Task<IReadOnlyList<Volume>> IVolumes.ListAsync(CancellationToken cancellationToken) =>
        Looking<IReadOnlyList<Volume>>(() => [.. Free.Select(pair => new Volume(pair.Key, 10L << 30, pair.Value, pair.Key[..1]))]);

    Task<IReadOnlyList<ProgramInfo>> IPrograms.ListAsync(CancellationToken cancellationToken) =>
        Looking<IReadOnlyList<ProgramInfo>>(() => [new("Clip Art", "Example", 140 << 20)]);

    public async Task<IReadOnlyList<LogEvent>> ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken)
    {
        var found = await Looking<IReadOnlyList<LogEvent>>(() => [.. _events.Where(entry => entry.Index > after).Take(1000)]);
        if (found.Count == 0 && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, cancellationToken);
        }

        return found;
    }

    public Task<IReadOnlyList<RegistryValue>> ValuesAsync(string key, CancellationToken cancellationToken) =>
        Looking<IReadOnlyList<RegistryValue>>(() => [.. _registry.GetValueOrDefault(key)?.Values ?? Enumerable.Empty<RegistryValue>()]);

    public Task<IReadOnlyList<FileEntry>?> ListAsync(string folder, string pattern, bool recursive, CancellationToken cancellationToken) =>
        Looking<IReadOnlyList<FileEntry>?>(() =>
        {
            if (!_folders.Contains(folder.TrimEnd('\\')))
            {
                return null;
            }

            var form = new Regex("^" + Regex.Escape(pattern).Replace(@"\*", ".*") + "$", RegexOptions.IgnoreCase);
            var files = _files
                .Where(pair => recursive ? Paths.IsWithin(pair.Key, folder) : Paths.Same(pair.Key[..pair.Key.LastIndexOf('\\')], folder))
                .Where(pair => form.IsMatch(Paths.Name(pair.Key)))
                .Select(pair => new FileEntry(pair.Key, pair.Value.Text.Length, pair.Value.Modified, pair.Value.Id, false));
            var folders = _folders
                .Where(path => recursive && !Paths.Same(path, folder) && Paths.IsWithin(path, folder))
                .Select(path => new FileEntry(path, 0, 0, path, true));
            return [.. files, .. folders];
        });

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(
            Locked.Contains(path) ? throw new HostException($"{path} is in use.", HostError.InUse)
            : Text(path) is { } text ? new MemoryStream(Encoding.Latin1.GetBytes(text))
            : throw new HostException($"{path} is not there.", HostError.NotFound)
        );

    public Task<Version?> VersionAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult(Text(path) is { } text ? Version.Parse(text) : null);

    public Task<IReadOnlyList<DriverInfo>> DriversAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DriverInfo>>([.. Drivers.Select(pair => new DriverInfo(pair.Key, pair.Value))]);

    public Task<long> TimeAsync(CancellationToken cancellationToken) => Task.FromResult(Now);

    public Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(
            new Dictionary<string, string> { ["TEMP"] = @"D:\TEMP", ["SystemRoot"] = @"C:\WINNT" }
        );

    public Task<string?> GreetingAsync(int port, CancellationToken cancellationToken) =>
        Looking(() => State(Imc) == ServiceState.Running && _listens ? "220 exch01 ESMTP Server ready" : null);

    internal void Start(string service)
    {
        var info = _services.GetValueOrDefault(service) ?? throw new HostException($"No service {service}.", HostError.Other);
        if (info.State == ServiceState.Running)
        {
            throw new HostException($"{service} runs already.", HostError.AlreadyRunning);
        }

        if (
            info
                .DependsOn.Select(name => _services.GetValueOrDefault(name))
                .FirstOrDefault(needed => needed is { State: not ServiceState.Running }) is
            { } needed
        )
        {
            throw new HostException($"{service} needs {needed.Name}, which does not run.", HostError.Other);
        }

        SetState(service, ServiceState.Running);
        if (service.Equals(Imc, StringComparison.OrdinalIgnoreCase))
        {
            _listens = Mode is TransferMode.InboundAndOutbound or TransferMode.InboundOnly;
            Put(Imcdata + @"\Queue.dat", "rebuilt");
            Started?.Invoke();
        }
    }

    internal void Stop(string service)
    {
        if (State(service) == ServiceState.Stopped)
        {
            throw new HostException($"{service} is not started.", HostError.NotStarted);
        }

        if (_services.Values.Any(other => other.State == ServiceState.Running && other.DependsOn.Contains(service)))
        {
            throw new HostException($"Other services need {service}.", HostError.DependantsRun);
        }

        SetState(service, StopHangs ? ServiceState.StopPending : ServiceState.Stopped);
        if (service.Equals(Imc, StringComparison.OrdinalIgnoreCase) && !StopHangs)
        {
            Write(Imc, 1001);
        }
    }

    internal FileResult Move(FileMove move)
    {
        if (!_files.ContainsKey(move.From))
        {
            return new FileResult(move.From, $"{move.From} is not there.", HostError.NotFound);
        }

        var running = State(Imc) == ServiceState.Running && Paths.Name(move.From) == "Queue.dat";
        if (running || Locked.Contains(move.From))
        {
            return new FileResult(move.From, $"{move.From} is in use.", HostError.InUse);
        }

        if (_files.ContainsKey(move.To))
        {
            return new FileResult(move.From, $"{move.To} is there already.", HostError.Exists);
        }

        _files.Remove(move.From, out var file);
        _files[move.To] = file!;
        return new FileResult(move.From, null, null);
    }

    internal FileResult Delete(string path, string id)
    {
        if (!_files.TryGetValue(path, out var file) || file.Id != id)
        {
            return new FileResult(path, $"{path} has changed.", HostError.Changed);
        }

        if (Locked.Contains(path))
        {
            return new FileResult(path, $"{path} is in use.", HostError.InUse);
        }

        _files.Remove(path);
        Free[Paths.Volume(path)] += file.Text.Length;
        return new FileResult(path, null, null);
    }

    internal void CreateFolder(string path)
    {
        for (var folder = path; folder.Contains('\\'); folder = folder[..folder.LastIndexOf('\\')])
        {
            _folders.Add(folder);
        }
    }

    internal T Changed<T>(string run, string what, Func<T> change)
    {
        lock (_one)
        {
            Changing?.Invoke(what);
            Record.Add((run, what));
            return change();
        }
    }

    private Task<T> Looking<T>(Func<T> look)
    {
        if (IsAway)
        {
            throw new HostException("EXCH01 does not answer.", HostError.NoAnswer);
        }

        lock (_one)
        {
            Work();
            return Task.FromResult(look());
        }
    }

    /// <summary>
    /// Another service with a folder of its own: it takes what lies there, all files of a stem at once, and stops at a bad one.
    /// </summary>
    public void Employ(string service, string folder)
    {
        AddService(service);
        CreateFolder(folder);
        _worker = (service, folder);
    }

    private (string Service, string Folder)? _worker;

    private void WorkElsewhere(string service, string folder)
    {
        var waiting = _files
            .Where(pair => Paths.Same(Paths.Folder(pair.Key), folder))
            .ToLookup(pair => Path.GetFileNameWithoutExtension(Paths.Name(pair.Key)));
        if (State(service) != ServiceState.Running || waiting.Count == 0)
        {
            return;
        }

        var next = waiting.MinBy(item => item.Min(pair => pair.Value.Modified))!;
        if (next.Any(pair => pair.Value.Text.Contains("BAD")))
        {
            SetState(service, ServiceState.Stopped);
            return;
        }

        Delivered.Add(next.Key);
        foreach (var (path, _) in next.ToList())
        {
            _files.Remove(path);
        }
    }

    private void Work()
    {
        if (_worker is var (service, folder))
        {
            WorkElsewhere(service, folder);
        }

        if (State(Imc) != ServiceState.Running || State(Store) != ServiceState.Running)
        {
            return;
        }

        var next = _files
            .Where(pair => Paths.Same(pair.Key[..pair.Key.LastIndexOf('\\')], In))
            .OrderBy(pair => pair.Value.Modified)
            .FirstOrDefault();
        switch (next.Value?.Text)
        {
            case null:
                break;
            case { } bad when bad.Contains("BAD"):
                Die(bad.Contains("NAMED") ? Paths.Name(next.Key) : null);
                break;
            case { } stays when stays.Contains("HANG"):
                break;
            case { } refused when refused.Contains("ARCHIVE"):
                Write(Imc, 4117, Paths.Name(next.Key));
                _files.Remove(next.Key);
                _files[$@"{In}\Archive\{Paths.Name(next.Key)}"] = next.Value;
                break;
            default:
                _files.Remove(next.Key);
                Delivered.Add(Paths.Name(next.Key));
                break;
        }
    }

    private void Die(string? named)
    {
        SetState(Store, ServiceState.Stopped);
        Write(Imc, 4116);
        Write(Imc, 3039);
        if (named is not null)
        {
            Write(Imc, 4182, named);
        }

        Write(Imc, 4102);
        SetState(Imc, ServiceState.Stopped);
        Write("DrWatson", 4097, @"exe\store.dbg");
    }

    private sealed record FakeFile(string Text, long Modified, string Id);
}

/// <summary>The fake server's mutating half.</summary>
internal sealed class FakeWriter(FakeServer server, string run) : IHostWriter
{
    public Task StartAsync(string service, CancellationToken cancellationToken) => Do($"start {service}", () => server.Start(service));

    public Task StopAsync(string service, CancellationToken cancellationToken) => Do($"stop {service}", () => server.Stop(service));

    public Task KillAsync(string service, CancellationToken cancellationToken) =>
        Do($"kill {service}", () => server.SetState(service, ServiceState.Stopped));

    public Task SetSettingAsync(string service, string name, string value, CancellationToken cancellationToken) =>
        Do($"transfer mode {value}", () => server.Mode = Enum.Parse<TransferMode>(value));

    public Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken) =>
        Do($"set {value.Name}", () => server.Set(key, value));

    public Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken) =>
        Do($"unset {name}", () => server.Unset(key, name));

    public Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FileResult>>([
            .. moves.Select(move => server.Changed(run, $"move {server.Host.Paths.Name(move.From)}", () => server.Move(move))),
        ]);

    public Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyList<FileResult>>([
            .. files.Select(file => server.Changed(run, $"delete {file.Path}", () => server.Delete(file.Path, file.FileId))),
        ]);

    public Task CreateFolderAsync(string path, CancellationToken cancellationToken) =>
        Do($"folder {path}", () => server.CreateFolder(path));

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Do($"write {path}", () => server.Put(path, Encoding.Latin1.GetString(content.Span)));

    public Task<CommandResult> RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        Task.FromResult(server.Changed(run, $"run {string.Join(' ', vector)}", () => server.Answering(vector)));

    private Task Do(string what, Action change)
    {
        server.Changed(
            run,
            what,
            () =>
            {
                change();
                return true;
            }
        );
        return Task.CompletedTask;
    }
}
