using System.Collections.Concurrent;
using System.Globalization;
using Azure.Core;
using ImcBot.Bot.Channel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>Many posts at once through a connector that misbehaves and counts.</summary>
public sealed class Posts_keep_inside_the_limits(ITestOutputHelper output)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly WatchedTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_posts_over_twenty_threads_all_arrive_in_order_and_no_window_is_exceeded()
    {
        var connector = new CountingConnector(_time, faultEvery: 9);
        using var host = Build(connector);
        var channel = host.Services.GetRequiredService<IChannel>();
        var unsure = new ConcurrentDictionary<(string Thread, string Text), bool>();

        await RunAsync(Task.WhenAll(Enumerable.Range(0, 20).Select(thread => PostAllAsync(channel, $"thread {thread}", 50, unsure))));

        output.WriteLine(
            $"{connector.Calls} calls for 1,000 posts in {_time.GetUtcNow() - _time.Start:mm\\:ss\\.f}; faults: "
                + $"{string.Join(", ", connector.Faults.Select(fault => $"{fault.Key} {fault.Value}"))}; possible duplicates {unsure.Count}"
        );
        Assert.Empty(connector.Exceeded);
        Assert.Equal(7, connector.Faults.Count);
        Assert.Equal(20, connector.Threads.Count);
        foreach (var (thread, standing) in connector.Threads)
        {
            Assert.Equal(Enumerable.Range(0, 50).Select(Name), standing.Distinct(StringComparer.Ordinal));
            Assert.Equal(standing.Order(StringComparer.Ordinal), standing);
            Assert.All(
                standing.GroupBy(text => text, StringComparer.Ordinal).Where(copies => copies.Count() > 1),
                copies => Assert.True(unsure.ContainsKey((thread, copies.Key)), $"{copies.Key} stands twice in {thread} and nobody knows")
            );
        }
    }

    [Fact]
    public async Task One_busy_thread_keeps_the_long_windows_too()
    {
        var connector = new CountingConnector(_time, faultEvery: 0);
        using var host = Build(connector);
        var channel = host.Services.GetRequiredService<IChannel>();

        await RunAsync(PostAllAsync(channel, "thread", 200, []), TimeSpan.FromMilliseconds(250));

        Assert.Empty(connector.Exceeded);
        Assert.Equal(200, connector.Threads["thread"].Count);
        Assert.True((_time.GetUtcNow() - _time.Start).TotalSeconds > 90);
    }

    [Fact]
    public async Task What_may_be_sent_is_sent_without_delay()
    {
        var pace = new Pace(_time);
        var sent = 0;
        for (var second = 0; second < 91; second++)
        {
            using var enough = new CancellationTokenSource();
            while (pace.EnterAsync("thread", enough.Token) is { IsCompleted: true } place)
            {
                (await place).Dispose();
                sent++;
            }

            await enough.CancelAsync();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(180, sent);
    }

    [Fact]
    public async Task The_hour_is_a_window_as_well()
    {
        var pace = new Pace(_time);
        for (var number = 0; number < 1800; number++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            (await pace.EnterAsync("thread", Token)).Dispose();
        }

        var next = pace.EnterAsync("thread", Token);
        _time.Advance(TimeSpan.FromSeconds(1799));
        Assert.False(next.IsCompleted);
        await RunAsync(next, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_call_that_is_not_answered_yet_counts_and_one_that_ends_makes_room()
    {
        var pace = new Pace(_time);
        var places = new List<IDisposable>();
        for (var number = 0; number < 30; number++)
        {
            places.Add(await pace.EnterAsync(null, Token));
        }

        _time.Advance(TimeSpan.FromSeconds(60));
        var next = pace.EnterAsync(null, Token);
        Assert.False(next.IsCompleted);
        places[0].Dispose();
        await RunAsync(next, TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public async Task An_answer_wakes_one_call_that_waits_and_not_all()
    {
        var pace = new Pace(_time);
        var underway = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => pace.EnterAsync(null, Token)));
        using var enough = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 1000).Select(_ => pace.EnterAsync(null, enough.Token)).ToList();

        Array.ForEach(underway, place => place.Dispose());
        await RunAsync(Task.WhenAll(waiting.Take(30)));

        Assert.Equal(30, waiting.Count(call => call.IsCompleted));
        Assert.InRange(_time.Timers, 1, 100);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
    }

    [Fact]
    public async Task A_waiting_call_can_be_given_up()
    {
        var pace = new Pace(_time);
        for (var number = 0; number < 7; number++)
        {
            (await pace.EnterAsync("thread", Token)).Dispose();
        }

        using var enough = new CancellationTokenSource();
        var next = pace.EnterAsync("thread", enough.Token);
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static string Name(int number) => number.ToString("000", CultureInfo.InvariantCulture);

    /// <summary>As the bot does it: what is given back for later is sent again, in order.</summary>
    private static async Task PostAllAsync(
        IChannel channel,
        string thread,
        int count,
        ConcurrentDictionary<(string Thread, string Text), bool> unsure
    )
    {
        for (var number = 0; number < count; number++)
        {
            for (var stands = false; !stands; )
            {
                try
                {
                    var sent = await channel.ReplyAsync(thread, new Message(Name(number)), Token);
                    stands = true;
                    if (sent.PossibleDuplicate)
                    {
                        unsure[(thread, Name(number))] = true;
                    }
                }
                catch (ChannelException exception) when (exception.MayPass)
                {
                    if (exception.MayStand)
                    {
                        unsure[(thread, Name(number))] = true;
                    }
                }
            }
        }
    }

    private async Task RunAsync(Task work, TimeSpan? step = null)
    {
        while (!work.IsCompleted)
        {
            // The clock moves when nobody has anything left to do at this time, or nearly so: nothing depends on it but how long it takes.
            for (int turn = 0, idle = 0; turn < 1000 && idle < 5 && !work.IsCompleted; turn++)
            {
                await Task.Yield();
                idle = ThreadPool.PendingWorkItemCount == 0 ? idle + 1 : 0;
            }

            _time.Advance(step ?? Step);
        }

        await work;
    }

    private IHost Build(CountingConnector connector)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Channel:AppId"] = TeamsDouble.AppId,
                ["Channel:TenantId"] = TeamsDouble.Tenant,
                ["Channel:Conversation"] = TeamsDouble.Conversation,
                ["Channel:ServiceUrl"] = "https://smba.trafficmanager.net/teams/",
            }
        );
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<IChatHandler, Ear>();
        builder.Services.AddChannel(builder.Configuration);
        builder.Services.AddSingleton<TokenCredential>(new KnownCredential());
        builder.Services.AddHttpClient(ConnectorCalls.Client).ConfigurePrimaryHttpMessageHandler(() => connector);
        return builder.Build();
    }

    private sealed class WatchedTime() : FakeTimeProvider(TimeProvider.System.GetUtcNow())
    {
        private int _timers;

        public int Timers => _timers;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
