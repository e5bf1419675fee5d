using System.Net.Http.Headers;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Puts the bot's own token on every call to the connector, before the call's time begins: a token that does not come was sent nowhere.
/// </summary>
internal sealed class ConnectorTokenHandler(ConnectorTokens tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}

/// <summary>The bot's token, fetched anew five minutes before it ends.</summary>
internal sealed class ConnectorTokens(TokenCredential credential, IOptions<ChannelOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private AccessToken _token;

    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await InTurnAsync(either.Token);
        }
        catch (Exception exception)
            when (exception is AuthenticationFailedException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            // Nothing was sent, so the call may be made again like one without a connection.
            throw new HttpRequestException(
                HttpRequestError.UserAuthenticationError,
                "The identity service gave no token for the connector.",
                exception
            );
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>What the options say, which are valid.</summary>
    /// <param name="transport">How Entra is reached by all but managed identities; by https when null.</param>
    public static TokenCredential Choose(ChannelOptions options, HttpPipelineTransport? transport = null) =>
        options.Credential.Kind switch
        {
            CredentialKind.WorkloadIdentity => new WorkloadIdentityCredential(
                Over(
                    new WorkloadIdentityCredentialOptions
                    {
                        ClientId = options.AppId,
                        TenantId = options.TenantId,
                        TokenFilePath = options.Credential.TokenFile,
                    },
                    transport
                )
            ),
            CredentialKind.Certificate => new ClientCertificateCredential(
                options.TenantId,
                options.AppId,
                options.Credential.Certificate(),
                Over(new ClientCertificateCredentialOptions(), transport)
            ),
            CredentialKind.Secret => new ClientSecretCredential(
                options.TenantId,
                options.AppId,
                options.Credential.Secret,
                Over(new ClientSecretCredentialOptions(), transport)
            ),
            _ => new ManagedIdentityCredential(
                options.Credential.ClientId is { Length: > 0 } client
                    ? ManagedIdentityId.FromUserAssignedClientId(client)
                    : ManagedIdentityId.SystemAssigned
            ),
        };

    private async Task<string> InTurnAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_token.ExpiresOn <= time.GetUtcNow() + Early)
            {
                _token = await credential.GetTokenAsync(new TokenRequestContext([options.Value.Credential.Scope]), cancellationToken);
            }

            return _token.Token;
        }
        finally
        {
            _one.Release();
        }
    }

    private static T Over<T>(T options, HttpPipelineTransport? transport)
        where T : TokenCredentialOptions
    {
        options.Transport = transport ?? options.Transport;
        return options;
    }
}
