using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>The token matrix: who may post an activity, and what the others are told.</summary>
public sealed class Who_may_post : IClassFixture<Site>
{
    private readonly Site _site;
    private readonly TeamsDouble _teams;
    private readonly BotHost _bot;

    public Who_may_post(Site site)
    {
        (_site, _teams, _bot) = (site, site.Teams, site.Bot);
        _bot.Ear.Forget();
    }

    /// <summary>One row: what the caller shows, what it sends to which bot, and the answer that is due.</summary>
    private sealed record Row(
        int Due,
        Func<TeamsDouble, AuthenticationHeaderValue?> Caller,
        Func<TeamsDouble, BotHost, string>? Body = null,
        string Bot = Site.Usual
    );

    private const string OtherTenant = "55555555-0000-0000-0000-000000000000",
        Sovereign = "https://api.botframework.azure.us";

    public static TheoryData<string> Rows => [.. Matrix.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Whoever_calls_gets_the_answer_that_is_due(string name)
    {
        var row = Matrix[name];
        var bot = await _site.BotAsync(row.Bot);
        bot.Ear.Forget();

        using var response = await bot.SendAsync(row.Body?.Invoke(_teams, bot) ?? bot.Message("status"), row.Caller(_teams));

        Assert.Equal(row.Due, (int)response.StatusCode);
        if (row.Due == 200)
        {
            Assert.Equal("status", (await bot.Ear.OneAsync()).Text);
        }
        else
        {
            Assert.Empty(bot.Ear.Heard);
            Assert.Empty(bot.Ear.TurnedAway);
            Assert.Equal(
                row.Due == 403,
                (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains(
                    "Not from here",
                    StringComparison.Ordinal
                )
            );
        }
    }

    /// <summary>A relay's assertion has keys of its own; the channel's issuer, which may be out of reach, is not asked for them.</summary>
    [Fact]
    public async Task Only_what_needs_the_channels_token_is_asked_for_it() =>
        Assert.Null(await _bot.Services.GetRequiredService<IAuthenticationSchemeProvider>().GetDefaultAuthenticateSchemeAsync());

    [Fact]
    public void The_matrix_is_whole() =>
        Assert.Equal(
            new Dictionary<int, int>
            {
                [200] = 8,
                [401] = 35,
                [403] = 11,
            },
            Matrix.Values.GroupBy(row => row.Due).ToDictionary(rows => rows.Key, rows => rows.Count())
        );

    private static Dictionary<string, Row> Matrix { get; } =
        new(StringComparer.Ordinal)
        {
            ["a member of the team"] = new(200, Right),
            ["the scheme in small letters"] = new(200, teams => new AuthenticationHeaderValue("bearer", teams.Token())),
            ["two audiences, one of them ours"] = new(
                200,
                teams => Bearer(teams.Token(claims => claims["aud"] = new JsonArray(TeamsDouble.AppId, OtherTenant)))
            ),
            ["expired, but less than clocks differ"] = new(200, teams => Bearer(teams.Token(age: TimeSpan.FromMinutes(64)))),
            ["valid in a moment, less than clocks differ"] = new(200, teams => Bearer(teams.Token(age: TimeSpan.FromMinutes(-4)))),
            ["a service URL that differs by its last slash"] = new(
                200,
                teams => Bearer(teams.Token(serviceUrl: teams.ServiceUrl.AbsoluteUri.TrimEnd('/')))
            ),
            ["only the channel data names the tenant"] = new(
                200,
                Right,
                (_, bot) => Edited(bot, activity => activity["conversation"]!.AsObject().Remove("tenantId"))
            ),
            ["a sovereign cloud's token, from its own metadata address"] = new(
                200,
                teams => Bearer(teams.Token(issuer: Sovereign)),
                Bot: Site.Sovereign
            ),

            ["none at all"] = new(401, _ => null),
            ["empty"] = new(401, _ => new AuthenticationHeaderValue("Bearer")),
            ["garbage"] = new(401, _ => Bearer("garbage")),
            ["three dots of garbage"] = new(401, _ => Bearer("a.b.c")),
            ["very long"] = new(401, _ => Bearer(new string('x', 7000))),
            ["another scheme"] = new(401, teams => new AuthenticationHeaderValue("Basic", teams.Token())),
            ["expired"] = new(401, teams => Bearer(teams.Token(age: TimeSpan.FromHours(2)))),
            ["not valid yet"] = new(401, teams => Bearer(teams.Token(age: TimeSpan.FromHours(-2)))),
            ["another audience"] = new(401, teams => Bearer(teams.Token(audience: "44444444-0000-0000-0000-000000000000"))),
            ["no audience"] = new(401, teams => Bearer(teams.Token(audience: ""))),
            ["another issuer"] = new(401, teams => Bearer(teams.Token(issuer: "https://sts.windows.net/x/"))),
            ["an issuer that begins alike"] = new(401, teams => Bearer(teams.Token(issuer: TeamsDouble.Issuer + ".example.com"))),
            ["algorithm none"] = new(401, teams => Bearer(Unsigned(teams.Token()))),
            ["algorithm none, signature kept"] = new(401, teams => Bearer(Unsigned(teams.Token()) + teams.Token().Split('.')[2])),
            ["signed with another key"] = new(401, teams => Bearer(teams.Token(key: RSA.Create(2048)))),
            ["signed with an unknown key id"] = new(401, teams => Bearer(teams.Token(key: RSA.Create(2048), kid: "two"))),
            ["signed with the public key as a secret"] = new(401, teams => Bearer(Hashed(teams))),
            ["another algorithm of the right key"] = new(401, teams => Bearer(teams.Token(algorithm: SecurityAlgorithms.RsaSha512))),
            ["changed after it was signed"] = new(401, teams => Bearer(Changed(teams.Token()))),
            ["without its signature"] = new(401, teams => Bearer(string.Join('.', teams.Token().Split('.')[..2]) + ".")),
            ["an hour and six minutes old"] = new(401, teams => Bearer(teams.Token(age: TimeSpan.FromMinutes(66)))),
            ["without an end"] = new(401, teams => Bearer(teams.Token(claims => claims.Remove("exp")))),
            ["an end beyond all calendars"] = new(401, teams => Bearer(teams.Token(claims => claims["exp"] = 1_000_000_000_000_000_000))),
            ["an end that is a word"] = new(401, teams => Bearer(teams.Token(claims => claims["exp"] = "tomorrow"))),
            ["two audiences, none of them ours"] = new(
                401,
                teams => Bearer(teams.Token(claims => claims["aud"] = new JsonArray(OtherTenant, "x")))
            ),
            ["no issuer"] = new(401, teams => Bearer(teams.Token(claims => claims.Remove("iss")))),
            ["an issuer that is a number"] = new(401, teams => Bearer(teams.Token(claims => claims["iss"] = 5))),
            ["without a key id"] = new(401, teams => Bearer(teams.Token(kid: null))),
            ["encrypted, of five parts"] = new(401, _ => Bearer("a.b.c.d.e")),
            ["the public cloud's token at a sovereign bot"] = new(401, Right, Bot: Site.Sovereign),
            ["a sovereign cloud's token at the public bot"] = new(401, teams => Bearer(teams.Token(issuer: Sovereign))),
            ["a key that is not endorsed for Teams"] = new(401, Right, Bot: Site.Unendorsed),
            ["the metadata is down"] = new(401, Right, Bot: Site.Down),
            ["the metadata is not there"] = new(401, Right, Bot: Site.Missing),
            ["the metadata names no keys"] = new(401, Right, Bot: Site.Keyless),

            ["another channel"] = new(403, Right, (_, bot) => bot.Message(channel: "webchat")),
            ["no channel"] = new(403, Right, (_, bot) => bot.Message(channel: "")),
            ["another tenant"] = new(403, Right, (_, bot) => bot.Message(tenant: OtherTenant)),
            ["two tenants, one of them ours"] = new(
                403,
                Right,
                (_, bot) => Edited(bot, activity => activity["channelData"]!["tenant"]!["id"] = OtherTenant)
            ),
            ["no tenant at all"] = new(
                403,
                Right,
                (_, bot) =>
                    Edited(
                        bot,
                        activity =>
                        {
                            activity.Remove("channelData");
                            activity["conversation"]!.AsObject().Remove("tenantId");
                        }
                    )
            ),
            ["no service URL in the token"] = new(403, teams => Bearer(teams.Token(claims => claims.Remove("serviceurl")))),
            ["no service URL in the activity"] = new(403, Right, (_, bot) => Edited(bot, activity => activity.Remove("serviceUrl"))),
            ["a service URL that is not the token's"] = new(
                403,
                teams => Bearer(teams.Token(serviceUrl: "https://smba.trafficmanager.net/teams/"))
            ),
            ["a service URL that is not allowed"] = new(
                403,
                teams => Bearer(teams.Token(serviceUrl: "https://evil.example.com/")),
                (_, bot) => bot.Message(serviceUrl: "https://evil.example.com/")
            ),
            ["a service URL beside the allowed one"] = new(
                403,
                teams => Bearer(teams.Token(serviceUrl: $"{teams.Address}connector-evil/")),
                (teams, bot) => bot.Message(serviceUrl: $"{teams.Address}connector-evil/")
            ),
            ["a service URL that is none"] = new(
                403,
                teams => Bearer(teams.Token(serviceUrl: "none")),
                (_, bot) => bot.Message(serviceUrl: "none")
            ),
        };

    private static AuthenticationHeaderValue? Right(TeamsDouble teams) => Bearer(teams.Token());

    private static string Edited(BotHost bot, Action<JsonObject> edit)
    {
        var activity = JsonNode.Parse(bot.Message("status"))!.AsObject();
        edit(activity);
        return activity.ToJsonString();
    }

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
            "",
            "{",
            "null",
            "[]",
            "\"text\"",
            "{}",
            "{\"type\":5}",
            "{\"type\":\"\"}",
            "{\"type\":\"message\",\"from\":\"me\"}",
            "\u0000\u0001",
            "{\"type\":\"message\",\"entities\":[1]}",
            new string('[', 5000),
            "{\"type\":\"message\",\"text\":\"" + new string('x', 300_000) + "\"}",
        ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task What_is_no_activity_is_refused_with_a_sentence(string body)
    {
        using var response = await _bot.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            "This is not an activity",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("message", false)]
    [InlineData("message", true)]
    [InlineData("messageUpdate", false)]
    [InlineData("invoke", false)]
    [InlineData("installationUpdate", false)]
    public async Task An_activity_without_a_conversation_is_refused_with_a_sentence(string kind, bool isThere)
    {
        using var response = await _bot.PostAsync(
            Edited(
                _bot,
                activity =>
                {
                    activity["type"] = kind;
                    activity["conversation"] = isThere ? new JsonObject { ["id"] = "" } : null;
                }
            )
        );

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            "names no conversation",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
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

    private static string Unsigned(string token) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT","kid":"one"}""")}.{token.Split('.')[1]}.";

    private static string Hashed(TeamsDouble teams)
    {
        var head = $"{Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT","kid":"one"}""")}.{teams.Token().Split('.')[1]}";
        return $"{head}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(TeamsDouble.PublicKey(), Encoding.UTF8.GetBytes(head)))}";
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = Base64UrlEncoder
            .Decode(parts[1])
            .Replace("smba", "sbma", StringComparison.Ordinal)
            .Replace("connector", "konnector", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
    }
}

/// <summary>One channel for many questions, and the bots that have to do with it.</summary>
public sealed class Site : IAsyncLifetime
{
    internal const string Usual = "usual",
        Sovereign = "sovereign",
        Unendorsed = "unendorsed",
        Down = "down",
        Missing = "missing",
        Keyless = "keyless";

    private const string Metadata = "Channel:Metadata";

    private readonly List<IAsyncDisposable> _all = [];
    private readonly Dictionary<string, BotHost> _bots = new(StringComparer.Ordinal);

    internal TeamsDouble Teams { get; private set; } = null!;

    internal BotHost Bot => _bots[Usual];

    public async ValueTask InitializeAsync()
    {
        Teams = await TeamsDouble.StartAsync();
        await BotAsync(Usual);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _all)
        {
            await one.DisposeAsync();
        }

        await Teams.DisposeAsync();
    }

    internal async Task<BotHost> BotAsync(string name)
    {
        if (!_bots.TryGetValue(name, out var bot))
        {
            bot = _bots[name] = await BotHost.StartAsync(Teams, null, await SettingsAsync(name));
            _all.Insert(0, bot);
        }

        return bot;
    }

    private async Task<(string Name, string Value)[]> SettingsAsync(string name) =>
        name switch
        {
            Sovereign =>
            [
                (Metadata, (await IssuerAsync(teams => teams.MetadataIssuer = "https://api.botframework.azure.us")).AbsoluteUri),
                ("Channel:Issuer", "https://api.botframework.azure.us"),
            ],
            Unendorsed => [(Metadata, (await IssuerAsync(teams => teams.Endorsements[0] = "skype")).AbsoluteUri)],
            Down => [(Metadata, "http://127.0.0.1:1/openid")],
            Missing => [(Metadata, new Uri(Teams.Address, "nothing").AbsoluteUri)],
            Keyless => [(Metadata, new Uri(Teams.ServiceUrl, "nothing").AbsoluteUri)],
            _ => [],
        };

    private async Task<Uri> IssuerAsync(Action<TeamsDouble> change)
    {
        var teams = await TeamsDouble.StartAsync();
        _all.Add(teams);
        change(teams);
        return teams.Metadata;
    }
}
