using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Nginx;

/// <summary>Plants causes, and does what people do about them at the server's own console.</summary>
internal sealed class NginxFaults(NginxFolder folder, NginxProcess nginx, NginxCertificates certificates, Record record)
{
    public static readonly IReadOnlyList<string> Names = ["killed", "hung", "config", "certificate"];

    private readonly string path = Path.Combine(folder.State, "faults.json");
    private readonly List<string> planted = LabJson.Load<List<string>>(Path.Combine(folder.State, "faults.json")) ?? [];

    public IReadOnlyList<string> Planted => [.. planted];

    /// <summary>Throws where one of them is not known.</summary>
    public static void Check(IEnumerable<string> faults)
    {
        if (faults.FirstOrDefault(fault => !Names.Contains(fault)) is { } unknown)
        {
            throw new BadHttpRequestException($"There is no fault '{unknown}'. Faults are {string.Join(", ", Names)}.");
        }
    }

    public async Task PlantAsync(IReadOnlyList<string> faults)
    {
        Check(faults);
        foreach (var fault in faults)
        {
            record.Write(Record.Console, "fault.plant", fault);
            await PlantAsync(fault);
            if (!planted.Contains(fault))
            {
                planted.Add(fault);
                LabJson.Save(path, planted);
            }
        }
    }

    public async Task DoAsync(string action)
    {
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
            case "renew-certificate":
                certificates.Renew();
                break;
            default:
                throw new BadHttpRequestException(
                    $"There is no console action '{action}'. Actions are start, stop, mend-settings, renew-certificate."
                );
        }
    }

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
            case "certificate":
                certificates.Expire();
                await nginx.AskAsync("-s", "reload");
                break;
        }
    }
}
