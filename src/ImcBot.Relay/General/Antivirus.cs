using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>An antivirus product of the time of NT 4.0. Vendors' names that no article gives are not guessed.</summary>
/// <param name="Services">Names of its services; one that ends in * is the beginning of a name.</param>
/// <param name="Drivers">Its filter drivers, which stay loaded when the services stop (Q240309).</param>
/// <param name="Exclusion">Where it keeps what it leaves alone, or null when no article tells.</param>
internal sealed record AntivirusProduct(
    string Name,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Drivers,
    Exclusion? Exclusion = null
);

/// <summary>A list in the registry of what a product leaves alone: folders, or the programs whose files it does not scan.</summary>
internal sealed record Exclusion(string Key, string Value, bool OfPrograms = false);

/// <summary>What was found of a product.</summary>
/// <param name="Service">Its service, one that runs before one that does not; empty when it has none.</param>
/// <param name="Driver">Its filter driver, a loaded one before one that is not, or null.</param>
internal sealed record AntivirusFound(
    AntivirusProduct Product,
    string Service,
    bool ServiceRuns,
    string? Driver,
    bool DriverRuns,
    bool Excluded
)
{
    /// <summary>How much it may do to the folder: a running service most, then a loaded driver; an exclusion ends both.</summary>
    public int Threat =>
        Excluded ? 0
        : ServiceRuns ? 2
        : DriverRuns ? 1
        : 0;
}

/// <summary>Known antivirus products and how to tell that they run (Q240309 and the articles beside each).</summary>
internal static class Antivirus
{
    public static readonly IReadOnlyList<AntivirusProduct> Known =
    [
        // Q299521
        new(
            "NetShield",
            ["McShield"],
            ["NaiFiltr", "NaiFsRec"],
            new(@"HKLM\SOFTWARE\Network Associates\TVD\On Access Scanner\Configuration", "ExcludedItems")
        ),
        // Q195919
        new(
            "InocuLAN",
            [],
            ["INO_FLPY", "INO_Fltr"],
            new(@"HKLM\SOFTWARE\Cheyenne\InocuLAN\CurrentVersion\Filter", "xProcess", OfPrograms: true)
        ),
        // Q322311
        new("Norton AntiVirus", [], ["NAVAP", "NAVENG", "NAVEX15", "symevent"]),
        // Q271758, Q296879
        new("GroupShield", ["AVExch32Service", "AVUPDService", "AlertManager"], []),
        // Q250500
        new("Antigen", ["Antigen*"], []),
    ];

    /// <summary>Every known product whose service or driver is there, the greatest threat to a folder first.</summary>
    public static async Task<IReadOnlyList<AntivirusFound>> FindAsync(Site site, string path, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var drivers = await site.Host.Programs.DriversAsync(cancellationToken);
        var found = new List<AntivirusFound>();
        foreach (var product in Known)
        {
            var service = services
                .Where(info => product.Services.Any(name => IsCalled(info.Name, name)))
                .MaxBy(info => info.State is not ServiceState.Stopped);
            var driver = drivers
                .Where(info => product.Drivers.Contains(info.Name, StringComparer.OrdinalIgnoreCase))
                .MaxBy(info => info.Running);
            if (service is not null || driver is not null)
            {
                found.Add(
                    new AntivirusFound(
                        product,
                        service?.Name ?? "",
                        service is { State: not ServiceState.Stopped },
                        driver?.Name,
                        driver is { Running: true },
                        await ExcludesAsync(site, product, path, cancellationToken)
                    )
                );
            }
        }

        return [.. found.OrderByDescending(one => one.Threat).ThenByDescending(one => one.ServiceRuns)];
    }

    private static async Task<bool> ExcludesAsync(Site site, AntivirusProduct product, string path, CancellationToken cancellationToken)
    {
        if (
            product.Exclusion is not { } exclusion
            || (await site.ValueAsync(exclusion.Key, exclusion.Value, cancellationToken))?.Lines is not { } lines
        )
        {
            return false;
        }

        return exclusion.OfPrograms
            ? site.Products.SelectMany(known => known.Programs).All(program => lines.Contains(program, StringComparer.OrdinalIgnoreCase))
            : lines.Any(folder => site.Host.Paths.IsWithin(path, folder));
    }

    private static bool IsCalled(string name, string known) =>
        known.EndsWith('*')
            ? name.StartsWith(known[..^1], StringComparison.OrdinalIgnoreCase)
            : string.Equals(name, known, StringComparison.OrdinalIgnoreCase);
}
