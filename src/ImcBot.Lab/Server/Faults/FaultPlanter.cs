using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Server.Faults;

/// <summary>
/// Plants causes, never symptoms: the services then run into them and write their own events. Faults are <c>disk</c>, <c>log</c>,
/// <c>antivirus</c>, <c>message:K</c> (or <c>message:defect-id</c>), <c>threads</c>, <c>build</c>, <c>poison</c>.
/// </summary>
internal sealed class FaultPlanter(
    string state,
    Drives drives,
    Registry registry,
    ServiceManager services,
    Spooler spooler,
    Record record,
    TimeProvider time
) : IDisposable
{
    private const int StarvingThreads = 5;
    private const int LiveMessages = 20;

    private readonly SemaphoreSlim planting = new(1, 1);

    /// <summary>Called with the defect when the poison sender has to begin.</summary>
    public Action<Defect>? Poisoned { get; set; }

    public PlantedFaults Planted { get; } = new(state);

    /// <summary>Before the first start: the spool holds <paramref name="count"/> messages, the bad ones among them.</summary>
    public void PlantBeforeStart(IReadOnlyList<string> faults, int count)
    {
        var defects = Check(faults);
        Note(faults);
        spooler.Fill(Root, count, defects);
        Causes(faults);
    }

    /// <summary>Starts what a healthy server runs, and the antivirus when its fault is planted.</summary>
    public async Task StartServicesAsync()
    {
        if (Planted.Has("antivirus"))
        {
            await services.StartAndWaitAsync(Places.Antivirus, ServiceManager.Name);
        }

        await services.StartAndWaitAsync(Places.Imc, ServiceManager.Name);
    }

    /// <summary>On a live server: plants and lets further mail arrive, so that the mail service meets the cause at its next work.</summary>
    public async Task PlantAsync(IReadOnlyList<string> faults)
    {
        await planting.WaitAsync();
        try
        {
            await PlantOneByOneAsync(faults);
        }
        finally
        {
            planting.Release();
        }
    }

    private async Task PlantOneByOneAsync(IReadOnlyList<string> faults)
    {
        var defects = Check(faults);
        Note(faults);
        // These take effect at a start only; the scanner must be there before the mail service looks.
        if (faults.Any(fault => fault is "threads" or "build" or "log" or "antivirus"))
        {
            await services.StopTreeAsync(Places.Store, Record.Console);
        }

        Causes(faults);
        if (Planted.Has("antivirus"))
        {
            await services.StartAndWaitAsync(Places.Antivirus, Record.Console);
        }

        spooler.Fill(Root, Math.Max(LiveMessages, defects.Count), defects);
        await services.StartAndWaitAsync(Places.Imc, Record.Console);
    }

    public void Dispose() => planting.Dispose();

    private string Root => registry.Snapshot().Text(Places.ImcParameters, Places.RootDir)?.TrimEnd('\\') ?? Places.Imcdata;

    private void Causes(IReadOnlyList<string> faults)
    {
        foreach (var fault in faults)
        {
            record.Write(Record.Console, "fault.plant", fault);
            switch (fault)
            {
                case "disk":
                    Filler.Disk(drives, Root, time.GetUtcNow());
                    break;
                case "log":
                    registry.Set(Places.ImcDiagnostics, Places.ProtocolLog, 5);
                    Filler.Log(drives, Root, time.GetUtcNow());
                    break;
                case "antivirus":
                    registry.Set(Places.AntivirusKey, Places.Excluded, [@"C:\Exchsrvr\Mdbdata"]);
                    break;
                case "threads":
                    registry.Set(Places.StoreParameters, Places.MaxThreads, StarvingThreads);
                    break;
                case "build":
                    Installation.InstallProgram(drives, Places.StoreExe, Places.OldBuild);
                    break;
                case "poison":
                    Poisoned?.Invoke(spooler.Draw(1)[0]);
                    break;
            }
        }
    }

    // The bad messages that the faults bring, after every name has been checked.
    private List<Defect> Check(IReadOnlyList<string> faults)
    {
        var defects = new List<Defect>();
        foreach (var fault in faults)
        {
            if (fault.StartsWith("message:", StringComparison.Ordinal))
            {
                var what = fault["message:".Length..];
                defects.AddRange(
                    int.TryParse(what, out var count) && count is > 0 and <= 1000 ? spooler.Draw(count) : [DefectTable.ById(what)]
                );
            }
            else if (fault == "build")
            {
                defects.Add(DefectTable.ById(DefectTable.FixedByHotfix));
            }
            else if (fault is not ("disk" or "log" or "antivirus" or "threads" or "poison"))
            {
                throw WindowsError.Bad($"There is no fault '{fault}'. Faults are disk, log, antivirus, message:K, threads, build, poison.");
            }
        }

        return defects;
    }

    private void Note(IEnumerable<string> faults)
    {
        foreach (var fault in faults)
        {
            Planted.Add(fault);
        }
    }
}
