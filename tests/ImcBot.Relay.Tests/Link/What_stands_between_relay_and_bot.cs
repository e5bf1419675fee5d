using System.Net;
using ImcBot.Relay.Session;
using ImcBot.Testing.Link;
using Xunit;

namespace ImcBot.Relay.Tests.Link;

/// <summary>
/// The relay's own process behind a network with faults: no answer but the bot's counts, none ends it, and what it has to tell arrives when
/// the way is free.
/// </summary>
public sealed class What_stands_between_relay_and_bot(ITestOutputHelper output)
{
    private const string Empty = "",
        Json = "application/json",
        NotBot = "answers that is not the bot";

    [Fact]
    public async Task An_alert_that_somebody_else_takes_is_kept_and_told_and_delivered_once_the_bot_is_back()
    {
        await using var relay = await LinkedRelay.StartAsync();
        Fault[] strangers =
        [
            .. (
                ((string Body, string Type)[])
                    [
                        ("<html>Sign in</html>", "text/html"),
                        ("null", Json),
                        ("{}", Json),
                        ("""{"protocol":1,"jobs":[null],"botTime":1}""", Json),
                        (Empty, Json),
                    ]
            ).Select(body => Fault.Stranger(HttpStatusCode.OK, body.Body, body.Type)),
            .. (
                (HttpStatusCode[])
                    [
                        HttpStatusCode.Created,
                        HttpStatusCode.Accepted,
                        HttpStatusCode.NoContent,
                        HttpStatusCode.ResetContent,
                        HttpStatusCode.PartialContent,
                    ]
            ).Select(status => Fault.Stranger(status)),
            .. (
                (HttpStatusCode[])
                    [
                        HttpStatusCode.MovedPermanently,
                        HttpStatusCode.Found,
                        HttpStatusCode.SeeOther,
                        HttpStatusCode.TemporaryRedirect,
                        HttpStatusCode.PermanentRedirect,
                    ]
            ).Select(status => Fault.Stranger(status, location: relay.Way.Address + "portal")),
            .. (
                (HttpStatusCode[])
                    [
                        HttpStatusCode.BadRequest,
                        HttpStatusCode.Unauthorized,
                        HttpStatusCode.Forbidden,
                        HttpStatusCode.NotFound,
                        HttpStatusCode.Gone,
                        HttpStatusCode.RequestEntityTooLarge,
                        HttpStatusCode.UnprocessableEntity,
                        HttpStatusCode.UpgradeRequired,
                        HttpStatusCode.BadGateway,
                        HttpStatusCode.ServiceUnavailable,
                    ]
            ).Select((status, at) => at % 2 == 0 ? Fault.Stranger(status) : Fault.Stranger(status, """{"error":"no"}""", Json)),
            .. ((HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.Gone, HttpStatusCode.UpgradeRequired]).Select(status =>
                Fault.Stranger(status, """{"error":"no"}""", Json)
            ),
        ];

        foreach (var (stranger, number) in strangers.Select((stranger, at) => (stranger, at + 1)))
        {
            var before = relay.Way.Calls;
            relay.Way.Fault = stranger;
            relay.Stop();
            await relay.UntilAsync(() => relay.Way.Calls >= before + 4);
            Assert.Equal(number - 1, relay.Told);

            relay.Way.Fault = Fault.None;
            await relay.UntilAsync(() => relay.Told >= number);
            Assert.Equal(number, relay.Told);
        }

        output.WriteLine($"{strangers.Length} strangers");
        await relay.LoggedAsync(NotBot);
        await relay.LoggedAsync("The bot answers again after");
    }

    [Fact]
    public async Task An_answer_of_the_bot_that_holds_nothing_does_not_end_the_relay()
    {
        await using var relay = await LinkedRelay.StartAsync();
        foreach (
            var answer in (string[])
                [
                    "null",
                    "{}",
                    "[]",
                    "",
                    """{"botTime":1,"jobs":[null]}""",
                    """{"botTime":1,"jobs":null}""",
                    """{"botTime":"soon","jobs":[]}""",
                ]
        )
        {
            var before = relay.Bot.Polls;
            relay.Bot.Answers = answer;
            await relay.UntilAsync(() => relay.Bot.Polls >= before + 2);

            // Work again in between, so that each outage is a short one.
            relay.Bot.Answers = null;
            await relay.UntilAsync(() => relay.Bot.Polls >= before + 5);
        }

        await relay.LoggedAsync("cannot be used");
        await relay.LoggedAsync("The bot answers again after");
    }

    [Fact]
    public async Task Answers_that_are_cut_or_slow_lose_nothing()
    {
        await using var relay = await LinkedRelay.StartAsync();
        Fault[] faults =
        [
            .. ((int[])[0, 1, 17, 80, 160]).Select(bytes => new Fault.Cut(bytes)),
            new Fault.Slow(16, TimeSpan.FromMilliseconds(20)),
        ];
        foreach (var (fault, number) in faults.Select((fault, at) => (fault, at + 1)))
        {
            var before = relay.Way.Calls;
            relay.Way.Fault = fault;
            relay.Stop();
            await relay.UntilAsync(() => relay.Way.Calls >= before + 3);
            relay.Way.Fault = Fault.None;
            await relay.UntilAsync(() => relay.Told >= number);
        }
    }

    [Theory]
    [InlineData(CertificateFlaw.Expired, "expired on")]
    [InlineData(CertificateFlaw.NotYetValid, "is not valid before")]
    [InlineData(CertificateFlaw.OtherName, "the certificate is for other.example.com (CN=bot of a test), not for localhost")]
    [InlineData(CertificateFlaw.OtherIssuer, "comes from CN=Nobody's authority, which this host does not trust")]
    internal async Task A_certificate_is_refused_with_what_is_wrong_about_it(CertificateFlaw flaw, string reason)
    {
        await using var relay = await LinkedRelay.StartAsync(secure: true);

        relay.Way.Fault = new Fault.WrongCertificate(flaw);
        relay.Stop();
        await relay.LoggedAsync(reason);
        Assert.Equal(0, relay.Told);

        relay.Way.Fault = Fault.None;
        await relay.UntilAsync(() => relay.Told == 1);
        await relay.LoggedAsync("The bot answers again after");
    }

    [Fact]
    public async Task A_bot_that_has_moved_is_found_at_its_new_address()
    {
        Assert.Equal(TimeSpan.FromMinutes(5), Gateways.Connections().PooledConnectionLifetime);
        await using var relay = await LinkedRelay.StartAsync();

        relay.Way.Fault = new Fault.Moved();
        relay.Stop();

        await relay.UntilAsync(() => relay.Told == 1);
    }
}
