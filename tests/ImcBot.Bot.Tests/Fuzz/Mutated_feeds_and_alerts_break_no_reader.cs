using System.Globalization;
using System.Net;
using System.Text;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Approvals;
using ImcBot.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Fuzz;

/// <summary>
/// Whatever a calendar's server or a monitor sends: no exception leaves the reader, and the roster of the role beside it stays right.
/// <c>tests/campaigns/readers</c> runs many; <c>IMCBOT_READERS</c> says how many, <c>IMCBOT_SEED</c> where they begin.
/// </summary>
public sealed class Mutated_feeds_and_alerts_break_no_reader(ITestOutputHelper output)
{
    private const string Bad = "https://calendar.example.org/bad.ics",
        Good = "https://calendar.example.org/good.ics";

    private static readonly int First = Setting("IMCBOT_SEED", 1),
        Count = Setting("IMCBOT_READERS", 200);

    private static readonly string[] Feeds =
    [
        """
            BEGIN:VCALENDAR
            VERSION:2.0
            X-WR-TIMEZONE:Europe/Berlin
            BEGIN:VTIMEZONE
            TZID:Customized Time Zone
            BEGIN:STANDARD
            DTSTART:16010101T030000
            TZOFFSETFROM:+0200
            TZOFFSETTO:+0100
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
            END:STANDARD
            BEGIN:DAYLIGHT
            DTSTART:16010101T020000
            TZOFFSETFROM:+0100
            TZOFFSETTO:+0200
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
            END:DAYLIGHT
            END:VTIMEZONE
            BEGIN:VEVENT
            UID:series
            SEQUENCE:1
            DTSTART;TZID=Customized Time Zone:20260302T080000
            DTEND;TZID=Customized Time Zone:20260309T080000
            RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101
            EXDATE;TZID=Customized Time Zone:20260330T080000
            SUMMARY:[L1] Olu
            END:VEVENT
            BEGIN:VEVENT
            UID:series
            RECURRENCE-ID;RANGE=THISANDFUTURE:20260601T060000Z
            DTSTART;TZID=Customized Time Zone:20260601T090000
            DURATION:P7D
            ATTENDEE;CN=Olu;PARTSTAT=ACCEPTED:mailto:olu@example.org
            END:VEVENT
            END:VCALENDAR
            """,
        """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            UID:a
            DTSTART;VALUE=DATE:20260701
            DTEND;VALUE=DATE:20260708
            RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=9
            RDATE;VALUE=DATE:20260720
            SUMMARY:Olu\, Lena / Zoe
            BEGIN:VALARM
            TRIGGER:-PT5M
            END:VALARM
            END:VEVENT
            BEGIN:VEVENT
            UID:b
            DTSTART:20260706T060000
            DURATION:PT12H
            RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR
            STATUS:CONFIRMED
            PRIORITY:5
            SUMMARY:On Call - Olu - Mail
            END:VEVENT
            END:VCALENDAR
            """,
    ];

    private static readonly string[] Alerts =
    [
        .. Doors.Alerts,
        """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"alertRule":"x","monitorCondition":"Fired","configurationItems":["",7],"alertTargetIDs":["/a/b"]},"alertContext":{"AffectedConfigurationItems":["a"],"condition":{"allOf":[{"dimensions":[{"name":"Computer","value":"a"}]}]}}}}""",
        """{"alerts":[{"labels":{"instance":"https://[2001:db8::1]:1/x","alertname":"a"}},{"labels":{}},null],"truncatedAlerts":1}""",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_feeds()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 7, 6, 12, 0, 0, TimeSpan.Zero));
        var server = new Server
        {
            [Good] = Encoding.UTF8.GetBytes(
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Lena\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            ),
        };
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock).AddCalendars();
        services.AddHttpClient(CalendarReader.Client).ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();
        var options = Options.Create(
            new OnCallOptions
            {
                Calendars =
                {
                    [Role.OnCall] = new() { Source = Bad, Every = TimeSpan.FromMinutes(1) },
                    [Role.Lead] = new() { Source = Good },
                },
                People =
                {
                    new() { Name = "Olu", Id = "olu" },
                    new() { Name = "Lena", Id = "lena" },
                },
            }
        );
        var (duty, errors) = (new OnCallRoster(options), new Errors());
        var keeper = new RosterRefresher(options, duty, provider.GetRequiredService<CalendarReader>(), new ChangeSignals(), clock, errors);
        var samples = Feeds.Select(feed => feed.ReplaceLineEndings("\r\n")).ToArray();
        for (var number = First; number < First + Count; number++)
        {
            server[Bad] = LineMutator.Mutate(samples, number);
            var failure = await Record.ExceptionAsync(() => keeper.LookAsync(Token));
            failure ??= errors.Last;
            Assert.True(
                failure is null && duty.Holders(Role.Lead) is ["lena"] && duty.Holders(Role.OnCall).All(id => id is "olu" or "lena"),
                $"Feed {number}: {failure}\n{Encoding.Latin1.GetString(server[Bad])}"
            );
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        output.WriteLine($"feeds: {Count} from {First}");
    }

    [Fact]
    public void In_alerts()
    {
        for (var number = First; number < First + Count; number++)
        {
            var body =
                number % 5 == 0
                    ? Encoding.Latin1.GetBytes($"host=a%{number % 256:X2}&text=%C3%{number % 97}&status={(char)(number % 256)}&{number}")
                    : Mutator.Mutate(Alerts[number % Alerts.Length], number);
            var failure = Record.Exception(() =>
            {
                var read = AlertReader.Read(body, number % 3 == 0 ? "instance" : "");
                Assert.True(
                    read.Alerts.Count <= AlertReader.Most
                        && read.Alerts.Count + read.Refused.Count > 0
                        && read.Alerts.All(alert => alert.Host.Length > 0)
                );
            });
            Assert.True(failure is null, $"Alert {number}: {failure}\n{Encoding.Latin1.GetString(body)}");
        }

        output.WriteLine($"alerts: {Count} from {First}");
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : usual;

    private sealed class Errors : ILogger<RosterRefresher>
    {
        public Exception? Last { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Last ??= exception;
    }

    private sealed class Server : HttpMessageHandler
    {
        private readonly Dictionary<string, byte[]> _feeds = new(StringComparer.Ordinal);

        public byte[] this[string address]
        {
            get => _feeds[address];
            set => _feeds[address] = value;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(_feeds[request.RequestUri!.AbsoluteUri]) }
            );
    }
}
