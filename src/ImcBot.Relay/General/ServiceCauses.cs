using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// Whether people want the service to run now: switched off, stopped in an orderly way, woken only when needed, or being upgraded, it is
/// left alone. Data: <c>intent</c>.
/// </summary>
internal sealed class ServiceWanted : ICheck
{
    /// <summary>
    /// Programs that replace packages; while one works, services stop and start by its hand. Ubuntu's unattended-upgrades waits for the
    /// shutdown all the time; when it works, dpkg does.
    /// </summary>
    private static readonly HashSet<string> Upgrading = new(StringComparer.Ordinal)
    {
        "apt",
        "apt-get",
        "aptitude",
        "dnf",
        "dpkg",
        "rpm",
        "yum",
        "zypper",
    };

    public string Id => Catalog.ServiceWanted;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        var detail = await site.Host.Services.DetailAsync(service.Name, cancellationToken);
        var upgrade = (await site.Host.Machine.ProcessesAsync(cancellationToken)).FirstOrDefault(Upgrading.Contains);
        var isDown = service.State is ServiceState.Stopped;
        var why =
            detail is null ? null
            : detail.Intent is ServiceIntent.Masked ? "is masked: people have seen to it that nothing starts it"
            : detail.Intent is ServiceIntent.Disabled ? "is switched off: people do not want it to run"
            : upgrade is not null && isDown ? $"is stopped while {upgrade} installs packages; that may start it again"
            : detail.Intent is ServiceIntent.OnDemand && isDown && detail.End is ServiceEnd.Orderly
                ? $"rests until {string.Join(", ", detail.TriggeredBy)} wakes it, as it should"
            : isDown && detail.End is ServiceEnd.Orderly ? "was stopped in an orderly way, by a person or a program"
            : null;
        return Finding.Of(
            detail is null ? Verdict.Unknown : Finding.When(why is null),
            detail is null ? $"This server does not tell whether {service.Name} is meant to run."
                : why is null ? $"{service.Name} is meant to run."
                : $"{service.Name} {why}.",
            ("intent", (detail?.Intent ?? ServiceIntent.Unknown).ToString().ToLowerInvariant())
        );
    }
}

/// <summary>
/// How the service ended and what it said last. Data: <c>end</c>, <c>code</c>, <c>restarts</c>, <c>lines</c>.
/// </summary>
internal sealed partial class ServiceWhy : ICheck
{
    private const string KernelLog = "kernel";

    private const int Lines = 5,
        LongestLine = 160,
        LongestName = 15,
        Error = 3;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public string Id => Catalog.ServiceWhy;

    public IReadOnlyList<Right> Rights => [Right.Reading];

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        if (await site.Host.Services.DetailAsync(service.Name, cancellationToken) is not { } detail)
        {
            return Finding.Of(
                Finding.When(service is { ExitCode: 0, ServiceCode: 0 }),
                $"{service.Name} is {Words.Of(service.State)}: exit code {service.ExitCode}, service code {service.ServiceCode}.",
                ("code", service.ExitCode.ToString())
            );
        }

