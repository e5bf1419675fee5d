using System.Security.Cryptography;

namespace ImcBot.Relay.Actions.Mail;

/// <summary>What one pass over a spool file told.</summary>
internal sealed record ScannedMessage(string Sha256, IReadOnlyList<string> Features, string? SenderDomain);

internal static class MessageScanner
{
    public static async Task<ScannedMessage> ScanAsync(Stream content, CancellationToken cancellationToken) =>
        new(Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)), [], null);
}
