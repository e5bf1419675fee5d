using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// Services that the policy's own vectors start and stop, where no service manager does. Whether one runs is told by its status vector,
/// else by the process that its pid file names.
/// </summary>
internal sealed class ManagedServices(IReadOnlyList<ManagedService> all, ICommands commands, TimeProvider time)
{
    /// <summary>A pid file is written by a process that runs already; a number that is given to a later process is not meant.</summary>
    private const long Later = 2_000_000;

    /// <summary>A start has returned, and its process has not shown itself yet.</summary>
    private static readonly TimeSpan Appearing = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, long> _starting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Stop> _stops = new(StringComparer.Ordinal);

    public ManagedService? Find(string name) =>
        all.FirstOrDefault(service => service.IsOwn && string.Equals(service.Name, name, StringComparison.OrdinalIgnoreCase));

    public async Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var infos = new List<ServiceInfo>();
        foreach (var service in all.Where(service => service.IsOwn))
        {
            var state = await StateAsync(service, cancellationToken);
            infos.Add(
                new ServiceInfo(
                    service.Name,
                    service.Display,
                    state is Life.Runs ? ServiceState.Running
                        : state is Life.Comes ? ServiceState.StartPending
                        : state is Life.Goes ? ServiceState.StopPending
                        : ServiceState.Stopped,
                    service.Needs,
                    state is Life.Died ? 1 : 0,
                    0
                )
            );
        }

        return infos;
    }

    public async Task<ServiceDetail> DetailAsync(ManagedService service, CancellationToken cancellationToken) =>
        new(
            ServiceIntent.Wanted,
            await StateAsync(service, cancellationToken) switch
            {
                Life.Died => ServiceEnd.Died,
                Life.Rests => ServiceEnd.Orderly,
                _ => ServiceEnd.Unknown,
            },
            0,
            0,
            [],
            [],
            service.KillAfter,
            service.Reload is not null
        )
        {
            Way = service.Way,
            After = service.PidFile is { } pid && File.Exists(pid) ? Written(pid) : 0,
        };

    public async Task StartAsync(ManagedService service, CancellationToken cancellationToken)
    {
        _stops.TryRemove(service.Name, out _);
        var result = await RunAsync(service.Start!, service, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new HostException($"{service.Name} could not be started: {Ended(result)}");
        }

        _starting[service.Name] = time.GetTimestamp();
    }

    public async Task StopAsync(ManagedService service, CancellationToken cancellationToken)
    {
        _starting.TryRemove(service.Name, out _);
        var process = MainProcess(service);
        _stops[service.Name] = new Stop(process?.Id, IsDone: false);
        var result = await RunAsync(service.Stop!, service, cancellationToken);
        if (result.ExitCode != 0 && service.KillAfter is null)
        {
            _stops.TryRemove(service.Name, out _);
            throw new HostException($"{service.Name} could not be told to stop: {Ended(result)}");
        }

        if (service.KillAfter is { } patience)
        {
            var since = time.GetTimestamp();
            while (await StateAsync(service, cancellationToken) is Life.Goes && time.GetElapsedTime(since) < patience)
            {
                await Task.Delay(Look, time, cancellationToken);
            }

            Kill(process);
        }
    }

    public async Task ReloadAsync(ManagedService service, CancellationToken cancellationToken)
    {
        var result = await RunAsync(service.Reload!, service, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new HostException($"{service.Name} could not be told to read its settings again: {Ended(result)}");
        }
    }

    public void Kill(ManagedService service) =>
        Kill(MainProcess(service) ?? throw new HostException($"{service.Name}: which process is its own is not known; name a pid-file."));

    private Task<CommandResult> RunAsync(IReadOnlyList<string> vector, ManagedService service, CancellationToken cancellationToken) =>
        commands.AskAsync(vector, service.Limit, cancellationToken);

    private static string Ended(CommandResult result) =>
        result.ExitCode is { } code ? $"'exit code {code}'{(result.Said.Length > 0 ? $": {result.Said.TrimEnd('.')}" : "")}." : result.Said;

    /// <summary>With everything that it has started.</summary>
    private static void Kill(LinuxProcess? main)
    {
        if (main is null || LinuxProcess.Read(main.Id) is not { IsAlive: true } now || now.StartedAt != main.StartedAt)
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(main.Id);
            process.Kill(entireProcessTree: true);
        }
        catch (ArgumentException)
        {
            // It has ended meanwhile.
        }
    }

    private async Task<Life> StateAsync(ManagedService service, CancellationToken cancellationToken)
    {
        var life = service.Status is { } status ? await ToldAsync(service, status, cancellationToken) : Seen(service);
        var stop = _stops.GetValueOrDefault(service.Name);
        if (life is Life.Runs)
        {
            _starting.TryRemove(service.Name, out _);
            if (stop is null || (!stop.IsDone && stop.Process == MainProcess(service)?.Id))
            {
                return stop is null ? life : Life.Goes;
            }

            // Other hands have started it since.
            _stops.TryRemove(service.Name, out _);
            return life;
        }

        if (stop is { IsDone: false })
        {
            _stops[service.Name] = stop with { IsDone = true };
        }

        // What this relay has stopped has not died, whatever it leaves behind.
        return _starting.TryGetValue(service.Name, out var since) && time.GetElapsedTime(since) < Appearing ? Life.Comes
            : stop is not null ? Life.Rests
            : life;
    }

    private async Task<Life> ToldAsync(ManagedService service, IReadOnlyList<string> status, CancellationToken cancellationToken)
    {
        var result = await RunAsync(status, service, cancellationToken);
        return result.ExitCode switch
        {
            0 => Life.Runs,
            1 or 2 => Life.Died,
            3 => Life.Rests,
            _ => throw new HostException($"How {service.Name} is was not told: {Ended(result)}"),
        };
    }

    /// <summary>
    /// An empty pid file is as good as none: a test of a program's settings may make one, and who died has left its number.
    /// </summary>
    private static Life Seen(ManagedService service) =>
        service.PidFile is not { } file || new FileInfo(file) is not { Exists: true, Length: > 0 } ? Life.Rests
        : MainProcess(service) is null ? Life.Died
        : Life.Runs;

    private static long Written(string file) => Clock.Micros(new DateTimeOffset(File.GetLastWriteTimeUtc(file)));

    /// <summary>Null where it does not live.</summary>
    private static LinuxProcess? MainProcess(ManagedService service)
    {
        try
        {
            return
                service.PidFile is { } file
                && int.TryParse(Text(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id > 1
                && LinuxProcess.Read(id) is { IsAlive: true } process
                && process.StartedAt <= Written(file) + Later
                ? process
                : null;
        }
        catch (LinuxException exception) when (Errno.Kind(exception.Number) is HostError.NotFound)
        {
            return null;
        }
        catch (Exception exception) when (exception is LinuxException or UnauthorizedAccessException or IOException)
        {
            throw new HostException($"The pid file of {service.Name} cannot be read: {exception.Message}", HostError.Denied, exception);
        }
    }

    /// <summary>Many a service keeps its pid file locked for as long as it lives.</summary>
    private static string Text(string file)
    {
        using var reader = new StreamReader(new FileStream(Native.OpenThrough(file), FileAccess.Read));
        return reader.ReadToEnd();
    }

    /// <summary>A stop that this relay asked for.</summary>
    private sealed record Stop(int? Process, bool IsDone);

    private enum Life
    {
        Rests,
        Comes,
        Runs,
        Goes,
        Died,
    }
}
