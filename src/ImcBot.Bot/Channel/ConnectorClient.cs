using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Polly.Timeout;
using Refit;

namespace ImcBot.Bot.Channel;

/// <summary>Calls the connector where it is, and turns every way to fail into a sentence.</summary>
internal sealed class ConnectorClient(Wire wire, ConnectorAddress address)
{
    /// <summary>The dialect of activities.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task<TResponse> CallAsync<TResponse>(string what, Delivery delivery, Func<IConnector, Delivery, Task<TResponse>> call)
        where TResponse : IApiResponse
    {
        try
        {
            var response = await call(wire.To(address.Current), delivery);
            return response.IsSuccessStatusCode ? response : throw Refused(what, response, delivery);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException or ApiException or JsonException)
        {
            throw new ChannelException($"The channel could not be reached to {what}: {exception.Message}", mayPass: true, exception) { MayStand = delivery.Unanswered };
        }
    }

    private static ChannelException Refused(string what, IApiResponse response, Delivery delivery)
    {
        if (response.Error is { } error and not ApiException)
        {
            return new ChannelException($"The channel could not be reached to {what}: {error.Message}", mayPass: true, error) { MayStand = delivery.Unanswered };
        }

        var status = response.StatusCode is { } code ? (int)code : 0;
        return status switch
        {
            (int)HttpStatusCode.RequestEntityTooLarge => new ChannelException($"The channel refused to {what}: the message is too large."),
            401 or 403 => new ChannelException($"The channel refused to {what} (HTTP {status}): check that the app is installed in the team and Channel:Credential is right."),
            404 => new ChannelException($"The channel refused to {what} (HTTP 404): the conversation or message is gone."),
            _ => new ChannelException($"The channel refused to {what} (HTTP {status}).", mayPass: status is 0 or 412 or 429 or >= 500) { MayStand = delivery.Unanswered },
        };
    }
}
