using System.Net;
using System.Security.Cryptography;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

public sealed class Only_the_relay_itself_speaks_for_it
{
    [Fact]
    public async Task Whatever_is_wrong_with_an_assertion_it_is_401()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var other = await house.RelayAsync("EXCH02");
        using var strange = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = new SymmetricSecurityKey(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(relay.PublicKey())));
        var good = relay.Assertion();
        var parts = good.Split('.');
        var cases = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["empty"] = "",
            ["no token"] = "hello",
            ["three dots"] = "a.b.c",
            ["too long"] = good + new string('a', 5000),
            ["unknown relay"] = relay.Assertion(issuer: "relay-of-nobody", subject: "relay-of-nobody"),
            ["no issuer"] = relay.Assertion(issuer: " "),
            ["other subject"] = relay.Assertion(subject: other.Id),
            ["other relay's key"] = other.Assertion(issuer: relay.Id, subject: relay.Id),
            ["strange key"] = relay.Assertion(
                credentials: new SigningCredentials(new ECDsaSecurityKey(strange), SecurityAlgorithms.EcdsaSha256)
            ),
            ["key confusion"] = relay.Assertion(credentials: new SigningCredentials(secret, SecurityAlgorithms.HmacSha256)),
            ["other audience"] = relay.Assertion(audience: "somebody"),
            ["other type"] = relay.Assertion(type: "JWT"),
            ["a grant's type"] = relay.Assertion(type: Grant.TokenType),
            ["no id"] = relay.Assertion(id: null),
            ["over"] = relay.Assertion(minutes: -2),
            ["too long a life"] = relay.Assertion(minutes: 20),
            ["no signature"] = $"{parts[0]}.{parts[1]}.",
            ["alg none"] = $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"imcbot-relay+jwt"}""")}.{parts[1]}.",
            ["changed claims"] =
                $"{parts[0]}."
                + $"{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("imcbot", "imcbow", StringComparison.Ordinal))}.{parts[2]}",
        };

        foreach (var (name, assertion) in cases)
        {
            var answer = await relay.PostAsync("hello", relay.Hello(), assertion);
            Assert.True(answer.Status == HttpStatusCode.Unauthorized, $"{name}: {answer.Status}");
            Assert.NotEmpty(answer.Error);
        }

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello(), good)).Status);
    }

    [Fact]
    public async Task An_assertion_is_taken_once()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var assertion = relay.Assertion();

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello(), assertion)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await relay.PostAsync("hello", relay.Hello(), assertion)).Status);
    }

    [Fact]
    public async Task What_is_over_is_forgotten_within_a_minute_of_the_next()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await using var db = await house.Get<IDbContextFactory<JournalDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var taken = await db.Assertions.CountAsync(TestContext.Current.CancellationToken);
        Assert.True(taken > 0);

        house.Clock.Advance(RelayAssertion.LongestLife + (3 * RelayAssertion.Skew));
        await relay.PostAsync("hello", relay.Hello());

        Assert.Equal(1, await db.Assertions.CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_it_said_before_does_not_count_as_a_word_from_it()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var assertion = relay.Assertion();
        await relay.PostAsync("hello", relay.Hello(), assertion);
        var register = house.Get<RelayRegister>();
        var heard = (await register.FindAsync(relay.Id, TestContext.Current.CancellationToken))!.HeardAt;

        house.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.Unauthorized, (await relay.PostAsync("hello", relay.Hello(), assertion)).Status);

        Assert.Equal(heard, (await register.FindAsync(relay.Id, TestContext.Current.CancellationToken))!.HeardAt);
        await relay.PostAsync("hello", relay.Hello());
        Assert.NotEqual(heard, (await register.FindAsync(relay.Id, TestContext.Current.CancellationToken))!.HeardAt);
    }

    [Fact]
    public async Task A_clock_that_is_a_little_off_does_no_harm()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello(), relay.Assertion(minutes: 5.2))).Status);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello(), relay.Assertion(minutes: -0.3))).Status);
    }

    [Theory]
    [InlineData(88, null)]
    [InlineData(92, "This relay's clock is 92 s ahead of the bot's")]
    [InlineData(3600, "This relay's clock is 60 minutes ahead of the bot's")]
    [InlineData(-268, null)]
    [InlineData(-272, "This relay's clock is 272 s behind the bot's")]
    [InlineData(-3600, "This relay's clock is 60 minutes behind the bot's")]
    public async Task A_clock_that_is_too_far_off_is_named_with_the_difference(int ahead, string? said)
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        relay.Ahead = TimeSpan.FromSeconds(ahead);

        var answer = await relay.PostAsync("hello", relay.Hello());

        Assert.Equal(said is null, RelayAssertion.ClockProblem(relay.Ahead) is null);
        if (said is null)
        {
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            return;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.StartsWith(said, answer.Error, StringComparison.Ordinal);
        using var strange = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = await relay.PostAsync(
            "hello",
            relay.Hello(),
            relay.Assertion(credentials: new SigningCredentials(new ECDsaSecurityKey(strange), SecurityAlgorithms.EcdsaSha256))
        );
        Assert.DoesNotContain("clock", forged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_speaks_for_its_own_host_only()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await relay.PostAsync("hello", relay.Hello() with { Host = "EXCH02" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await relay.PostAsync("alerts", Some.Alert(false, 4102) with { Host = "EXCH02" })).Status);
        Assert.Empty(await house.Engine.ListOpenAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(1, 1, 200)]
    [InlineData(7, 1, 200)]
    [InlineData(7, 2, 426)]
    [InlineData(0, 0, 426)]
    public async Task Versions_that_do_not_overlap_are_426(int newest, int oldest, int status)
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        Assert.Equal(status, (int)(await relay.PostAsync("hello", relay.Hello(newest, oldest))).Status);
    }

    [Theory]
    [InlineData("hello", "")]
    [InlineData("hello", "null")]
    [InlineData("hello", "[]")]
    [InlineData("hello", "{")]
    [InlineData("hello", "{}")]
    [InlineData("poll", "{\"known\":[\"7\"]}")]
    [InlineData("poll", "{\"known\":null}")]
    [InlineData("reports", "{}")]
    [InlineData("reports", "[{\"run\":\"INC-1/1\"}]")]
    [InlineData("alerts", "\"4102\"")]
    [InlineData("alerts", "{\"host\":null}")]
    [InlineData("reports", "[null]")]
    [InlineData(
        "alerts",
        "{\"host\":\"EXCH01\",\"service\":\"MSExchangeIMC\",\"serviceUp\":false,\"backlog\":false,\"events\":[null],\"at\":1}"
    )]
    [InlineData("hello", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    public async Task A_body_that_is_none_is_400_with_a_sentence(string path, string body)
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        var answer = await relay.SendAsync(HttpMethod.Post, path, new StringContent(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.EndsWith(".", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_256_KB_is_413()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await relay.SendAsync(HttpMethod.Post, "alerts", new ByteArrayContent(new byte[300 * 1024]))).Status
        );
    }

    [Fact]
    public async Task A_searchs_manifest_is_kept_under_its_digest_and_no_other()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await house.ToApprovalAsync(relay, "mail.suspects", "service.running", "port.answers");
        var request = (await house.Engine.FindAsync(1, TestContext.Current.CancellationToken))!.Request!;
        await house.Engine.TellAsync(
            1,
            at => new Core.Incidents.Voted(at, request.Question, Some.OnCall, Core.Incidents.Answer.Approve, "go", request.Digest),
            TestContext.Current.CancellationToken
        );
        Assert.NotNull((await house.Engine.FindAsync(1, TestContext.Current.CancellationToken))!.Search);
        var bytes = RandomNumberGenerator.GetBytes(1_000_000);
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await relay.SendAsync(HttpMethod.Put, $"blobs/{digest}", new ByteArrayContent(bytes))).Status
        );
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await relay.SendAsync(HttpMethod.Put, $"blobs/{digest}", new ByteArrayContent(bytes))).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await relay.SendAsync(HttpMethod.Put, $"blobs/{digest}", new ByteArrayContent([1, 2, 3]))).Status
        );
        Assert.Equal(bytes, await house.Get<Bot.Journal.Journals>().Blobs.FindAsync(digest, TestContext.Current.CancellationToken));
    }
}
