using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>The token matrix: who may post an activity, and what the others are told.</summary>
public sealed class Who_may_post : IClassFixture<Site>
{
    private readonly TeamsDouble _teams;
    private readonly BotHost _bot;

    public Who_may_post(Site site)
    {
        (_teams, _bot) = (site.Teams, site.Bot);
        _bot.Ear.Forget();
    }

    [Fact]
    public async Task A_signed_activity_from_the_team_is_heard()
    {
        using var response = await _bot.PostAsync(_bot.Message("status"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("status", (await _bot.Ear.OneAsync()).Text);
    }

    public static TheoryData<string> Strangers => [.. Forgeries.Keys];

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task A_token_that_is_not_right_is_refused(string how)
    {
        using var response = await _bot.SendAsync(_bot.Message(), Forgeries[how](_teams));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(_bot.Ear.Heard);
    }

    private static Dictionary<string, Func<TeamsDouble, AuthenticationHeaderValue?>> Forgeries { get; } = new(StringComparer.Ordinal)
    {
        ["none at all"] = _ => null,
        ["empty"] = _ => new("Bearer"),
        ["garbage"] = _ => Bearer("garbage"),
        ["three dots of garbage"] = _ => Bearer("a.b.c"),
        ["very long"] = _ => Bearer(new string('x', 7000)),
        ["another scheme"] = teams => new("Basic", teams.Token()),
        ["expired"] = teams => Bearer(teams.Token(age: TimeSpan.FromHours(2))),
        ["not valid yet"] = teams => Bearer(teams.Token(age: TimeSpan.FromHours(-2))),
        ["another audience"] = teams => Bearer(teams.Token(audience: "44444444-0000-0000-0000-000000000000")),
        ["no audience"] = teams => Bearer(teams.Token(audience: "")),
        ["another issuer"] = teams => Bearer(teams.Token(issuer: "https://sts.windows.net/x/")),
        ["an issuer that begins alike"] = teams => Bearer(teams.Token(issuer: TeamsDouble.Issuer + ".example.com")),
        ["algorithm none"] = teams => Bearer(Unsigned(teams.Token())),
        ["algorithm none, signature kept"] = teams => Bearer(Unsigned(teams.Token()) + teams.Token().Split('.')[2]),
        ["signed with another key"] = teams => Bearer(teams.Token(key: RSA.Create(2048))),
        ["signed with an unknown key id"] = teams => Bearer(teams.Token(key: RSA.Create(2048), kid: "two")),
        ["signed with the public key as a secret"] = teams => Bearer(Hashed(teams)),
        ["another algorithm of the right key"] = teams => Bearer(teams.Token(algorithm: SecurityAlgorithms.RsaSha512)),
        ["changed after it was signed"] = teams => Bearer(Changed(teams.Token())),
        ["without its signature"] = teams => Bearer(string.Join('.', teams.Token().Split('.')[..2]) + "."),
    };

    [Fact]
    public async Task A_key_that_is_not_endorsed_for_Teams_is_refused()
    {
        await using var teams = await TeamsDouble.StartAsync();
        teams.Endorsements.Clear();
        teams.Endorsements.Add("skype");
        await using var bot = await BotHost.StartAsync(teams);

        using var response = await bot.PostAsync(bot.Message());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Without_the_issuers_metadata_nobody_gets_in_and_nothing_breaks()
    {
        await using var bot = await BotHost.StartAsync(_teams, null, ("Channel:Metadata", "http://127.0.0.1:1/openid"));

        using var response = await bot.PostAsync(bot.Message());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    public static TheoryData<string> Foreigners => [.. Foreign.Keys];

    [Theory]
    [MemberData(nameof(Foreigners))]
    public async Task An_activity_from_elsewhere_is_refused(string how)
    {
        var (token, body) = Foreign[how](_teams, _bot);

        using var response = await _bot.PostAsync(body, token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("Not from here", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(_bot.Ear.Heard);
    }

    private static Dictionary<string, Func<TeamsDouble, BotHost, (string Token, string Body)>> Foreign { get; } = new(StringComparer.Ordinal)
    {
        ["another channel"] = (teams, bot) => (teams.Token(), bot.Message(channel: "webchat")),
        ["no channel"] = (teams, bot) => (teams.Token(), bot.Message(channel: "")),
        ["another tenant"] = (teams, bot) => (teams.Token(), bot.Message(tenant: "55555555-0000-0000-0000-000000000000")),
        ["a service URL that is not the token's"] = (teams, bot) => (teams.Token(serviceUrl: "https://smba.trafficmanager.net/teams/"), bot.Message()),
        ["a service URL that is not allowed"] = (teams, bot) =>
            (teams.Token(serviceUrl: "https://evil.example.com/"), bot.Message(serviceUrl: "https://evil.example.com/")),
        ["a service URL beside the allowed one"] = (teams, bot) =>
            (teams.Token(serviceUrl: $"{teams.Address}connector-evil/"), bot.Message(serviceUrl: $"{teams.Address}connector-evil/")),
        ["a service URL that is none"] = (teams, bot) => (teams.Token(serviceUrl: "none"), bot.Message(serviceUrl: "none")),
    };

    [Theory]
    [InlineData("66666666-0000-0000-0000-000000000000")]
    [InlineData("11111111-0000-0000-0000-000000000009")]
    public async Task Somebody_outside_the_team_and_an_unlisted_guest_are_answered_but_not_heard(string who)
    {
        using var response = await _bot.PostAsync(_bot.Message("approve 7/3", from: who));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var reply = await LastPostAsync();
        Assert.StartsWith("Not from here", reply, StringComparison.Ordinal);
        Assert.Empty(_bot.Ear.Heard);
    }

    [Fact]
    public async Task A_listed_guest_is_heard()
    {
        await using var bot = await BotHost.StartAsync(_teams, null, ("Channel:Guests:0", "11111111-0000-0000-0000-000000000009"));

        using var response = await bot.PostAsync(bot.Message(from: "11111111-0000-0000-0000-000000000009"));

        await bot.Ear.OneAsync();
    }

    public static TheoryData<string> Nonsense =>
    [
        "", "{", "null", "[]", "\"text\"", "{}", "{\"type\":5}", "{\"type\":\"\"}", "{\"type\":\"message\",\"from\":\"me\"}", "\u0000\u0001", "{\"type\":\"message\",\"entities\":[1]}",
        new string('[', 5000), "{\"type\":\"message\",\"text\":\"" + new string('x', 300_000) + "\"}",
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task What_is_no_activity_is_refused_with_a_sentence(string body)
    {
        using var response = await _bot.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("This is not an activity", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private async Task<string> LastPostAsync()
    {
        while (true)
        {
            if (await _teams.NextCallAsync() is { Method: "POST", Body: { } body })
            {
                return body["text"]!.GetValue<string>();
            }
        }
    }

    private static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    private static string Unsigned(string token) => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT","kid":"one"}""")}.{token.Split('.')[1]}.";

    private static string Hashed(TeamsDouble teams)
    {
        var head = $"{Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT","kid":"one"}""")}.{teams.Token().Split('.')[1]}";
        return $"{head}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(TeamsDouble.PublicKey(), Encoding.UTF8.GetBytes(head)))}";
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]).Replace("smba", "sbma", StringComparison.Ordinal).Replace("connector", "konnector", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
    }
}

/// <summary>One channel and one bot for many questions.</summary>
public sealed class Site : IAsyncLifetime
{
    internal TeamsDouble Teams { get; private set; } = null!;

    internal BotHost Bot { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Teams = await TeamsDouble.StartAsync();
        Bot = await BotHost.StartAsync(Teams);
    }

    public async ValueTask DisposeAsync()
    {
        await Bot.DisposeAsync();
        await Teams.DisposeAsync();
    }
}
