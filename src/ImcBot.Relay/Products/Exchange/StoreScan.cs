using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>The store's own interface for scanners: Enabled 1 means that it is used (Q269439); a missing key, that it never was.</summary>
internal static class StoreScan
{
    public const string Key = @"HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan",
        Enabled = "Enabled";

    public static async Task<bool> IsOnAsync(Site site, CancellationToken cancellationToken) =>
        (await site.ValueAsync(Key, Enabled, cancellationToken))?.Text is not (null or "0");
}
