using System.Globalization;
using ImcBot.Lab.Server.Faults;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Nginx;

/// <summary>Plants causes, and does what people do about them at the server's own console.</summary>
internal sealed class NginxFaults(NginxFolder folder, NginxProcess nginx, NginxCertificates certificates, Record record) : IDisposable
{
    /// <summary>People do not want it to run: nothing is to be done about that.</summary>
    public const string Disabled = "disabled";

    private const string LogFull = "log-full";

    public static readonly IReadOnlyList<string> Names = ["killed", "hung", "config", "port-taken", LogFull, "certificate", Disabled];

    private static readonly IReadOnlyList<string> Actions =
    [
        "start",
        "stop",
        "mend-settings",
        "free-port",
        "renew-certificate",
        "switch-on",
    ];

    private readonly LogVolume volume = new(folder.Logs);
    private readonly PortThief thief = new(folder.WebPort);

    public PlantedFaults Planted { get; } = new(folder.State);

    /// <summary>
    /// Throws <see cref="BadHttpRequestException"/> where one of them is not known, and <see cref="SkippedException"/> where this machine
    /// cannot have it.
    /// </summary>
    public static void Check(IReadOnlyList<string> faults)
    {
        if (faults.FirstOrDefault(fault => !Names.Contains(fault)) is { } unknown)
        {
            throw new BadHttpRequestException($"There is no fault '{unknown}'. Faults are {string.Join(", ", Names)}.");
        }

        if (faults.Contains(LogFull))
        {
            LogVolume.Demand();
        }
    }

    public async Task PlantAsync(IReadOnlyList<string> faults)
    {
        Check(faults);
        foreach (var fault in faults)
        {
            record.Write(Record.Console, "fault.plant", fault);
            await PlantAsync(fault);
            Planted.Add(fault);
        }
    }

    public async Task DoAsync(string action)
    {
        if (!Actions.Contains(action))
        {
            throw new BadHttpRequestException($"There is no console action '{action}'. Actions are {string.Join(", ", Actions)}.");
        }

        record.Write(Record.Console, $"console.{action}", NginxFolder.Service);
        switch (action)
        {
            case "start":
                await nginx.AskAsync();
                break;
            case "stop":
                await nginx.AskAsync("-s", "quit");
                break;
            case "mend-settings":
                folder.WriteSettings();
                break;
            case "free-port":
                await thief.GiveBackAsync();
                break;
            case "renew-certificate":
                certificates.Renew();
                break;
            case "switch-on":
                File.Delete(folder.SwitchedOff);
                break;
        }
    }

    /// <summary>Takes away what outlives nginx.</summary>
    public async Task CloseAsync()
    {
        await thief.GiveBackAsync();
        volume.Unmount();
    }

    public void Dispose() => thief.Dispose();

    private async Task PlantAsync(string fault)
    {
        switch (fault)
        {
            case "killed":
                await nginx.KillAsync();
                break;
            case "hung":
                nginx.Halt();
                break;
            case "config":
                folder.WriteSettings("serve everything;");
                await nginx.KillAsync();
                break;
            case "port-taken":
                await nginx.KillAsync();
                await thief.TakeAsync();
                record.Write(
                    Record.Console,
                    "fault.port",
                    folder.WebPort.ToString(CultureInfo.InvariantCulture),
                    $"taken by process {thief.Id}"
                );
                break;
            case LogFull:
                // Somebody has deleted the log that filled the volume, and nginx still writes to it.
                volume.Mount();
                await nginx.ReloadAsync();
                LogVolume.Fill(folder.AccessLog);
                File.Delete(folder.AccessLog);
                break;
            case "certificate":
                certificates.Expire();
                await nginx.AskAsync("-s", "reload");
                break;
            case Disabled:
                await File.WriteAllTextAsync(folder.SwitchedOff, "");
                await nginx.QuitAsync();
                break;
        }
    }
}
