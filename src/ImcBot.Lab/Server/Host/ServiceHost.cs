using System.Security.Cryptography;
using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.Host;

/// <summary>What the service control manager needs of the rest of the practice host.</summary>
internal sealed class ServiceHost(
    string state,
    Drives drives,
    Registry registry,
    EventLog events,
    Record record,
    int smtpPort,
    TimeProvider time
)
{
    /// <summary>ESE error -529 (log disk full) as an unsigned service-specific code (Q246272).</summary>
    private const long LogDiskFull = 4294966767;

    private readonly string running = Path.Combine(state, "services.json");

    public Drives Drives => drives;

    public Registry Registry => registry;

    public Record Record => record;

    public TimeProvider Time => time;

    /// <summary>Known only to this server and its processes; guards the store's port.</summary>
    public string Secret { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Told of every message that arrives over SMTP: token, spool name, SHA-256 of the file.</summary>
    public Action<string, string, string>? Arrived { get; set; }

    public ChildSettings SettingsFor(int storePort) => new(drives.Root, registry.Snapshot(), smtpPort, storePort);

    public IReadOnlyList<string>? WasRunning() => LabJson.Load<List<string>>(running);

    public void NoteRunning(IReadOnlyList<string> names) => LabJson.Save(running, names);

    public void Handle(string service, ChildProcess child, ChildReport report)
    {
        switch (report.Kind)
        {
            case ReportKind.AskFree:
                child.Order(new ChildOrder(OrderKind.Free, Free: Drives.Free(report.Target!)));
                break;
            case ReportKind.Event:
                events.Write(report.Event!);
                break;
            case ReportKind.Change:
                record.Write($"service {service}", report.What!, report.Target!, report.Detail);
                break;
            case ReportKind.Arrived:
                Arrived?.Invoke(report.Detail!, report.Target!, report.What!);
                break;
        }
    }

    /// <summary>Writes what a service reports that cannot go on, and gives its exit codes.</summary>
    public (int ExitCode, long ServiceCode) Fail(string service)
    {
        record.Write(ServiceManager.Name, Record.Died, service, "cannot go on");
        events.Write(new EventReport(service, "General", EventType.Error, 7001, $"{service} cannot go on and ends.", []));
        return (WindowsError.TerminatedUnexpectedly, 0);
    }

    /// <summary>Writes what NT itself reports about an unexpected end, and gives the Win32 and service-specific exit codes.</summary>
    public (int ExitCode, long ServiceCode) Explain(string service, int processCode)
    {
        switch (processCode)
        {
            case ChildExit.Stopped:
                return (0, 0);
            case ChildExit.FatalError:
                return (WindowsError.InternalError, 0);
            case ChildExit.DiskFull:
                events.Write(SystemEvents.ServiceSpecific(service, LogDiskFull));
                return (WindowsError.ServiceSpecific, LogDiskFull);
            default:
                record.Write(ServiceManager.Name, Record.Died, service, $"process exit code {processCode}");
                events.Write(SystemEvents.DrWatson(service));
                events.Write(SystemEvents.Terminated(service));
                return (WindowsError.TerminatedUnexpectedly, 0);
        }
    }
}
