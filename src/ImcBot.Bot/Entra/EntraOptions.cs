namespace ImcBot.Bot.Entra;

/// <summary>
/// Who may sign in with Entra besides Teams: relays' own identities, and people when Teams is down. Section <c>Entra</c>; without an
/// audience nobody does.
/// </summary>
internal sealed class EntraOptions
{
    public const string Section = "Entra";

    /// <summary>
    /// App id (or its <c>api://…</c> form) that tokens must be issued for. Not that of the bot registration: a token for the connector must
    /// open nothing here.
    /// </summary>
    public string Audience { get; set; } = "";

    /// <summary>The only tenant that is served; <c>Channel:TenantId</c> when empty.</summary>
    public string TenantId { get; set; } = "";

    /// <summary>OpenID metadata of the tenant. Sovereign clouds and tests have their own.</summary>
    public Uri? Metadata { get; set; }

    /// <summary>The only issuer; when empty the tenant's own, in both forms in which Entra writes it.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>
    /// The host that an app's relay stands for, by the app's object id (of its service principal, not of its registration).
    /// </summary>
    public IDictionary<string, string> Relays { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public Uri MetadataAddress =>
        Metadata ?? new Uri($"https://login.microsoftonline.com/{TenantId}/v2.0/.well-known/openid-configuration");

    public IReadOnlyList<string> Issuers =>
        Issuer.Length > 0 ? [Issuer] : [$"https://login.microsoftonline.com/{TenantId}/v2.0", $"https://sts.windows.net/{TenantId}/"];
}

/// <summary>Says everything that is wrong with the section at once.</summary>
internal sealed class EntraOptionsValidator : SectionValidator<EntraOptions>
{
    protected override IEnumerable<string?> Problems(EntraOptions options)
    {
        if (options.Audience.Length == 0 && options.Relays.Count > 0)
        {
            yield return "Entra:Relays names relays but Entra:Audience is missing: set it to the app id that their tokens are issued for.";
        }

        if (options.Audience.Length > 0 && options.TenantId.Length == 0)
        {
            yield return "Entra:TenantId is missing: set it, or Channel:TenantId, to the id of your Entra tenant.";
        }

        if (options.Metadata is { } metadata && !metadata.IsSafe())
        {
            yield return $"Entra:Metadata is '{metadata}': use https; http is only for a service on this machine.";
        }

        foreach (
            var app in options
                .Relays.Where(pair => !Guid.TryParse(pair.Key, out _) || string.IsNullOrWhiteSpace(pair.Value))
                .Select(pair => pair.Key)
        )
        {
            yield return $"Entra:Relays:{app} must be the object id of an app, with the name of its host.";
        }

        foreach (
            var host in options
                .Relays.Values.GroupBy(host => host.Trim(), StringComparer.OrdinalIgnoreCase)
                .Where(apps => apps.Count() > 1)
                .Select(apps => apps.Key)
        )
        {
            yield return $"Entra:Relays names {host} for more than one app: one app stands for one host.";
        }
    }
}
