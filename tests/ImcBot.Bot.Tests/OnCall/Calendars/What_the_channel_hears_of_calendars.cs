using System.IO.Compression;
using System.Net;
using System.Text;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Approvals;
using ImcBot.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.OnCall.Calendars;

public sealed class What_the_channel_hears_of_calendars
{
    private const string OnCallFeed = "https://calendar.example.org/secret-4711/on-call.ics",
        LeadFeed = "https://calendar.example.org/secret-4712/lead.ics";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 7, 6, 12, 0, 0, TimeSpan.Zero));
    private readonly ChangeSignals _signals = new();
    private readonly FeedServer _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feed_with_a_bad_event_takes_no_other_role_with_it_and_is_told_once()
    {
        _server.Answers[OnCallFeed] = Calendar("TZID=Etc/ABC:20260706T000000", "Olu");
        _server.Answers[LeadFeed] = Calendar("VALUE=DATE:20260706", "Lena");
        var (keeper, duty) = Keeper();

        await LooksAsync(keeper, 3);

        Assert.Empty(duty.Holders(Role.OnCall));
        Assert.Equal(["lena"], duty.Holders(Role.Lead));
        Assert.Single(News(), sentence => sentence.Contains("Etc/ABC", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_emptied_calendar_takes_everybody_off_and_is_not_called_unreadable()
    {
        _server.Answers[OnCallFeed] = Calendar("VALUE=DATE:20260706", "Olu");
        var (keeper, duty) = Keeper();
        await LooksAsync(keeper, 1);
        Assert.Equal(["olu"], duty.Holders(Role.OnCall));

        _server.Answers[OnCallFeed] = Ok("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
        await LooksAsync(keeper, 2);

        Assert.Empty(duty.Holders(Role.OnCall));
        var news = News();
        Assert.Single(news, sentence => sentence.StartsWith("Nobody is on call", StringComparison.Ordinal));
        Assert.Single(news, "The roster of 'on-call' holds no shift.");
        Assert.DoesNotContain(news, sentence => sentence.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_feed_that_was_cut_off_leaves_the_last_good_roster_but_not_for_ever_where_it_never_was_whole()
    {
        _server.Answers[OnCallFeed] = Calendar("VALUE=DATE:20260706", "Olu");
        var (keeper, duty) = Keeper();
        await LooksAsync(keeper, 1);
        _server.Answers[OnCallFeed] = Ok(Text("VALUE=DATE:20260706", "Lena").Replace("END:VCALENDAR", "", StringComparison.Ordinal));
        await LooksAsync(keeper, 2);

        Assert.Equal(["olu"], duty.Holders(Role.OnCall));
        Assert.Single(
            News(),
            sentence => sentence.Contains("cannot be read: it ends in the middle. The one read ", StringComparison.Ordinal)
        );

        (keeper, duty) = Keeper();
        await LooksAsync(keeper, 1);
        Assert.Equal(["lena"], duty.Holders(Role.OnCall));
    }

    [Fact]
    public async Task Somebody_unknown_on_a_coming_shift_is_told_while_there_is_time()
    {
        _server.Answers[OnCallFeed] = Calendar("VALUE=DATE:20260710", "Zoe Unknown");
        var (keeper, _) = Keeper();

        await LooksAsync(keeper, 2);

        Assert.Single(
            News(),
            "The roster of 'on-call' names Zoe Unknown, whom OnCall:People does not know; nobody is asked in their place."
        );
    }

    [Theory]
    [InlineData("https://calendar.example.org/a.ics", null)]
    [InlineData("http://calendar.example.org/a.ics", "it was moved to an address that is not https")]
    [InlineData("/b/c.ics?token=made-up", null)]
    [InlineData("http://127.0.0.1:1/a.ics", "its server answered 404")]
    public async Task Moves_are_followed_over_https_alone(string location, string? problem)
    {
        _server.Answers["https://calendar.example.org/old.ics"] = (HttpStatusCode.MovedPermanently, location, "", "");
        _server.Answers[new Uri(new Uri("https://calendar.example.org/"), location).AbsoluteUri] = problem is null
            ? Calendar("VALUE=DATE:20260706", "Olu")
            : (HttpStatusCode.NotFound, null, "", "");

        var (calendar, said) = await Reader().ReadAsync("https://calendar.example.org/old.ics", Readings.Plain, null, Token);

        Assert.Equal((problem is null, problem), (calendar is not null, said));
    }

    [Fact]
    public async Task Nothing_is_fetched_over_a_plain_line_in_a_circle_or_beyond_the_limit()
    {
        _server.Answers["https://calendar.example.org/round.ics"] = (HttpStatusCode.Found, "round.ics", "", "");
        _server.Answers["https://calendar.example.org/large.ics"] = Ok(new string('x', CalendarReader.MostBytes + 1));
        _server.Answers["https://calendar.example.org/login.ics"] = (
            HttpStatusCode.OK,
            null,
            "text/html; charset=utf-8",
            "<title>Sign in</title>"
        );

        Assert.Equal("it was moved more than 5 times", await ProblemAsync("https://calendar.example.org/round.ics"));
        Assert.Equal("it is larger than 2 MB", await ProblemAsync("https://calendar.example.org/large.ics"));
        Assert.Equal("it is no iCalendar", await ProblemAsync("https://calendar.example.org/login.ics"));
        Assert.Equal("its address is not https", await ProblemAsync("http://calendar.example.org/a.ics"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_feed_that_cannot_be_unpacked_is_told_of(bool isGzip)
    {
        using var server = new PackedBadly(isGzip);

        var (_, problem) = await Reader(server).ReadAsync("https://calendar.example.org/packed.ics", Readings.Plain, null, Token);

        Assert.Equal("what its server sent cannot be unpacked", problem);
    }

    [Fact]
    public async Task The_talks_of_the_field_end_as_they_should()
    {
        var talks = Field.Files(".http");
        Assert.SkipWhen(talks[0].Length == 0, "The sample data of the field is not here (../shared/data/field).");
        foreach (var talk in talks)
        {
            var blocks = (await File.ReadAllTextAsync(Field.PathOf(talk), Token))
                .ReplaceLineEndings("\n")
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var asked = blocks
                .Select((block, at) => (Block: block, At: at))
                .Where(one => one.Block.StartsWith("GET ", StringComparison.Ordinal))
                .ToArray();
            foreach (var (block, at) in asked)
            {
                var lines = block.Split('\n');
                var headers = lines[2..]
                    .Select(line => line.Split(": ", 2))
                    .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
                var next = blocks.ElementAtOrDefault(at + 1) ?? "";
                var body =
                    next.EndsWith(".ics", StringComparison.Ordinal)
                        ? await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(Field.PathOf(talk))!, next), Token)
                    : next.StartsWith("GET ", StringComparison.Ordinal) ? ""
                    : next;
                _server.Answers[lines[0]["GET ".Length..]] = (
                    (HttpStatusCode)int.Parse(lines[1]),
                    headers.GetValueOrDefault("Location"),
                    headers.GetValueOrDefault("Content-Type") ?? "",
                    body
                );
            }

            var (calendar, problem) = await Reader().ReadAsync(asked[0].Block.Split('\n')[0]["GET ".Length..], Readings.Plain, null, Token);

            Assert.Equal(blocks[^1].StartsWith("told:", StringComparison.Ordinal), calendar is null);
            Assert.Contains(problem ?? "", blocks[^1], StringComparison.Ordinal);
        }
    }

    private async Task<string?> ProblemAsync(string address) => (await Reader().ReadAsync(address, Readings.Plain, null, Token)).Problem;

    private CalendarReader Reader(HttpMessageHandler? server = null)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock).AddCalendars();
        services.AddHttpClient(CalendarReader.Client).ConfigurePrimaryHttpMessageHandler(() => server ?? _server);
        return services.BuildServiceProvider().GetRequiredService<CalendarReader>();
    }

    private (RosterRefresher Keeper, OnCallRoster OnCallRoster) Keeper()
    {
        var options = Options.Create(
            new OnCallOptions
            {
                Calendars =
                {
                    [Role.OnCall] = new() { Source = OnCallFeed },
                    [Role.Lead] = new() { Source = LeadFeed },
                },
                People =
                {
                    new() { Name = "Olu", Id = "olu" },
                    new() { Name = "Lena", Id = "lena" },
                },
            }
        );
        _server.Answers.TryAdd(LeadFeed, Calendar("VALUE=DATE:20260706", "Lena"));
        var duty = new OnCallRoster(options);
        return (new RosterRefresher(options, duty, Reader(), _signals, _clock, NullLogger<RosterRefresher>.Instance), duty);
    }

    private async Task LooksAsync(RosterRefresher keeper, int times)
    {
        for (var look = 0; look < times; look++)
        {
            await keeper.LookAsync(Token);
            _clock.Advance(TimeSpan.FromMinutes(16));
        }
    }

    private List<string> News()
    {
        var news = new List<string>();
        while (_signals.News.TryRead(out var told))
        {
            Assert.DoesNotContain("secret-47", told.Sentence + told.Logged, StringComparison.Ordinal);
            news.Add(told.Sentence);
        }

        return news;
    }

    private static (HttpStatusCode, string?, string, string) Calendar(string start, string name) => Ok(Text(start, name));

    private static (HttpStatusCode, string?, string, string) Ok(string text) =>
        (HttpStatusCode.OK, null, "text/calendar; charset=utf-8", text);

    private static string Text(string start, string name) =>
        $"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;{start}\r\nDURATION:P1D\r\nSUMMARY:{name}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    /// <summary>A server that answers nobody who does not say who he is.</summary>
    private sealed class FeedServer : HttpMessageHandler
    {
        public Dictionary<string, (HttpStatusCode Status, string? Location, string Type, string Body)> Answers { get; } =
            new(StringComparer.Ordinal);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (status, location, type, body) =
                request.Headers.UserAgent.Count == 0
                    ? (HttpStatusCode.Forbidden, null, "", "")
                    : Answers.GetValueOrDefault(request.RequestUri!.AbsoluteUri, (HttpStatusCode.NotFound, null, "", ""));
            var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
            response.Headers.Location = location is null ? null : new Uri(location, UriKind.RelativeOrAbsolute);
            response.Content.Headers.TryAddWithoutValidation("Content-Type", type.Length == 0 ? null : type);
            return Task.FromResult(response);
        }
    }

    /// <summary>What a client that unpacks by itself gets from a server that packs badly.</summary>
    private sealed class PackedBadly(bool isGzip) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = new MemoryStream([.. "no packed bytes at all, at least not of this kind"u8]);
            return Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StreamContent(
                        isGzip ? new GZipStream(body, CompressionMode.Decompress) : new BrotliStream(body, CompressionMode.Decompress)
                    ),
                }
            );
        }
    }
}
