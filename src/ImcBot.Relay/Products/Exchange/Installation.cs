using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Where an installed Exchange 5.5 keeps what: its services, its keys, its folders.</summary>
internal static class Installation
{
    public const string ImcService = "MSExchangeIMC",
        StoreService = "MSExchangeIS";

    private const string Services = @"HKLM\SYSTEM\CurrentControlSet\Services\";

    public const string ImcParameters = Services + @"MSExchangeIMC\Parameters",
        ImcDiagnostics = Services + @"MSExchangeIMC\Diagnostics",
        StoreParameters = Services + @"MSExchangeIS\ParametersSystem";

    /// <summary>The Imcdata folder: from RootDir, never from a default (Q244048).</summary>
    public static async Task<string> ImcdataAsync(this Site site, CancellationToken cancellationToken) =>
        (await site.ValueAsync(ImcParameters, "RootDir", cancellationToken))?.Text.TrimEnd('\\')
        ?? throw new HostException($@"{ImcParameters} has no RootDir, so the relay cannot tell where the mail is.");

    /// <summary>
    /// The Exchange folder: from the store service's image path or the setup key, else the first volume that has Store.exe in the usual
    /// place.
    /// </summary>
    public static async Task<string> ExchangeAsync(Site site, CancellationToken cancellationToken)
    {
        var image = (
            await site.ValueAsync(@"HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS", "ImagePath", cancellationToken)
        )?.Text.Trim('"');
        if (image?.LastIndexOf(@"\bin\", StringComparison.OrdinalIgnoreCase) is > 0 and var bin)
        {
            return image[..bin];
        }

        if (
            (await site.ValueAsync(@"HKLM\SOFTWARE\Microsoft\Exchange\Setup", "Services", cancellationToken))?.Text is { Length: > 0 } setup
        )
        {
            return setup.TrimEnd('\\');
        }

        foreach (var volume in await site.Host.Volumes.ListAsync(cancellationToken))
        {
            var folder = volume.Name + @"\Exchsrvr";
            if (await site.Host.Files.ListAsync(folder + @"\Bin", "Store.exe", recursive: false, cancellationToken) is { Count: > 0 })
            {
                return folder;
            }
        }

        throw new HostException($"No Store.exe was found on {site.Host.Name}; name the folder in the runbook instead of ${{exchsrvr}}.");
    }
}
