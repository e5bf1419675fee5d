using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.OnCall.Calendars;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Xunit;

namespace ImcBot.Bot.Tests.OnCall;

public sealed class Shifts_and_pages
{
    private const string Secret = "0123456789abcdef0123456789abcdef",
        HiddenPath = "hidden-hook-4711";

    private static readonly string Second = "11111111-0000-0000-0000-000000000023";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 12, 2, 47, 0, TimeSpan.Zero));
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "on-call.ics");
    private readonly ChangeSignals _signals = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Of_two_on_the_same_shift_the_higher_priority_is_asked_first()
    {
        var calendar = ShiftCalendar.Read(
            Encoding.UTF8.GetBytes(
                Calendar(
                    "DTSTART:20260312T000000Z\r\nDTEND:20260313T000000Z\r\nPRIORITY:2\r\nSUMMARY:Oda",
                    "DTSTART:20260312T000000Z\r\nDTEND:20260313T000000Z\r\nPRIORITY:1\r\nSUMMARY:Olu",
                    "DTSTART:20260312T000000Z\r\nDTEND:20260313T000000Z\r\nSTATUS:CANCELLED\r\nSUMMARY:Nobody"
                )
            ),
            null,
            Calendars.Readings.Plain
        );

        Assert.Equal(
            ["Olu", "Oda"],
            calendar.At(Instant.FromUtc(2026, 3, 12, 12, 0), new People(null)).People.Select(person => person.Name)
        );
    }

    [Fact]
    public async Task A_shift_change_reaches_the_roles_and_those_of_the_fixed_list_stand_behind()
    {
        WriteShifts(("Olu", "20260312T000000Z", "20260312T030000Z"), ("Oda", "20260312T030000Z", "20260312T120000Z"));
        var (keeper, duty) = Keeper();

        await keeper.LookAsync(Token);
        Assert.Equal([Some.OnCall.Id, Some.Lead.Id], duty.Holders(Role.OnCall));

        _clock.Advance(TimeSpan.FromMinutes(20));
        await keeper.LookAsync(Token);

        Assert.Equal([Second, Some.Lead.Id], duty.Holders(Role.OnCall));
        Assert.Empty(duty.RolesOf(Some.OnCall.Id));
    }

    [Fact]
    public async Task A_calendar_that_cannot_be_read_keeps_the_last_good_one_and_is_told_once()
    {
        WriteShifts(("Olu", "20260312T000000Z", "20260313T000000Z"));
        var (keeper, duty) = Keeper();
        await keeper.LookAsync(Token);
        await File.WriteAllTextAsync(_file, "half a calen", Token);
        for (var look = 0; look < 3; look++)
        {
            _clock.Advance(TimeSpan.FromMinutes(16));
            await keeper.LookAsync(Token);
        }

        Assert.Equal(Some.OnCall.Id, duty.Holders(Role.OnCall)[0]);
        Assert.Equal(
            "The roster of 'on-call' cannot be read: it is no iCalendar. The one read 16 min ago stays. It is tried "
                + "again every 15 min.",
            Assert.Single(News())
        );

        WriteShifts(("Oda", "20260312T000000Z", "20260313T000000Z"));
        _clock.Advance(TimeSpan.FromMinutes(16));
        await keeper.LookAsync(Token);
        Assert.Equal(Second, duty.Holders(Role.OnCall)[0]);
        Assert.Equal("The roster of 'on-call' can be read again.", Assert.Single(News()));
    }

    [Fact]
    public async Task A_gap_and_a_stranger_in_the_calendar_are_told()
    {
        WriteShifts(("Zoe Unknown", "20260312T000000Z", "20260313T000000Z"));
        var (keeper, duty) = Keeper(behind: false);

        await keeper.LookAsync(Token);
        await keeper.LookAsync(Token);

        Assert.Empty(duty.Holders(Role.OnCall));
        Assert.Equal(
            2,
            News() is { Count: 2 } news
            && news[0].Contains("Zoe Unknown", StringComparison.Ordinal)
            && news[1].StartsWith("Nobody is on call", StringComparison.Ordinal)
                ? 2
                : 0
        );
    }

    [Fact]
    public async Task A_page_is_signed_can_be_repeated_and_says_how_it_is_acknowledged()
    {
        using var hook = new Hook();
        var pager = Pager(hook, out _);
        var incident = new Rehearsal("threads").Incident;

        var outcome = await pager.PageAsync(incident, new Page(3, Role.OnCall, "EXCH01: 7/3 waits", new(7, 3), Some.OnCall.Id), Token);

        Assert.Equal(new PageOutcome(true, ""), outcome);
        var (headers, body) = Assert.Single(hook.Taken);
        var signature = headers[WebhookPager.SignatureHeader];
        var time = signature.Split(',')[0][2..];
        Assert.Equal($"t={time},v1={WebhookPager.Sign(Secret, time, body)}", signature);
        Assert.Equal("INC-7.3", headers[WebhookPager.KeyHeader]);
        var page = JsonDocument.Parse(body).RootElement;
        Assert.Equal(
            ("INC-7.3", "7/3", Some.OnCall.Id),
            (page.GetProperty("page").GetString(), page.GetProperty("request").GetString(), page.GetProperty("to").GetString())
        );
        Assert.True(new PageId(7, 3).IsToken(page.GetProperty("acknowledge").GetProperty("token").GetString()!, Secret));
        Assert.Equal("https://imcbot.example.com/paging/v1/acknowledge", page.GetProperty("acknowledge").GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_page_is_tried_again_then_told_and_neither_address_nor_secret_is_logged()
    {
        using var hook = new Hook { Status = HttpStatusCode.ServiceUnavailable };
        var pager = Pager(hook, out var log);

        var paging = pager.PageAsync(new Rehearsal("threads").Incident, new Page(1, Role.OnCall, "EXCH01: down"), Token);
        while (!paging.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        var outcome = await paging;
        Assert.Equal(new PageOutcome(false, "the paging service answered 503"), outcome);
        Assert.Equal(3, hook.Taken.Count);
        Assert.DoesNotContain(
            log.Lines,
            line => line.Contains(Secret, StringComparison.Ordinal) || line.Contains(HiddenPath, StringComparison.Ordinal)
        );
    }

    private (RosterRefresher Keeper, OnCallRoster OnCallRoster) Keeper(bool behind = true)
    {
        var options = new OnCallOptions
        {
            Calendars = { [Role.OnCall] = new() { Source = _file } },
            People =
            {
                new() { Name = "Olu", Id = Some.OnCall.Id },
                new() { Name = "Oda", Id = Second },
            },
            Roles = { [Role.OnCall] = behind ? [Some.Lead.Id] : [], [Role.Lead] = [Some.Lead.Id] },
        };
        var duty = new OnCallRoster(Options.Create(options));
        var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        return (
            new RosterRefresher(
                Options.Create(options),
                duty,
                new CalendarReader(services.GetRequiredService<IHttpClientFactory>(), _clock),
                _signals,
                _clock,
                NullLogger<RosterRefresher>.Instance
            ),
            duty
        );
    }

    [Fact]
    public void People_are_listed_with_name_and_id_or_in_the_older_form()
    {
        using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(_clock)
            .AddOnCall(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([
                        new("OnCall:People:0:Name", "Olu: Adeyemi"),
                        new("OnCall:People:0:Id", Some.OnCall.Id),
                        new("OnCall:People:1:Name", "Oda"),
                        new("OnCall:People:Lena Lindqvist", Second),
                        new("OnCall:Roles:on-call:0", Some.OnCall.Id),
                        new("OnCall:Roles:administrator:0", Some.Lead.Id),
                    ])
                    .Build()
            )
            .BuildServiceProvider();

        var wrong = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<OnCallOptions>>().Value);
        var people = new OnCallOptions();
        services.GetRequiredService<IConfigureOptions<OnCallOptions>>().Configure(people);
        services.GetServices<IPostConfigureOptions<OnCallOptions>>().ToList().ForEach(after => after.PostConfigure("", people));

        Assert.Equal("OnCall:People has 'Oda' with the object id '': remove it or fill both in.", wrong.Message);
        Assert.Equal(["Olu: Adeyemi", "Oda", "Lena Lindqvist"], people.People.Select(person => person.Name));
    }

    private WebhookPager Pager(Hook hook, out Written log)
    {
        var written = log = new Written();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(written));
        services.AddSingleton<TimeProvider>(_clock);
        services.AddOnCall(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("OnCall:Paging:on-call:Url", $"https://paging.example.com/{HiddenPath}"),
                    new("OnCall:Paging:on-call:Secret", Secret),
                    new("OnCall:Roles:on-call:0", Some.OnCall.Id),
                    new("OnCall:Roles:administrator:0", Some.Lead.Id),
                ])
                .Build()
        );
        services.AddHttpClient(WebhookPager.Client).ConfigurePrimaryHttpMessageHandler(() => hook);
        var provider = services.BuildServiceProvider();
        return new WebhookPager(
            provider.GetRequiredService<IHttpClientFactory>(),
            provider.GetRequiredService<IOptions<OnCallOptions>>(),
            new BotAddress(new BotOptions { PublicUrl = "https://imcbot.example.com/" }, null!),
            _clock
        );
    }

    private void WriteShifts(params (string Name, string From, string Until)[] shifts) =>
        File.WriteAllText(
            _file,
            Calendar([.. shifts.Select(shift => $"DTSTART:{shift.From}\r\nDTEND:{shift.Until}\r\nSUMMARY:{shift.Name}")])
        );

    private static string Calendar(params string[] events) =>
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n"
        + $"{string.Concat(events.Select((one, number) => $"BEGIN:VEVENT\r\nUID:{number}@test\r\nDTSTAMP:20260101T000000Z\r\n{one}\r\nEND:VEVENT\r\n"))}END:VCALENDAR\r\n";

    private List<string> News()
    {
        var news = new List<string>();
        while (_signals.News.TryRead(out var told))
        {
            news.Add(told.Sentence);
        }

        return news;
    }

    private sealed class Hook : HttpMessageHandler
    {
        public HttpStatusCode Status { get; init; } = HttpStatusCode.Accepted;

        public List<(Dictionary<string, string> Headers, byte[] Body)> Taken { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Taken.Add(
                (
                    request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.Ordinal),
                    await request.Content!.ReadAsByteArrayAsync(cancellationToken)
                )
            );
            return new HttpResponseMessage(Status);
        }
    }

    private sealed class Written : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
