using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ImcBot.Bot.Channel;

/// <summary>Where the bot listens and speaks. Section <c>Channel</c>.</summary>
internal sealed class ChannelOptions
{
    public const string Section = "Channel";

    /// <summary>App id of the bot registration: the audience of every token that comes in.</summary>
    public string AppId { get; set; } = "";

    /// <summary>The only Entra tenant that is served.</summary>
    public string TenantId { get; set; } = "";

    /// <summary>Conversation id of the channel that incidents are posted to, such as <c>19:…@thread.tacv2</c>.</summary>
    public string Conversation { get; set; } = "";

    public string BotName { get; set; } = "ImcBot";

    /// <summary>The bot's account id in the channel; <c>28:</c> and the app id when empty.</summary>
    public string BotId { get; set; } = "";

    /// <summary>OpenID metadata of the service that signs activities. Sovereign clouds and the practice room have their own.</summary>
    public Uri Metadata { get; set; } = new("https://login.botframework.com/v1/.well-known/openidconfiguration");

    public string Issuer { get; set; } = "https://api.botframework.com";

    /// <summary>Where posts go that answer nobody.</summary>
    public Uri ServiceUrl { get; set; } = new("https://smba.trafficmanager.net/teams/");

    /// <summary>Service URLs that may be called: these and what lies below them. Plain http only on loopback.</summary>
    public IList<Uri> AllowedServiceUrls { get; } = [];

    public CredentialOptions Credential { get; set; } = new();

    /// <summary>Object ids of guests who may take part; other guests are not from here.</summary>
    public IList<string> Guests { get; } = [];

    /// <summary>
    /// Hosts that files may be uploaded to, and those below them, over https; the service URLs' own hosts are always allowed.
    /// </summary>
    public IList<string> UploadHosts { get; } = [];

    /// <summary>How long the team's roster is believed.</summary>
    public TimeSpan RosterLife { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Least time between two edits of one card.</summary>
    public TimeSpan EditPace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>First pause before a refused call is made again; it doubles, with jitter. The service's own Retry-After wins.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one call may take before it counts as unanswered.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public string AccountId => BotId.Length > 0 ? BotId : $"28:{AppId}";

    /// <summary>Whether this service may be given our token.</summary>
    public bool Allows(Uri service) =>
        AllowedServiceUrls.Any(allowed =>
            allowed.Scheme == service.Scheme
            && allowed.Authority == service.Authority
            && service.UserInfo.Length == 0
            && (service.AbsolutePath.TrimEnd('/') + "/").StartsWith(allowed.AbsolutePath.TrimEnd('/') + "/", StringComparison.Ordinal)
        );

    /// <summary>
    /// Whether a file may go there. The address comes in an authenticated activity; it still may only lead to the tenant's files or to the
    /// service itself.
    /// </summary>
    public bool AllowsUpload(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttps && UploadHosts.Any(host => IsAtOrBelow(address.Host, host.TrimStart('.'))))
        || AllowedServiceUrls.Any(allowed => allowed.Scheme == address.Scheme && allowed.Authority == address.Authority);

    private static bool IsAtOrBelow(string host, string named) =>
        named.Length > 0
        && (host.Equals(named, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{named}", StringComparison.OrdinalIgnoreCase));
}

/// <summary>What the bot shows to get its own token.</summary>
internal enum CredentialKind
{
    ManagedIdentity,
    WorkloadIdentity,
    Certificate,
    Secret,
}

/// <summary>How the bot proves who it is when it calls the connector.</summary>
internal sealed class CredentialOptions
{
    public CredentialKind Kind { get; set; } = CredentialKind.ManagedIdentity;

    /// <summary>Client id of a user-assigned identity; the system-assigned one when empty.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Path of a PEM or PFX file, for <see cref="CredentialKind.Certificate"/>.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>
    /// File that the platform keeps its token in, for <see cref="CredentialKind.WorkloadIdentity"/>; <c>AZURE_FEDERATED_TOKEN_FILE</c> when
    /// empty.
    /// </summary>
    public string TokenFilePath { get; set; } = "";

    /// <summary>For <see cref="CredentialKind.Secret"/>; keep it in a secret store, never in a file of the deployment.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Scope of the connector.</summary>
    public string Scope { get; set; } = "https://api.botframework.com/.default";

    public string? TokenFile => TokenFilePath.Length > 0 ? TokenFilePath : Environment.GetEnvironmentVariable("AZURE_FEDERATED_TOKEN_FILE");

    /// <summary>The certificate with its key.</summary>
    /// <exception cref="CryptographicException">The file holds none.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public X509Certificate2 Certificate() =>
        CertificatePath.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase)
            ? X509CertificateLoader.LoadPkcs12FromFile(CertificatePath, password: null)
            : X509Certificate2.CreateFromPemFile(CertificatePath);
}
