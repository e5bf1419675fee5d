using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions.Checks;

/// <summary>Q317653 resolution 3. Data: <c>product</c>, <c>service</c>, <c>excluded</c>.</summary>
internal sealed class AntivirusState : ICheck
{
    public string Id => "antivirus.state";

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var path = call.With["path"];
        if (await Antivirus.FindAsync(site, cancellationToken) is not { } found)
        {
            return Finding.Of(Verdict.Clear, "No antivirus software that is known runs here.", ("product", ""), ("service", ""), ("excluded", "false"));
        }

        var excluded = await Antivirus.ExcludesAsync(site, found.Product, path, cancellationToken);
        var verdict = excluded || !(found.ServiceRuns || found.DriverRuns) ? Verdict.Clear : found.ServiceRuns ? Verdict.Finding : Verdict.Unknown;
        var said = excluded ? $"{found.Product.Name} leaves {path} alone."
            : found.ServiceRuns ? $"{found.Product.Name} runs and {path} is not excluded."
            : found.DriverRuns ? $"{found.Product.Name} is stopped, but its driver {found.Driver} is still loaded (Q240309)."
            : $"{found.Product.Name} is installed and stopped.";
        return Finding.Of(verdict, said, ("product", found.Product.Name), ("service", found.Product.Service), ("excluded", excluded ? "true" : "false"));
    }
}

/// <summary>An antivirus product for file systems.</summary>
/// <param name="ExclusionKey">Registry key of its list of excluded folders, or null when it has none that is documented.</param>
internal sealed record AntivirusProduct(string Name, string Service, IReadOnlyList<string> Drivers, string? ExclusionKey, string? ExclusionValue);

/// <summary>What was found of a product.</summary>
internal sealed record AntivirusFound(AntivirusProduct Product, bool ServiceRuns, string? Driver, bool DriverRuns);

/// <summary>Known antivirus products and how to tell that they run.</summary>
internal static class Antivirus
{
    private static readonly IReadOnlyList<AntivirusProduct> Known =
    [
        new("NetShield", "McShield", ["NaiFiltr", "NaiFsRec"],
            @"HKLM\SOFTWARE\Network Associates\TVD\On Access Scanner\Configuration", "ExcludedItems"),
        new("InocuLAN", "InoRT", ["INO_FLPY", "INO_Fltr"], null, null),
        new("Norton AntiVirus", "NAVAP", ["NAVAP", "NAVENG", "NAVEX15", "symevent"], null, null),
        new("GroupShield", "AVExch32Service", [], null, null),
    ];

    /// <summary>The first known product whose service or driver is there; one that runs comes before one that is stopped.</summary>
    public static async Task<AntivirusFound?> FindAsync(Site site, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var drivers = await site.Host.Programs.DriversAsync(cancellationToken);
        var found = Known.Select(product =>
        {
            var service = services.Find(product.Service);
            var driver = drivers.FirstOrDefault(candidate => product.Drivers.Contains(candidate.Name, StringComparer.OrdinalIgnoreCase));
            return service is null && driver is null
                ? null
                : new AntivirusFound(product, service is { State: not ServiceState.Stopped }, driver?.Name, driver is { Running: true });
        }).OfType<AntivirusFound>();
        return found.OrderByDescending(product => (product.ServiceRuns ? 2 : 0) + (product.DriverRuns ? 1 : 0)).FirstOrDefault();
    }

    public static async Task<bool> ExcludesAsync(Site site, AntivirusProduct product, string path, CancellationToken cancellationToken) =>
        product.ExclusionKey is not null
        && (await site.ValueAsync(product.ExclusionKey, product.ExclusionValue!, cancellationToken))?.Lines.Any(folder => WindowsPath.IsWithin(path, folder)) == true;
}
