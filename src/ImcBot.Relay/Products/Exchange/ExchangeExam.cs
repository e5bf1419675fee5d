using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>What the relay needs of an Exchange server, each right and each way in by itself. Only reads.</summary>
internal static class ExchangeExam
{
    public static IReadOnlyList<(string What, Func<Site, CancellationToken, Task<Diagnosis>> Look)> Looks { get; } =
    [("services", ServicesAsync), ("registry", RegistryAsync), ("shares", SharesAsync), ("imcdata", ImcdataAsync), ("port", PortAsync)];

    private static async Task<Diagnosis> ServicesAsync(Site site, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        return services.Find(Installation.ImcService) is not { } imc
                ? Diagnosis.Bad(
                    "services",
                    $"{site.Host.Name} has no service {Installation.ImcService}; is it the mail server, and is the Internet Mail "
                        + "Service installed?"
                )
            : services.Find(Installation.StoreService) is not { } store
                ? Diagnosis.Bad(
                    "services",
                    $"{site.Host.Name} has no service {Installation.StoreService}; the Internet Mail Service cannot run without it."
                )
            : Diagnosis.Good("services", $"{imc.Name} is {Words.Of(imc.State)}, {store.Name} {Words.Of(store.State)}");
    }

    private static async Task<Diagnosis> RegistryAsync(Site site, CancellationToken cancellationToken) =>
        await site.ValueAsync(Installation.ImcParameters, "RootDir", cancellationToken) is { } root
            ? Diagnosis.Good("registry", $"RootDir is {root.Text}")
            : Diagnosis.Bad(
                "registry",
                $"{Installation.ImcParameters} has no RootDir, so the relay cannot tell where the mail is. Look at the key on "
                    + $"{site.Host.Name}."
            );

    private static async Task<Diagnosis> SharesAsync(Site site, CancellationToken cancellationToken)
    {
        var volume = PathGrammar.Windows.Volume(await site.ImcdataAsync(cancellationToken));
        var volumes = await site.Host.Volumes.ListAsync(cancellationToken);
        return volumes.FirstOrDefault(there => PathGrammar.Windows.Same(there.Name, volume)) is { } found
            ? Diagnosis.Good(
                "shares",
                $"{found.Name} has {Words.Bytes(found.Free)} free; volumes: {string.Join(' ', volumes.Select(there => there.Name))}"
            )
            : Diagnosis.Bad(
                "shares",
                $@"{site.Host.Name} does not share {volume}: the administrative share {volume[0]}$ is off or was removed. "
                    + $@"Put it back (net share {volume[0]}$={volume}\)."
            );
    }

    private static async Task<Diagnosis> ImcdataAsync(Site site, CancellationToken cancellationToken)
    {
        var imcdata = await site.ImcdataAsync(cancellationToken);
        var entries = await site.Host.Files.ListAsync(imcdata, "*", recursive: false, cancellationToken);
        return entries is null
                ? Diagnosis.Bad("imcdata", $"RootDir is wrong: it names {imcdata}, and there is no such folder on {site.Host.Name}.")
            : await site.Host.Files.ListAsync(PathGrammar.Windows.Join(imcdata, "In"), "*", recursive: false, cancellationToken)
                is not { } spool
                ? Diagnosis.Bad(
                    "imcdata",
                    $"RootDir is wrong: {imcdata} has no folder In; it is not the folder of the Internet Mail Service."
                )
            : Diagnosis.Good("imcdata", $"{imcdata}, {Words.Count(spool.Count(file => !file.Folder), "message")} in In");
    }

    private static async Task<Diagnosis> PortAsync(Site site, CancellationToken cancellationToken)
    {
        var runs = (await site.Host.Services.ListAsync(cancellationToken)).Find(Installation.ImcService) is { State: ServiceState.Running };
        var greeting = await site.Host.Machine.GreetingAsync(25, cancellationToken);
        return greeting is not null ? Diagnosis.Good("port", "25 answers")
            : runs
                ? Diagnosis.Bad(
                    "port",
                    $"{Installation.ImcService} runs and port 25 of {site.Host.Name} does not answer from here; look at the "
                        + "firewall between, the relay needs it to see whether mail is taken."
                )
            : Diagnosis.Good("port", "25 is closed, and the service that opens it does not run");
    }
}
