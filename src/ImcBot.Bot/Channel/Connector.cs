using System.Net;
using Microsoft.Bot.Connector;
using Microsoft.Bot.Schema;
using Microsoft.Rest;
using Newtonsoft.Json;
using Polly.Timeout;

namespace ImcBot.Bot.Channel;

/// <summary>Calls the connector where it is, and turns every way to fail into a sentence.</summary>
internal sealed class Connector(ConnectorClients clients)
{
    /// <summary>What the connector says it did, or null where it says nothing; it has taken the call either way.</summary>
    /// <exception cref="ChannelException">It has not taken the call, or not said so.</exception>
    public async Task<T?> CallAsync<T>(string what, OutgoingCall delivery, Func<IConversations, Task<HttpOperationResponse<T>>> call)
        where T : class
    {
        OutgoingCall.Current = delivery;
        try
        {
            using var response = await call(clients.Current.Conversations);
            return response.Body;
        }
        catch (ErrorResponseException refused)
        {
            throw Refused(what, refused.Response.StatusCode, delivery);
        }
        catch (HttpOperationException refused)
        {
            throw Refused(what, refused.Response.StatusCode, delivery);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TimeoutRejectedException or SerializationException or JsonException)
        {
            throw new ChannelException($"The channel could not be reached to {what}: {exception.Message}", mayPass: true, exception)
            {
                MayStand = delivery.Unanswered,
            };
        }
    }

    private static ChannelException Refused(string what, HttpStatusCode status, OutgoingCall delivery) =>
        (int)status switch
        {
            413 => new ChannelException($"The channel refused to {what}: the message is too large."),
            401 or 403 => new ChannelException(
                $"The channel refused to {what} (HTTP {(int)status}): check that the app is installed in the team and "
                    + "Channel:Credential is right."
            ),
            404 => new ChannelException($"The channel refused to {what} (HTTP 404): the conversation or message is gone."),
            _ => new ChannelException($"The channel refused to {what} (HTTP {(int)status}).", mayPass: (int)status is 412 or 429 or >= 500)
            {
                MayStand = delivery.Unanswered,
            },
        };
}
