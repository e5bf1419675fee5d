using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Alerts;

/// <summary><c>POST /alerts</c>: who may, what is read, what becomes of it.</summary>
public sealed class What_monitoring_says_opens_incidents(MonitoredHouse monitored) : IClassFixture<MonitoredHouse>, IAsyncLifetime
{
    private const string Secret = MonitoredHouse.Secret,
        Other = MonitoredHouse.Other;

    private static int _hosts;

    private readonly BotHouse _house = monitored.House;

    // Making a house proves its runbooks, which takes seconds: the tests share one, each with a host of its own.
    private readonly string _host = $"EXCH{Interlocked.Increment(ref _hosts):00}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _house.Clock.Advance(TimeSpan.FromMinutes(1));
        await _house.RelayAsync(_host);
    }

    public async ValueTask DisposeAsync()
    {
        // The next test's host did not stop together with this one.
        foreach (var incident in await OpenAsync())
        {
            await _house.Engine.TellAsync(incident.Number, at => new Commanded(at, CommandVerb.Close, Some.Lead, null, ""), Token);
            await _house.Engine.TellAsync(incident.Number, at => new Commanded(at, CommandVerb.Close, Some.Lead, null, ""), Token);
        }
    }

    public static TheoryData<string, string> Forms =>
        new()
        {
            {
                "alertmanager",
                """{"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"SmtpDown","instance":"{host}.corp.example:25"},"annotations":{"summary":"no answer"}}]}"""
            },
            {
                "alertmanager by host",
                """{"alerts":[{"labels":{"host":"{host}","instance":"10.0.0.1:25","alertname":"SmtpDown"},"annotations":{"summary":"no answer"}}]}"""
            },
            {
                "azure",
                """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"alertRule":"SmtpDown","description":"no answer","monitorCondition":"Fired","configurationItems":["{host}"],"alertTargetIDs":["/subscriptions/1/x"]}}}"""
            },
            {
                "azure by target",
                """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"alertRule":"SmtpDown","description":"no answer","alertTargetIDs":["/subscriptions/1/virtualmachines/{host}"]}}}"""
            },
            { "plain", """{"host":"{host}","text":"SmtpDown: no answer"}""" },
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_opens_an_incident_and_calls_people(string form, string body)
    {
        using var response = await PostAsync(body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True((await response.Content.ReadAsStringAsync(Token)).Contains($"was opened for {_host}.", StringComparison.Ordinal), form);
        var incident = Assert.Single(await OpenAsync());
        Assert.False(incident.Quiet);
        await _house.Channel.UntilAsync(told => told.Contains("prometheus says: SmtpDown: no answer", StringComparison.Ordinal), Token);
    }

    [Fact]
    public async Task A_form_with_fields_is_plain_too()
    {
        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["host"] = _host, ["text"] = "no mail" });
        using var response = await SendAsync(content, Secret);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(await OpenAsync());
    }

    [Fact]
    public async Task Alerts_about_an_open_incident_join_it_and_what_is_said_again_is_not_kept_again()
    {
        using var first = await PostAsync("""{"host":"{host}","text":"one"}""");
        var before = await WordsAsync();
        using var second = await PostAsync("""{"host":"{host}","text":"one"}""", Other);
        using var third = await PostAsync("""{"host":"{host}","text":"one"}""");

        Assert.Contains($"was already open for {_host}.", await third.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Single(await OpenAsync());
        Assert.Equal(before + 1, await WordsAsync());
    }

    [Fact]
    public async Task A_source_that_says_something_else_each_time_fills_neither_the_channel_nor_the_record()
    {
        const int said = 3 * ChangeSignals.MostOfSender;
        for (var number = 0; number < said; number++)
        {
            using var taken = await PostAsync($$"""{"host":"{host}","text":"Queue length {{number}}"}""", MonitoredHouse.Chatty);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        var kept = 1 + ChangeSignals.MostOfSender;
        Assert.Equal(kept, await WordsAsync());
        _house.Get<ChangeSignals>().Tell("the end");
        await _house.Channel.UntilAsync(told => told.Contains("the end", StringComparison.Ordinal), Token);
        Assert.Equal(kept, _house.Channel.Told.Count(told => told.Contains("chatty says", StringComparison.Ordinal)));
        using var last = await PostAsync("""{"host":"{host}","text":"Queue length 99"}""", MonitoredHouse.Chatty);
        Assert.Contains("were left out", await last.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_at_once_are_one_incident()
    {
        var responses = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(number => PostAsync($$"""{"host":"{{_host}}","text":"{{number}}"}"""))
        );

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Single(await OpenAsync());
    }

    [Fact]
    public async Task Words_are_sealed_and_are_no_commands()
    {
        using var response = await PostAsync("""{"host":"{host}","text":"close inc-1 **stop** approve 1/1"}""");

        var incident = Assert.Single(await OpenAsync());
        Assert.True(incident.IsOpen);
        await foreach (var entry in _house.Get<Journals>().ReadAsync((await OpenAsync())[0].Number, Token))
        {
            Assert.DoesNotContain("approve 1/1", Encoding.UTF8.GetString(entry.Bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task That_it_is_over_changes_nothing()
    {
        using var response = await PostAsync("""{"host":"{host}","text":"ok","status":"resolved"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await OpenAsync());
    }

    [Theory]
    [InlineData("ACKNOWLEDGEMENT")]
    [InlineData("DOWNTIMESTART")]
    [InlineData("FLAPPINGSTART")]
    [InlineData("RECOVERY")]
    public async Task What_is_seen_planned_unsteady_or_over_opens_nothing_and_is_taken(string status)
    {
        using var content = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["host"] = _host,
                ["text"] = "x",
                ["status"] = status,
            }
        );
        using var response = await SendAsync(content, Secret);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task One_bad_alert_of_many_refuses_itself_alone()
    {
        using var response = await PostAsync(
            """{"alerts":[{"labels":{"alertname":"WatchdogLost"}},{"labels":{"host":"NOWHERE"}},{"labels":{"host":"{host}","alertname":"SmtpDown"}}]}"""
        );

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(await OpenAsync());
        var answer = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("WatchdogLost names no host", answer, StringComparison.Ordinal);
        Assert.Contains("NOWHERE: No confirmed relay", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_is_read_by_what_it_is_and_not_by_what_its_header_says()
    {
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes($$"""{"host":"{{_host}}","text":"Warteschlange über 500"}"""));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        using var response = await SendAsync(content, Secret);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await _house.Channel.UntilAsync(told => told.Contains("Warteschlange \ufffdber 500", StringComparison.Ordinal), Token);
    }

    [Theory]
    [InlineData("""{"host":"NOWHERE","text":"no relay"}""", "No confirmed relay")]
    [InlineData("""{"text":"no host"}""", "names no host")]
    [InlineData("""{"alerts":[]}""", "names no host")]
    [InlineData("""{"alerts":[1,null]}""", "names no host")]
    [InlineData("""{"schemaId":"azureMonitorCommonAlertSchema"}""", "names no host")]
    [InlineData("""{"host":"\ud800","text":5}""", "names no host")]
    [InlineData("[]", "no JSON object")]
    [InlineData("null", "no JSON object")]
    [InlineData("{", "no valid JSON")]
    [InlineData("", "no valid JSON")]
    public async Task What_is_no_alert_is_refused_with_one_sentence(string body, string sentence)
    {
        using var response = await PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(sentence, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var response = await PostAsync($$"""{"host":"{{_host}}","text":"{{new string('x', 300_000)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdeX")]
    [InlineData("0123456789abcdef")]
    public async Task Without_a_right_secret_nothing_is_taken(string? secret)
    {
        using var response = await PostAsync("""{"host":"{host}"}""", secret);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task The_secret_may_stand_in_the_address_for_those_who_can_send_no_header()
    {
        using var response = await _house.Http.PostAsync(
            $"/alerts?key={Other}",
            new StringContent($$"""{"host":"{{_host}}"}""", Encoding.UTF8, "application/json"),
            Token
        );

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Whoever_speaks_too_often_waits_a_minute_and_nobody_else_does()
    {
        for (var number = 0; number < 20; number++)
        {
            using var fine = await PostAsync("""{"host":"{host}","text":"one"}""");
            Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
            using var wrong = await PostAsync("{}", "wrong");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var many = await PostAsync("""{"host":"{host}","text":"one"}""");
        using var guessing = await PostAsync("{}", "wrong");
        using var other = await PostAsync("""{"host":"{host}","text":"one"}""", Other);
        _house.Clock.Advance(TimeSpan.FromMinutes(1));
        using var later = await PostAsync("""{"host":"{host}","text":"one"}""");

        Assert.Equal(
            [HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { many, guessing, other, later }.Select(response => response.StatusCode)
        );
        Assert.Equal("60", many.Headers.RetryAfter?.ToString());
    }

    [Fact]
    public void What_is_wrong_with_the_settings_is_said_at_the_start()
    {
        var options = new AlertOptions
        {
            PerMinute = 0,
            Sources =
            {
                ["a"] = new() { Secret = "short" },
                ["b"] = new() { Secret = "short" },
            },
        };

        Assert.Equal(4, new AlertOptionsValidator().Validate(null, options).Failures?.Count());
    }

    private async Task<IReadOnlyList<Incident>> OpenAsync() =>
        [.. (await _house.Engine.ListOpenAsync(Token)).Where(incident => incident.Host == _host)];

    private async Task<int> WordsAsync()
    {
        var count = 0;
        await foreach (var entry in _house.Get<Journals>().ReadAsync((await OpenAsync())[0].Number, Token))
        {
            count += Encoding.UTF8.GetString(entry.Bytes).Contains("\"noted\"", StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }

    private Task<HttpResponseMessage> PostAsync(string body, string? secret = Secret) =>
        SendAsync(
            new StringContent(
                body.Replace("{host}", _host.ToLowerInvariant(), StringComparison.Ordinal),
                Encoding.UTF8,
                "application/json"
            ),
            secret
        );

    private async Task<HttpResponseMessage> SendAsync(HttpContent content, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/alerts") { Content = content };
        request.Headers.Authorization = secret is null ? null : new AuthenticationHeaderValue("Bearer", secret);
        return await _house.Http.SendAsync(request, Token);
    }
}

/// <summary>A bot with two sources of alerts.</summary>
public sealed class MonitoredHouse : IAsyncLifetime
{
    internal const string Secret = "0123456789abcdef0123456789abcdef",
        Other = "fedcba9876543210fedcba9876543210",
        Chatty = "00112233445566778899aabbccddeeff";

    internal BotHouse House { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        House = await BotHouse.OpenAsync(
            ("Alerts:Sources:prometheus:Secret", Secret),
            ("Alerts:Sources:azure:Secret", Other),
            ("Alerts:Sources:chatty:Secret", Chatty),
            ("Alerts:PerMinute", "20")
        );

    public ValueTask DisposeAsync() => House.DisposeAsync();
}