        var isDown = service.State is not ServiceState.Running;
        var kernel = isDown ? await KernelAsync(site, service.Name, detail, cancellationToken) : null;
        var memory = isDown && kernel is null && MayBeMemory(detail) ? await MemoryAsync(site, cancellationToken) : "";
        var lines = await site.LastEventsAsync(service.Name, Lines, cancellationToken);
        var telling = lines.LastOrDefault(line => line.Id <= Error) ?? (lines.Count > 0 ? lines[^1] : null);
        var said = telling is null ? "" : $" {(telling.Id <= Error ? "Its last error" : "It said last")}: {Shortened(telling.Message)}";
        return Finding.Of(
            Finding.When(!isDown || (detail.End is ServiceEnd.Orderly && kernel is null)),
            isDown
                ? $"{service.Name} {kernel ?? Ended(detail)}{memory}{Again(detail)}.{said}"
                : $"{service.Name} is {Words.Of(service.State)}{Again(detail)}.",
            ("end", kernel is null ? detail.End.ToString() : nameof(ServiceEnd.OutOfMemory)),
            ("code", detail.Code.ToString()),
            ("restarts", detail.Restarts.ToString()),
            ("lines", string.Join('\n', lines.Select(line => line.Message)))
        );
    }

    /// <summary>How a service ended, after its name.</summary>
    public static string Ended(ServiceDetail detail) =>
        detail.End switch
        {
            ServiceEnd.Orderly => "ended in an orderly way",
            ServiceEnd.ExitCode => $"ended by itself with exit code {detail.Code}",
            ServiceEnd.Signal => $"was ended by signal {detail.Code}",
            ServiceEnd.CoreDump => $"crashed with signal {detail.Code}",
            ServiceEnd.OutOfMemory => "was killed because memory ran out",
            ServiceEnd.Timeout => "took longer than its manager waits and was ended",
            ServiceEnd.Watchdog => "gave no sign of life and was ended",
            ServiceEnd.StartLimit => "was started too often and is started no more until that is reset",
            ServiceEnd.Resources => "could not be started: files, memory or rights that it needs are missing",
            ServiceEnd.Died => "died; nobody was there to tell how",
            ServiceEnd.NeverStarted => "was not started since this server was, though it should be: what it needs may have failed",
            _ => "ended, and how is not known",
        };

    /// <summary>Without its time and the like, as far as it fits a card; the whole stands in the data.</summary>
    private static string Shortened(string line)
    {
        var text = Preamble().Replace(line, "");
        return text.Length > LongestLine ? text[..LongestLine] + "…" : text;
    }

    /// <summary>A manager tells it by itself; where nobody was there, or all that is known is SIGKILL, it may have been that.</summary>
    private static bool MayBeMemory(ServiceDetail detail) => detail is { End: ServiceEnd.Died } or { End: ServiceEnd.Signal, Code: 9 };

    /// <summary>What the system's own count says, as the end of a sentence; empty where it rules that out.</summary>
    private static async Task<string> MemoryAsync(Site site, CancellationToken cancellationToken) =>
        await site.Host.Machine.MemoryKillsAsync(cancellationToken) switch
        {
            null => "; whether memory ran out is not known",
            0 => "",
            { } kills =>
                $"; the system has killed {Words.Count((int)kills, "process", "processes")} for want of memory since it was started, "
                    + "and whether this was one is not known",
        };

    private static string Again(ServiceDetail detail) =>
        detail.Restarts == 0 ? "" : $"; its manager has started it again {Words.Count(detail.Restarts, "time")} by itself";

    /// <summary>
    /// Whether the kernel has killed a program of this name for want of memory, or a guard has denied it something, when it ended; null:
    /// neither, or no time is known at which it did, and it was orderly.
    /// </summary>
    private static async Task<string?> KernelAsync(Site site, string service, ServiceDetail detail, CancellationToken cancellationToken)
    {
        if (detail is { After: 0, End: ServiceEnd.Orderly })
        {
            return null;
        }

        var name = service.Split('.', '@')[0];
        name = name[..Math.Min(name.Length, LongestName)];
        var since =
            detail.After == 0
                ? 0
                : Math.Max(detail.After, await site.Host.Machine.TimeAsync(cancellationToken) - (long)Day.TotalMicroseconds);
        var messages = (await site.EventsAsync(KernelLog, since, cancellationToken))
            .Where(entry => entry.At >= since)
            .Select(entry => entry.Message)
            .ToList();
        return messages.Exists(message => Killed().Match(message) is { Success: true } killed && killed.Groups[1].Value == name)
                ? "was killed because memory ran out"
            : messages.FindLast(message => Denied().IsMatch(message) && message.Contains(name, StringComparison.Ordinal)) is { } denied
                ? $"ended after it was denied something: {(denied.Length > LongestLine ? denied[..LongestLine] + "…" : denied)}"
            : null;
    }

    /// <summary>A time, a level in brackets, numbers of processes and connections, at the beginning of a line.</summary>
    [GeneratedRegex(
        @"^(?:\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d\S*\s+)?(?:\[\w+\]\s+)?(?:\d+#\d+:\s+)?(?:\*\d+\s+)?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Preamble();

    [GeneratedRegex(@"Killed process \d+ \(([^)]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Killed();

    [GeneratedRegex("apparmor=\"DENIED\"|avc: +denied", RegexOptions.CultureInvariant)]
    private static partial Regex Denied();
}

/// <summary>Data: <c>missing</c>, names of what does not run; <c>port</c>, who has it.</summary>
internal sealed class ServiceNeeds : ICheck
{
    public string Id => Catalog.ServiceNeeds;

    public IReadOnlyList<Right> Rights => [Right.Processes];

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        var missing = services.Missing(service.Name).ToList();
        // systemd keeps the port of a service that it wakes; that is no other program's.
        var taken =
            call.With.TryGetValue("port", out var port)
            && service.State is ServiceState.Stopped
            && !(await site.Host.Services.DetailAsync(service.Name, cancellationToken) is { TriggeredBy: var wakes } && wakes.Any(IsSocket))
                ? await site.Host.Machine.ListenerAsync(int.Parse(port), cancellationToken)
                : null;
        string[] found =
        [
            missing.Count > 0
                ? $"{service.Name} needs {string.Join(", ", missing)}, which {(missing.Count == 1 ? "does" : "do")} not run"
                : "",
            taken is not null ? $"its port {port} is taken by {taken}" : "",
        ];
        var said = string.Join("; ", found.Where(text => text.Length > 0));
        return Finding.Of(
            Finding.When(said.Length == 0),
            said.Length == 0 ? $"{service.Name} has what it needs." : $"{said}.",
            ("missing", string.Join(',', missing)),
            ("port", taken ?? "")
        );
    }

    private static bool IsSocket(string unit) => unit.EndsWith(".socket", StringComparison.Ordinal);
}

/// <summary>The policy's own test of a service's settings. Data: <c>said</c>.</summary>
internal sealed class ConfigChecks : ICheck
{
    public string Id => Catalog.ConfigChecks;

    public IReadOnlyList<Right> Rights => [Right.Programs];

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = call.With["service"];
        if (await site.Host.Services.TestSettingsAsync(service, cancellationToken) is not { } result)
        {
            return Finding.Of(
                Verdict.Unknown,
                $"How the settings of {service} are tested is not known; the relay's policy may name 'check' for it."
            );
        }

        return Finding.Of(
            result.ExitCode is null ? Verdict.Unknown : Finding.When(result.ExitCode == 0),
            result.ExitCode == 0 ? $"{service} takes its settings."
                : result.ExitCode is null ? $"The test of its settings did not end: {result.Said}"
                : $"{service} does not take its settings: {result.Said}",
            ("said", result.Said)
        );
    }
}
