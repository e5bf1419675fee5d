using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Faults;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Postfix;

/// <summary>Plants causes as an administrator meets them, and does what people do about them at the server's own console.</summary>
internal sealed class PostfixFaults(PostfixInstance instance, Record record, TimeProvider time)
{
    private const int FloodMessages = 150,
        TightLimit = 2,
        MostLooks = 100;

    /// <summary>So much stays free on a full queue: less than Postfix wants for one message.</summary>
    private const long Left = PostfixSettings.LargestMessage;

    private static readonly TimeSpan Month = TimeSpan.FromDays(30),
        Look = TimeSpan.FromMilliseconds(100);

    private readonly PostfixFolder folder = instance.Folder;
    private readonly IdleClients idle = new(instance.Folder.MailPort, time);

    public PlantedFaults Planted { get; } = new(instance.Folder.State);

    /// <summary>Throws where one of them is not known.</summary>
    public static void Check(IEnumerable<string> faults) => _ = faults.Select(FaultName.Parse).ToList();

    public async Task PlantAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var faults = names.Select(FaultName.Parse).ToList();
        if (faults.Any(fault => fault.FillsVolume) && (instance.Spool.Refused ?? instance.LogVolume.Refused) is { } refused)
        {
            throw new SkippedException(refused);
        }

        foreach (var (name, fault) in names.Zip(faults).OrderByDescending(fault => fault.Second.SendsMail))
        {
            record.Write(Record.Console, "fault.plant", name);
            await PlantAsync(fault, cancellationToken);
            Planted.Add(name);
        }
    }

    public async Task DoAsync(string action, CancellationToken cancellationToken)
    {
        record.Write(Record.Console, $"console.{action}", folder.Service);
        switch (action)
        {
            case "start":
                await instance.Process.StartAsync();
                break;
            case "stop":
                await File.WriteAllTextAsync(folder.WasStopped, "", cancellationToken);
                await instance.Process.EndAsync();
                break;
            case "restart-filter":
                await instance.Process.EndFilterAsync();
                await instance.Process.StartFilterAsync();
                break;
            case "mend-settings":
                folder.WriteSettings();
                await ReloadAsync();
                break;
            case "renew-certificate":
                instance.Certificate.Renew();
                await ReloadAsync();
                break;
            case "copy-into-jail":
                folder.FillJail();
                await ReloadAsync();
                await FlushAsync(cancellationToken);
                break;
            case "remove-old-files":
                Directory.Delete(folder.Old, recursive: true);
                break;
            case "mend-destination":
                await instance.Sink.OpenAsync();
                break;
            case "flush":
                await FlushAsync(cancellationToken);
                break;
            default:
                throw new BadHttpRequestException(
                    $"There is no console action '{action}'. Actions are start, stop, restart-filter, mend-settings, renew-certificate, "
                        + "copy-into-jail, remove-old-files, mend-destination, flush."
                );
        }
    }

    /// <summary>What a fault needs somebody outside to go on with.</summary>
    public Task GoOnAsync(CancellationToken cancellationToken) =>
        Planted.Has("limit") ? idle.StayAsync(TightLimit, cancellationToken) : Task.CompletedTask;

    private async Task PlantAsync(FaultName fault, CancellationToken cancellationToken)
    {
        var old = time.GetUtcNow() - Month;
        switch (fault.Kind)
        {
            case "disk":
                instance.Spool.Fill(folder.Old, Left, old);
                break;
            case "inodes":
                instance.Spool.FillWithFiles(folder.Old, old);
                break;
            case "log":
                instance.LogVolume.Fill(folder.Logs, 0, old);
                break;
            case "config":
                await SetAsync("smtpd_client_restrictions = permit_mynetwork, reject");
                break;
            case "verbose":
                await SetAsync("debug_peer_list = 127.0.0.1");
                break;
            case "limit":
                await SetAsync($"default_process_limit = {TightLimit}");
                _ = idle.StayAsync(TightLimit, cancellationToken);
                break;
            case "flood":
                await instance.Postman.FloodAsync(FloodMessages, cancellationToken);
                break;
            case "destination":
                instance.Sink.Close();
                break;
            case "chroot-dns":
                await StaleJailAsync();
                break;
            case "certificate":
                instance.Certificate.Expire();
                await ReloadAsync();
                break;
            default:
                await SendBadAsync(fault, cancellationToken);
                break;
        }
    }

    /// <summary>The first one, then good mail, then each further one with good mail behind it.</summary>
    private async Task SendBadAsync(FaultName fault, CancellationToken cancellationToken)
    {
        var defects = DefectTable
            .Stopping.Where(defect => (defect.Effect == DefectEffect.Hang) == (fault.Kind == FaultName.Hang))
            .ToArray();
        for (var n = 0; n < fault.Count; n++)
        {
            await instance.Postman.SendAsync(defects[n % defects.Length], cancellationToken);
            await instance.Postman.SendAsync(cancellationToken);
        }
    }

    private async Task SetAsync(string line)
    {
        var further = (await File.ReadAllTextAsync(folder.Main))
            .Split('\n')
            .SkipWhile(text => !text.StartsWith("scan_initial", StringComparison.Ordinal))
            .Skip(1);
        folder.WriteSettings([.. further.Where(text => text.Length > 0), line]);
        await ReloadAsync();
    }

    /// <summary>Copies of a time when the machine stood in another network.</summary>
    private async Task StaleJailAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Queue, "etc", "hosts"), "127.0.1.1 old-name\n");
        await File.WriteAllTextAsync(
            Path.Combine(folder.Queue, "etc", "resolv.conf"),
            "nameserver 192.0.2.53\noptions timeout:1 attempts:1\n"
        );
        await ReloadAsync();
    }

    /// <summary>Until all that was put off is being tried: from then on it has another reason to wait, or none.</summary>
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var before = instance.Queue.PutOff();
        await PostfixPackage.AskAsync("/usr/sbin/postqueue", "-c", folder.Settings, "-f");
        for (var looks = 0; looks < MostLooks && before.Overlaps(instance.Queue.PutOff()); looks++)
        {
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private Task ReloadAsync() => instance.Process.Master is null ? Task.CompletedTask : instance.Process.ReloadAsync();
}
