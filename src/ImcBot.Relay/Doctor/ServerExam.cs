using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Session;

namespace ImcBot.Relay.Doctor;

/// <summary>What the relay needs of the server, each right and each way in by itself. Only reads.</summary>
internal sealed class ServerExam(Site site, RelayOptions options)
{
    private static readonly TimeSpan MostApart = TimeSpan.FromMinutes(2);

    public IReadOnlyList<(string What, Func<CancellationToken, Task<Diagnosis>> Look)> Looks =>
    [
        ("name", NameAsync), ("services", ServicesAsync), ("registry", RegistryAsync), ("events", EventsAsync), ("shares", SharesAsync), ("imcdata", ImcdataAsync),
        ("clock", ClockAsync), ("port", PortAsync),
    ];

    private Task<Diagnosis> NameAsync(CancellationToken cancellationToken) => Task.FromResult(
        Membership.Read(options.MembershipFile) is { } membership && !string.Equals(membership.Host, site.Host.Name, StringComparison.OrdinalIgnoreCase)
            ? Diagnosis.Bad("name", $"the relay is enrolled for {membership.Host}, and this is {site.Host.Name}; set host:name, or enrol again.")
            : Diagnosis.Good("name", site.Host.Name));

    private async Task<Diagnosis> ServicesAsync(CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        return services.Find(Site.ImcService) is not { } imc
            ? Diagnosis.Bad("services", $"{site.Host.Name} has no service {Site.ImcService}; is it the mail server, and is the Internet Mail Service installed?")
            : services.Find(Site.StoreService) is not { } store
                ? Diagnosis.Bad("services", $"{site.Host.Name} has no service {Site.StoreService}; the Internet Mail Service cannot run without it.")
                : Diagnosis.Good("services", $"{imc.Name} is {Words.Of(imc.State)}, {store.Name} {Words.Of(store.State)}");
    }

    private async Task<Diagnosis> RegistryAsync(CancellationToken cancellationToken) =>
        await site.ValueAsync(Site.ImcParameters, "RootDir", cancellationToken) is { } root
            ? Diagnosis.Good("registry", $"RootDir is {root.Text}")
            : Diagnosis.Bad("registry", $"{Site.ImcParameters} has no RootDir, so the relay cannot tell where the mail is. Look at the key on {site.Host.Name}.");

    private async Task<Diagnosis> EventsAsync(CancellationToken cancellationToken) =>
        Diagnosis.Good("events", $"the Application log can be read; its newest entry is {await site.NewestEventAsync(cancellationToken)}");

    private async Task<Diagnosis> SharesAsync(CancellationToken cancellationToken)
    {
        var volume = WindowsPath.Volume(await site.ImcdataAsync(cancellationToken));
        var volumes = await site.Host.Volumes.ListAsync(cancellationToken);
        return volumes.FirstOrDefault(there => WindowsPath.Same(there.Name, volume)) is { } found
            ? Diagnosis.Good("shares", $"{found.Name} has {Words.Bytes(found.Free)} free; volumes: {string.Join(' ', volumes.Select(there => there.Name))}")
            : Diagnosis.Bad("shares", $@"{site.Host.Name} does not share {volume}: the administrative share {volume[0]}$ is off or was removed. Put it back (net share {volume[0]}$={volume}\).");
    }

    private async Task<Diagnosis> ImcdataAsync(CancellationToken cancellationToken)
    {
        var imcdata = await site.ImcdataAsync(cancellationToken);
        var entries = await site.Host.Files.ListAsync(imcdata, "*", recursive: false, cancellationToken);
        return entries is null ? Diagnosis.Bad("imcdata", $"RootDir is wrong: it names {imcdata}, and there is no such folder on {site.Host.Name}.")
            : await site.Host.Files.ListAsync(WindowsPath.Join(imcdata, "In"), "*", recursive: false, cancellationToken) is not { } spool
                ? Diagnosis.Bad("imcdata", $"RootDir is wrong: {imcdata} has no folder In; it is not the folder of the Internet Mail Service.")
                : Diagnosis.Good("imcdata", $"{imcdata}, {Words.Count(spool.Count(file => !file.Folder), "message")} in In");
    }

    private async Task<Diagnosis> ClockAsync(CancellationToken cancellationToken)
    {
        var apart = TimeSpan.FromMicroseconds(Math.Abs(Clock.Micros(site.Time.GetUtcNow()) - await site.Host.Machine.TimeAsync(cancellationToken)));
        return apart < MostApart
            ? Diagnosis.Good("clock", $"server and relay are {apart.TotalSeconds:0} s apart")
            : Diagnosis.Bad("clock", $"the clocks of {site.Host.Name} and this host are {apart.TotalMinutes:0} minutes apart; set the one that is wrong (net time), or ages of files and order of events mislead.");
    }

    private async Task<Diagnosis> PortAsync(CancellationToken cancellationToken)
    {
        var runs = (await site.Host.Services.ListAsync(cancellationToken)).Find(Site.ImcService) is { State: ServiceState.Running };
        var greeting = await site.Host.Machine.GreetingAsync(25, cancellationToken);
        return greeting is not null ? Diagnosis.Good("port", "25 answers")
            : runs ? Diagnosis.Bad("port", $"{Site.ImcService} runs and port 25 of {site.Host.Name} does not answer from here; look at the firewall between, the relay needs it to see whether mail is taken.")
            : Diagnosis.Good("port", "25 is closed, and the service that opens it does not run");
    }
}
