using System.Security.Claims;
using Microsoft.Bot.Builder.Integration.AspNet.Core;
using Microsoft.Bot.Connector.Authentication;
using Microsoft.Bot.Schema;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>
/// One activity, one turn of the SDK's adapter. Whoever calls has been proven by <see cref="BotToken"/> and
/// <see cref="ActivityAuthorizer"/>; the adapter's own
/// way in, which reads and authenticates the request itself, is not used.
/// </summary>
internal sealed class TurnAdapter(
    ConnectorAuthentication authentication,
    ConnectorClients connectors,
    TurnHandler handler,
    IOptions<ChannelOptions> options
) : CloudAdapter(authentication)
{
    private readonly AuthenticateRequestResult _proven = new()
    {
        ClaimsIdentity = new ClaimsIdentity([new Claim(AuthenticationConstants.AudienceClaim, options.Value.AppId)]),
        Audience = AuthenticationConstants.ToChannelFromBotOAuthScope,
        CallerId = CallerIdConstants.PublicAzureChannel,
        ConnectorFactory = connectors,
    };

    /// <summary>Takes an activity that has passed token and doorman. Returns the answer to an invoke, else null.</summary>
    public async Task<InvokeAnswer?> TakeAsync(Activity activity)
    {
        // What was begun is not given up because the caller hangs up.
        var response = await ProcessActivityAsync(_proven, activity, handler.OnTurnAsync, CancellationToken.None);
        return (InvokeAnswer?)response?.Body;
    }
}
