using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>The bot's answer to one activity; <paramref name="Problem"/> is a sentence when it gave none that counts.</summary>
internal sealed record BotAnswer(JsonObject? Body, string? Problem);

/// <summary>The line to the bot: posts signed activities to <c>/api/messages</c>, once each, as the channel does.</summary>
internal sealed class BotLine(HttpClient http, RoomSettings settings, TokenIssuer issuer, TimeProvider time)
{
    public async Task<BotAnswer> SendAsync(Activity activity, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(settings.BotPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Bot)
        {
            Content = JsonContent.Create(activity, options: Activity.Json),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", issuer.ForBot());
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsStringAsync(either.Token);
            return response.IsSuccessStatusCode
                ? new(Parse(body), null)
                : new(null, $"{settings.BotName} refused this with HTTP {(int)response.StatusCode}.");
        }
        catch (HttpRequestException problem)
        {
            return new(null, $"{settings.BotName} cannot be reached ({problem.HttpRequestError}). Say it again when it runs.");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new(null, $"{settings.BotName} did not answer within {settings.BotPatience.TotalSeconds:0} s.");
        }
    }

    private static JsonObject? Parse(string body)
    {
        try
        {
            return string.IsNullOrWhiteSpace(body) ? null : JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
