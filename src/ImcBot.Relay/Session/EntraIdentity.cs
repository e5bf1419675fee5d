using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace ImcBot.Relay.Session;

/// <summary>
/// The Entra identity with which a relay signs in to the bot, in place of assertions by its own key. Settings <c>entra:…</c>; none without
/// an audience.
/// </summary>
/// <param name="Scope">Of the tokens: what the bot's <c>Entra:Audience</c> says. Azure.Identity keeps a token until shortly before it
/// ends.</param>
internal sealed record EntraIdentity(TokenCredential Credential, string Scope)
{
    private const string Audience = "entra:audience",
        Kind = "entra:credential",
        Client = "entra:clientId",
        Tenant = "entra:tenantId",
        Certificate = "entra:certificate";

    /// <summary>Reads the settings; what is wrong with them is added to the errors.</summary>
    /// <param name="transport">How Entra is reached by workload identity and certificate; by https when null.</param>
    public static EntraIdentity? Read(IConfiguration settings, ICollection<string> errors, HttpPipelineTransport? transport = null)
    {
        if (settings[Audience] is not { Length: > 0 } audience)
        {
            if (settings.GetSection("entra").GetChildren().Any())
            {
                errors.Add($"{Audience}: it is missing; set it to what the bot's Entra:Audience says, or leave the whole section out.");
            }

            return null;
        }

        TokenCredential? credential = null;
        switch (settings[Kind] ?? "managed-identity")
        {
            case "managed-identity":
                credential = new ManagedIdentityCredential(
                    Text(settings, Client) is { } client
                        ? ManagedIdentityId.FromUserAssignedClientId(client)
                        : ManagedIdentityId.SystemAssigned
                );
                break;
            case "workload-identity":
                credential = Workload(settings, errors, transport);
                break;
            case "certificate":
                credential = Certified(settings, errors, transport);
                break;
            case var other:
                errors.Add($"{Kind}: '{other}' is not known; use managed-identity, workload-identity or certificate.");
                break;
        }

        return credential is null ? null : new EntraIdentity(credential, $"{audience}/.default");
    }

    /// <summary>What the platform says by <c>AZURE_…</c>, as on Kubernetes, stands behind the settings.</summary>
    private static WorkloadIdentityCredential? Workload(
        IConfiguration settings,
        ICollection<string> errors,
        HttpPipelineTransport? transport
    )
    {
        var options = new WorkloadIdentityCredentialOptions
        {
            ClientId = Text(settings, Client) ?? Environment.GetEnvironmentVariable("AZURE_CLIENT_ID"),
            TenantId = Text(settings, Tenant) ?? Environment.GetEnvironmentVariable("AZURE_TENANT_ID"),
            TokenFilePath = Text(settings, "entra:tokenFile") ?? Environment.GetEnvironmentVariable("AZURE_FEDERATED_TOKEN_FILE"),
        };
        if (options is not { ClientId: not null, TenantId: not null, TokenFilePath: not null })
        {
            errors.Add(
                $"{Kind}: workload-identity needs {Client}, {Tenant} and entra:tokenFile, where the platform does not set "
                    + "AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE."
            );
            return null;
        }

        options.Transport = transport ?? options.Transport;
        return new WorkloadIdentityCredential(options);
    }

    private static ClientCertificateCredential? Certified(
        IConfiguration settings,
        ICollection<string> errors,
        HttpPipelineTransport? transport
    )
    {
        if (
            Text(settings, Client) is not { } client
            || Text(settings, Tenant) is not { } tenant
            || Text(settings, Certificate) is not { } file
        )
        {
            errors.Add(
                $"{Kind}: certificate needs {Client}, {Tenant} and {Certificate}, a PEM file with certificate and key that only the "
                    + "relay's account may read."
            );
            return null;
        }

        try
        {
            var options = new ClientCertificateCredentialOptions();
            options.Transport = transport ?? options.Transport;
            return new ClientCertificateCredential(tenant, client, X509Certificate2.CreateFromPemFile(file), options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.Add(
                $"{Certificate}: '{file}' cannot be used ({exception.Message.TrimEnd('.')}); it must be a PEM file with "
                    + "certificate and key."
            );
            return null;
        }
    }

    private static string? Text(IConfiguration settings, string name) => settings[name] is { Length: > 0 } text ? text : null;
}
