namespace ImcBot.Lab.Server.Host;

/// <summary>What an administrator does at the server's own console.</summary>
internal sealed class AdminConsole(Drives drives, ServiceManager services, Record record, TimeProvider time)
{
    private const string Reboot = "console.reboot";

    public async Task DoAsync(string action, string? name)
    {
        record.Write(Record.Console, $"console.{action}", name ?? "");
        switch (action)
        {
            case "install-store-hotfix":
                await InstallHotfixAsync();
                break;
            case "remove-programs":
                foreach (var program in Installation.Programs(drives, time.GetUtcNow()))
                {
                    Directory.Delete(drives.Real(program.Folder), recursive: true);
                    record.Write(Record.Console, "program.remove", program.Name);
                }

                break;
            case "start-service":
                services.Start(Named(name), Record.Console);
                break;
            case "stop-service":
                services.Stop(Named(name), Record.Console);
                break;
            case "fail-service":
                services.Fail(Named(name));
                break;
            case "reboot":
                await RebootAsync();
                break;
            default:
                throw WindowsError.Bad(
                    $"There is no console action '{action}'. Actions are install-store-hotfix, remove-programs, start-service, "
                        + "stop-service, fail-service, reboot."
                );
        }
    }

    /// <summary>A filter driver stays loaded when its service stops (Q240309); only a reboot without the service unloads it.</summary>
    public bool DriverLoaded() =>
        record.After(0).LastOrDefault(entry => entry.What == Reboot || entry is { What: Record.Running, Target: Places.Antivirus })?.What
        == Record.Running;

    // As the hotfix's installer does: Exchange is stopped, the file replaced, the store started; the mail service is left to the
    // administrator.
    private async Task InstallHotfixAsync()
    {
        await services.StopTreeAsync(Places.Store, Record.Console);
        Installation.InstallProgram(drives, Places.StoreExe, Places.HotfixBuild);
        record.Write(Record.Console, "file.write", Places.StoreExe, Places.HotfixBuild);
        await services.StartAndWaitAsync(Places.Store, Record.Console);
    }

    private async Task RebootAsync()
    {
        var scanned = services[Places.Antivirus].State == ServiceState.Running;
        await services.StopTreeAsync(Places.Antivirus, Record.Console);
        await services.StopTreeAsync("MSExchangeSA", Record.Console);
        if (scanned)
        {
            await services.StartAndWaitAsync(Places.Antivirus, ServiceManager.Name);
        }

        await services.StartAndWaitAsync(Places.Imc, ServiceManager.Name);
    }

    private static string Named(string? name) => name ?? throw WindowsError.Bad("This action needs ?name= with the service's name.");
}
