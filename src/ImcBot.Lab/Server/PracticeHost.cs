using ImcBot.Lab.Server.Faults;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Server;

/// <summary>
/// The practice host with everything it consists of. Its whole state lies below the root folder, so it goes on where it was after a
/// restart.
/// </summary>
internal sealed class PracticeHost : IDisposable
{
    /// <summary>A Windows server has no other that would stand for it.</summary>
    public const int RealPort = 25;

    private readonly ServerOptions options;
    private readonly ServiceHost serviceHost;
    private readonly MessageLedger ledger;
    private readonly MailSource source;
    private readonly Spooler spooler;
    private readonly string state;

    public PracticeHost(ServerOptions options, TimeProvider time)
    {
        (this.options, Time) = (options, time);
        state = Path.Combine(Path.GetFullPath(options.Root), "state");
        Directory.CreateDirectory(state);
        Drives = new Drives(options.Root);
        Registry = new Registry(state);
        Events = new EventLog(state, time);
        Record = new Record(state, time);
        SmtpPort = options.Wine is null ? ChoosePort() : RealPort;
        ledger = new MessageLedger(state);
        source = new MailSource(options.Mail, options.Seed);
        spooler = new Spooler(Drives, ledger, source, options.Seed, time);
        serviceHost = new ServiceHost(state, Drives, Registry, Events, Record, SmtpPort, time) { Arrived = ledger.Arrive };
        Services = new ServiceManager(
            serviceHost,
            TimeSpan.FromSeconds(options.StopLimit),
            [.. ServiceDefinition.Installed, .. (options.Services ?? []).Select(name => new ServiceDefinition(name, name, null))]
        );
        Registry.Changed = Services.TellRegistry;
        Planter = new FaultPlanter(state, Drives, Registry, Services, spooler, Record, time);
        Console = new AdminConsole(Drives, Services, Record, time);
        Truth = new TruthFinder(Drives, Registry, ledger, Record, Planter.Planted);
        Files = new HostFiles(Drives, Record);
    }

    public TimeProvider Time { get; }

    public Drives Drives { get; }

    public Registry Registry { get; }

    public EventLog Events { get; }

    public Record Record { get; }

    public ServiceManager Services { get; }

    public HostFiles Files { get; }

    public FaultPlanter Planter { get; }

    public AdminConsole Console { get; }

    public TruthFinder Truth { get; }

    /// <summary>The loopback port that stands for TCP port 25.</summary>
    public int SmtpPort { get; }

    /// <summary>Sentences about message files that were not used.</summary>
    public IReadOnlyList<string> Skipped => source.Skipped;

    /// <summary>Installs a new root with its faults and mail; false when the root was used before.</summary>
    /// <exception cref="WindowsError">A fault's name is unknown.</exception>
    public bool Install()
    {
        var installed = Path.Combine(state, "installed.json");
        if (File.Exists(installed))
        {
            return false;
        }

        Installation.Create(Drives, Registry, Time.GetUtcNow());
        Planter.PlantBeforeStart(options.Faults ?? [], options.Count);
        LabJson.Save(installed, options);
        return true;
    }

    /// <summary>Runs services and mail senders until cancelled.</summary>
    public async Task RunAsync(bool isNew, CancellationToken cancellationToken)
    {
        var senders = new MailSenders(state, SmtpPort, source, ledger, spooler, Record, Time);
        var work = new List<Task> { senders.SendAsync(options.Arrivals, cancellationToken) };
        Planter.Poisoned = defect => _ = Task.Run(() => senders.PoisonAsync(defect, cancellationToken), cancellationToken);
        if (Planter.Planted.Has("poison"))
        {
            Planter.Poisoned(spooler.Draw(1)[0]);
        }

        work.Add(!isNew && serviceHost.WasRunning() is { } names ? ResumeAsync(names) : StartAllAsync());
        try
        {
            await Task.WhenAll(work);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The practice server ends.
        }
    }

    private async Task ResumeAsync(IReadOnlyList<string> names)
    {
        foreach (var service in Services.List().Where(service => names.Contains(service.Name)))
        {
            await Services.StartAndWaitAsync(service.Name, ServiceManager.Name);
        }
    }

    private async Task StartAllAsync()
    {
        foreach (var name in options.Services ?? [])
        {
            await Services.StartAndWaitAsync(name, ServiceManager.Name);
        }

        await Planter.StartServicesAsync();
    }

    public void Dispose()
    {
        Services.Dispose();
        Planter.Dispose();
        Events.Dispose();
        Record.Dispose();
        ledger.Dispose();
    }

    private int ChoosePort()
    {
        var file = Path.Combine(state, "port.json");
        if (LabJson.Load<List<int>>(file) is [var kept])
        {
            return kept;
        }

        var port = Ports.Free();
        LabJson.Save(file, new List<int> { port });
        return port;
    }
}
