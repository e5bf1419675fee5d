using System.Net;
using System.Text;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.OnCall;

/// <summary>A page reaches somebody or is told as not sent within half a minute, and never waits for another role's service.</summary>
public sealed class A_paging_service_fails
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);

    /// <summary>
    /// What the service does at each try, the last again and again; then what is told, whether it may have gone out all the same, and how
    /// often it was tried.
    /// </summary>
    public static TheoryData<string[], string, bool, int> Failures =>
        new()
        {
            { ["hangs"], "the paging service did not answer", true, 2 },
            { ["429"], "the paging service answered 429", false, 3 },
            { ["503"], "the paging service answered 503", false, 3 },
            { ["502"], "the paging service answered 502", true, 3 },
            { ["302"], "the paging service answered 302", false, 1 },
            { ["refuses"], "the paging service cannot be reached", false, 3 },
            { ["no connection in time"], "the paging service cannot be reached", false, 3 },
            { ["cuts"], "the paging service did not answer", true, 3 },
            { ["hangs", "503"], "the paging service answered 503", true, 3 },
            { ["cuts", "refuses"], "the paging service did not answer", true, 3 },
            { ["web page"], "a web page answered in the paging service's place", true, 3 },
            { ["never ends its answer"], "", false, 1 },
            { ["answers nothing as a web page"], "", false, 1 },
            { ["hangs", "202"], "", false, 2 },
            { ["429", "refuses", "202"], "", false, 3 },
            { ["web page", "202"], "", false, 2 },
        };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task All_tries_end_within_fifteen_seconds_and_what_is_told_is_so(string[] tries, string problem, bool isUnsure, int tried)
    {
        var time = new CountedTime();
        using var service = new Service(tries);

        var outcome = await WithinAsync(
            time,
            service,
            Pager(service, time).PageAsync(new Rehearsal("threads").Incident, new Page(1, Role.OnCall, "EXCH01: down"), Token)
        );

        Assert.Equal(new PageOutcome(problem.Length == 0, problem, isUnsure), outcome);
        Assert.Equal(tried, service.Tried);
    }

    [Fact]
    public async Task No_page_waits_for_another_roles_service_and_each_is_told_within_thirty_seconds()
    {
        await using var room = await EngineRoom.NewAsync();
        using var service = new Service("hangs");
        await room.StartAsync(Pager(service, room.Clock));
        await room.OpenAsync();
        await UntilAsync(() => service.Hanging == 1);

        await room.TellAsync(at => new Commanded(at, CommandVerb.Escalate, Some.Responder, null, ""));
        await UntilAsync(() => service.LeadCalled == 1);

        await room.TellAsync(at => new ChannelChanged(at, false, "Lena Lindqvist"));
        await room.TellAsync(at => new ChannelChanged(at, false, "Lena Lindqvist"));
        room.Clock.Advance(Bound);
        await UntilAsync(() => service.Hanging == 2);
        room.Clock.Advance(Bound);

        Assert.All(await ToldAsync(room, pages: 4), page => Assert.InRange(page.Told - page.Sent, 0, 30_000_000));
        Assert.Contains(
            "may have gone out",
            await room.Channel.UntilAsync(told => told.Contains("page to 'on-call'", StringComparison.Ordinal), Token),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_service_that_comes_back_takes_the_next_page()
    {
        await using var room = await EngineRoom.NewAsync();
        using var service = new Service("hangs");
        await room.StartAsync(Pager(service, room.Clock));
        await room.OpenAsync();
        await UntilAsync(() => service.Hanging == 1);
        room.Clock.Advance(Bound);
        await ToldAsync(room, pages: 1);

        service.Tries = ["202"];
        await room.TellAsync(at => new ChannelChanged(at, false, "Lena Lindqvist"));
        await ToldAsync(room, pages: 2);

        Assert.Equal([false, true], (await room.Engine.FindAsync(1, Token))!.Pages.Select(page => page.IsSent));
    }

    [Theory]
    [InlineData(Role.OnCall, "on-call", true)]
    [InlineData(Role.OnCall, "lead", true)]
    [InlineData(Role.Lead, "on-call", false)]
    [InlineData(Role.Security, "on-call", false)]
    [InlineData(Role.OnCall, "", null)]
    public async Task A_role_without_a_service_is_paged_at_its_stand_ins_or_told_as_not_paged(string role, string served, bool? isSent)
    {
        using var service = new Service("202");
        var pager = Pager(service, new CountedTime(), served);

        var outcome = await pager.PageAsync(new Rehearsal("threads").Incident, new Page(1, role, "EXCH01: down"), Token);

        Assert.Equal(
            isSent is { } sent ? new PageOutcome(sent, sent ? "" : "no paging service is set for it (OnCall:Paging)") : null,
            outcome
        );
        Assert.Equal(isSent == true ? 1 : 0, service.Tried + service.LeadCalled);
    }

    /// <summary>Each page's time, and when it was told what became of it.</summary>
    private static async Task<List<(long Sent, long Told)>> ToldAsync(EngineRoom room, int pages)
    {
        while (true)
        {
            var facts = (await room.EntriesAsync()).Select(entry => entry.Read()).ToList();
            var told = facts.Select(entry => entry.Fact).OfType<Paged>().ToDictionary(paged => paged.Page, paged => paged.At);
            var sent = facts.SelectMany(entry => entry.Effects.OfType<Page>().Select(page => (page.Number, entry.At))).ToList();
            Assert.InRange(sent.Count, 0, pages);
            if (sent.Count == pages && sent.TrueForAll(page => told.ContainsKey(page.Number)))
            {
                return [.. sent.Select(page => (page.At, told[page.Number]))];
            }

            await Task.Yield();
        }
    }

    /// <summary>Lets as much time go by as whatever waits waits for, never more than the bound.</summary>
    private static async Task<PageOutcome?> WithinAsync(CountedTime time, Service service, Task<PageOutcome?> paging)
    {
        var left = Bound;
        for (int pauses = 0, hung = 0; left > TimeSpan.Zero; )
        {
            await UntilAsync(() => paging.IsCompleted || service.Hung > hung || time.Pauses > pauses);
            if (paging.IsCompleted)
            {
                break;
            }

            var longest = service.Hung > hung ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(1.5);
            (hung, pauses) = service.Hung > hung ? (service.Hung, pauses) : (hung, time.Pauses);
            var by = longest < left ? longest : left;
            left -= by;
            time.Advance(by);
        }

        return await paging;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static WebhookPager Pager(Service service, TimeProvider time, string served = "on-call lead")
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(time);
        services.AddOnCall(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    .. served
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        .SelectMany(role =>
                            new KeyValuePair<string, string?>[]
                            {
                                new($"OnCall:Paging:{role}:Url", $"https://paging.example.com/{role}"),
                                new($"OnCall:Paging:{role}:Secret", Secret),
                            }
                        ),
                    new("OnCall:Roles:on-call:0", Some.OnCall.Id),
                    new("OnCall:Roles:administrator:0", Some.Lead.Id),
                ])
                .Build()
        );
        services.AddHttpClient(WebhookPager.Client).ConfigurePrimaryHttpMessageHandler(() => service);
        var provider = services.BuildServiceProvider();
        return new WebhookPager(
            provider.GetRequiredService<IHttpClientFactory>(),
            provider.GetRequiredService<IOptions<OnCallOptions>>(),
            new BotAddress(new BotOptions { PublicUrl = "https://imcbot.example.com/" }, null!),
            time
        );
    }

    /// <summary>Counts the waits of a second or so, which are the pauses between tries.</summary>
    private sealed class CountedTime : FakeTimeProvider
    {
        private int _pauses;

        public int Pauses => Volatile.Read(ref _pauses);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(2))
            {
                Interlocked.Increment(ref _pauses);
            }

            return timer;
        }
    }

    /// <summary>The paging services of both roles: the lead's takes everything.</summary>
    private sealed class Service(params string[] tries) : HttpMessageHandler
    {
        private int _tried,
            _hanging,
            _hung,
            _leadCalled;

        public string[] Tries { get; set; } = tries;

        public int Tried => Volatile.Read(ref _tried);

        /// <summary>Tries that wait for an answer now, and all that ever did.</summary>
        public int Hanging => Volatile.Read(ref _hanging);

        public int Hung => Volatile.Read(ref _hung);

        public int LeadCalled => Volatile.Read(ref _leadCalled);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath == "/lead")
            {
                Interlocked.Increment(ref _leadCalled);
                return new HttpResponseMessage(HttpStatusCode.Accepted);
            }

            var tried = Interlocked.Increment(ref _tried);
            switch (Tries[Math.Min(tried, Tries.Length) - 1])
            {
                case "hangs":
                    return await HangAsync(cancellationToken);
                case "refuses":
                    throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
                case "no connection in time":
                    throw new TaskCanceledException("connecting", new TimeoutException());
                case "cuts":
                    throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut");
                case "web page":
                    return new HttpResponseMessage(HttpStatusCode.OK)
                    {
                        Content = new StringContent("<html><title>Sign in</title></html>", Encoding.UTF8, "text/html"),
                    };
                case "answers nothing as a web page":
                    return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("", Encoding.UTF8, "text/html") };
                case "never ends its answer":
                    return new HttpResponseMessage(HttpStatusCode.Accepted) { Content = new StreamContent(new Endless()) };
                case var status:
                    var response = new HttpResponseMessage(
                        (HttpStatusCode)int.Parse(status, System.Globalization.CultureInfo.InvariantCulture)
                    );
                    response.Headers.RetryAfter = new(TimeSpan.FromHours(1));
                    return response;
            }
        }

        private async Task<HttpResponseMessage> HangAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _hanging);
            Interlocked.Increment(ref _hung);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                throw new InvalidOperationException("It never answers.");
            }
            finally
            {
                Interlocked.Decrement(ref _hanging);
            }
        }
    }

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => 0;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }
    }
}
