using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImcBot.Lab.Room;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.EndToEnd.Tests.Room;

public sealed class Tokens_keep_the_connector_closed
{
    private static readonly string Members = $"conversations/{Team.ChannelId}/members";

    [Fact]
    public async Task The_bots_own_token_opens_it()
    {
        await using var room = await OpenRoom.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await room.CallAsync(HttpMethod.Get, Members)).StatusCode);
    }

    [Fact]
    public async Task No_token_is_refused_before_the_body_is_read()
    {
        await using var room = await OpenRoom.StartAsync();
        using var body = new StringContent("{ not json", System.Text.Encoding.UTF8, "application/json");
        using var response = await room.Http.PostAsync(
            new Uri(room.Settings.Address, $"_connector/v3/conversations/{Team.ChannelId}/activities"),
            body,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_token_of_another_issuer_is_refused()
    {
        await using var room = await OpenRoom.StartAsync();
        await using var other = await OpenRoom.StartAsync();
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await room.CallAsync(HttpMethod.Get, Members, token: other.Issuer.ForConnector().Token)).StatusCode
        );
    }

    [Fact]
    public async Task The_token_of_an_activity_does_not_open_it()
    {
        await using var room = await OpenRoom.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await room.CallAsync(HttpMethod.Get, Members, token: room.Issuer.ForBot())).StatusCode);
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        await using var room = await OpenRoom.StartAsync();
        var (token, expires) = room.Issuer.ForConnector();
        room.Time.SetUtcNow(expires - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await room.CallAsync(HttpMethod.Get, Members, token: token)).StatusCode);
        room.Time.SetUtcNow(expires);
        Assert.Equal(HttpStatusCode.Unauthorized, (await room.CallAsync(HttpMethod.Get, Members, token: token)).StatusCode);
    }

    [Fact]
    public async Task A_token_outlives_a_restart_of_the_room()
    {
        await using var room = await OpenRoom.StartAsync();
        var token = room.Issuer.ForConnector().Token;
        await room.ReopenAsync();
        Assert.Equal(HttpStatusCode.OK, (await room.CallAsync(HttpMethod.Get, Members, token: token)).StatusCode);
    }

    [Theory]
    [InlineData("the room's secret", "https://api.botframework.com", 200)]
    [InlineData("a guess", "https://api.botframework.com", 401)]
    [InlineData("the room's secret", "https://graph.microsoft.com", 400)]
    public async Task The_identity_endpoint_wants_the_header_and_the_right_resource(string header, string resource, int status)
    {
        await using var room = await OpenRoom.StartAsync();
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"{room.Settings.IdentityEndpoint}?api-version=2019-08-01&resource={resource}&client_id={room.Settings.BotAppId}"
        );
        request.Headers.Add("X-IDENTITY-HEADER", header);
        using var response = await room.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 200)
        {
            Assert.Equal(
                HttpStatusCode.OK,
                (
                    await room.CallAsync(HttpMethod.Get, Members, token: (await Sample.JsonAsync(response))["access_token"]!.ToString())
                ).StatusCode
            );
        }
    }

    [Fact]
    public async Task Activities_are_signed_as_the_published_metadata_says()
    {
        await using var room = await OpenRoom.StartAsync();
        await room.SayAsync("riley", "channel", "hello");
        var (activity, authorization) = await room.Bot.HeardAsync();

        var metadata = await room.Http.GetFromJsonAsync<JsonObject>(room.Settings.OpenIdMetadata, TestContext.Current.CancellationToken);
        var keys = await room.Http.GetStringAsync(metadata!["jwks_uri"]!.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal("msteams", JsonNode.Parse(keys)!["keys"]![0]!["endorsements"]![0]!.ToString());
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(
            authorization["Bearer ".Length..],
            new TokenValidationParameters
            {
                ValidIssuer = "https://api.botframework.com",
                ValidAudience = room.Settings.BotAppId,
                IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys(),
                LifetimeValidator = (from, to, _, _) => from <= room.Time.GetUtcNow().UtcDateTime && to > room.Time.GetUtcNow().UtcDateTime,
            }
        );
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal(activity["serviceUrl"]!.ToString(), result.Claims["serviceurl"]);
    }
}
