using System.Security.Claims;
using Microsoft.Bot.Builder.Integration.AspNet.Core;
using Microsoft.Bot.Connector.Authentication;
using Microsoft.Bot.Schema;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>One activity, one turn of the SDK's adapter. Whoever calls has been proven by <see cref="BotToken"/>, as on the direct edge.</summary>
internal sealed class Turns(BotFrameworkAuthentication authentication, TurnHandler handler, IOptions<ChannelOptions> options) : CloudAdapter(authentication)
{
    /// <summary>Takes an activity that has passed token and doorman. Returns the invoke response for a click, else null.</summary>
    public async Task<InvokeAnswer?> TakeAsync(Activity activity, ClaimsPrincipal caller)
    {
        // The SDK takes the one audience for the bot's id; a token may have several, of which ours was checked.
        var identity = new ClaimsIdentity(caller.Claims.Where(claim => claim.Type != AuthenticationConstants.AudienceClaim).Append(new Claim(AuthenticationConstants.AudienceClaim, options.Value.AppId)));
        var proven = new AuthenticateRequestResult
        {
            ClaimsIdentity = identity,
            Audience = AuthenticationConstants.ToChannelFromBotOAuthScope,
            CallerId = CallerIdConstants.PublicAzureChannel,
            ConnectorFactory = BotFrameworkAuthentication.CreateConnectorFactory(identity),
        };
        var response = await ProcessActivityAsync(proven, Dialect.ToSdk<Microsoft.Bot.Schema.Activity>(activity), handler.OnTurnAsync, CancellationToken.None);
        return (InvokeAnswer?)response?.Body;
    }
}
