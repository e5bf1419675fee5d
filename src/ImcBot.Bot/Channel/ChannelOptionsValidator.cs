using System.Security.Cryptography;

namespace ImcBot.Bot.Channel;

/// <summary>Says everything that is wrong with the channel's options at once.</summary>
internal sealed class ChannelOptionsValidator : SectionValidator<ChannelOptions>
{
    protected override IEnumerable<string?> Problems(ChannelOptions options) =>
        [
            options.AppId.Length == 0 ? "Channel:AppId is missing: set it to the app id of the bot registration." : null,
            options.TenantId.Length == 0 ? "Channel:TenantId is missing: set it to the id of your Entra tenant." : null,
            options.Conversation.Length == 0
                ? "Channel:Conversation is missing: set it to the id of the channel that incidents are posted to " + "(19:…@thread.tacv2)."
                : null,
            .. Urls(options)
                .Where(entry => !entry.Url.IsSafe())
                .Select(entry =>
                    $"{entry.Setting} is '{entry.Url}': use https; http is only for a service on this machine (127.0.0.1, localhost)."
                ),
            options.ServiceUrl.IsAbsoluteUri && !options.Allows(options.ServiceUrl)
                ? $"Channel:ServiceUrl '{options.ServiceUrl}' is not in Channel:AllowedServiceUrls: add it there."
                : null,
            options.RosterLife <= TimeSpan.Zero
            || options.EditPace < TimeSpan.Zero
            || options.RetryDelay <= TimeSpan.Zero
            || options.CallTimeout <= TimeSpan.Zero
                ? "Channel:RosterLife, RetryDelay and CallTimeout must be more than zero, and EditPace not less than zero."
                : null,
            options.Credential.Kind == CredentialKind.Certificate ? WrongCertificate(options.Credential) : null,
            options.Credential is { Kind: CredentialKind.WorkloadIdentity, TokenFile: null or "" }
                ? "Channel:Credential:TokenFilePath is missing, and the platform does not set AZURE_FEDERATED_TOKEN_FILE: "
                    + "name its token file, or choose another Kind."
                : null,
            options.Credential is { Kind: CredentialKind.Secret, Secret.Length: 0 }
                ? "Channel:Credential:Secret is missing: set it from a secret store, or choose another Kind."
                : null,
        ];

    private static string? WrongCertificate(CredentialOptions credential)
    {
        if (credential.CertificatePath.Length == 0)
        {
            return "Channel:Credential:CertificatePath is missing: name the certificate file, or choose another Kind.";
        }

        try
        {
            using var certificate = credential.Certificate();
            return certificate.HasPrivateKey
                ? null
                : $"Channel:Credential:CertificatePath '{credential.CertificatePath}' holds no private key.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"Channel:Credential:CertificatePath '{credential.CertificatePath}' cannot be used ("
                + $"{exception.Message.TrimEnd('.')}): it must be a PEM file, or a PFX file without a password, with certificate and key.";
        }
    }

    private static IEnumerable<(string Setting, Uri Url)> Urls(ChannelOptions options) =>
        [
            ("Channel:Metadata", options.Metadata),
            ("Channel:ServiceUrl", options.ServiceUrl),
            .. options.AllowedServiceUrls.Select((url, index) => ($"Channel:AllowedServiceUrls:{index}", url)),
        ];
}
