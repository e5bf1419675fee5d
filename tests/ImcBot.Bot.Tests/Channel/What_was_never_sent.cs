using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Azure.Core;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Chat;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>A connection or a token that does not come in time: nothing was sent, so it is tried again and is no duplicate.</summary>
public sealed class What_was_never_sent : BotInTeams
{
    private const int Tries = 6;

    [Fact]
    public async Task A_firewall_that_swallows_packets_is_tried_again_and_then_told_as_a_channel_out_of_reach()
    {
        using var silence = new Silence();
        await using var bot = await BehindAsync(silence);

        var gone = await Assert.ThrowsAsync<ChannelException>(() => bot.Channel.ReplyAsync("thread", new Message("hello"), Token));

        Assert.True(gone.MayPass);
        Assert.False(gone.MayStand);
        Assert.Equal(Tries, silence.Met);
    }

    [Fact]
    public async Task Cards_that_cannot_be_drawn_again_at_the_start_do_not_end_the_bot()
    {
        using var silence = new Silence();
        await using var bot = await BehindAsync(silence);
        var incident = new Rehearsal("message").Relay().Command(CommandVerb.Ask).Incident;
        var posts = ImmutableDictionary<PostKey, string>.Empty.Add(new PostKey(CardKind.Approval, incident.Request!.Question), "77");
        var incidents = new FakeIncidents().With(incident with { Thread = "thread", Posts = posts });
        var duty = new OnCallRoster(Options.Create(new OnCallOptions()));
        var publisher = new ChannelPublisher(
            bot.Channel,
            incidents,
            duty,
            new Signers(bot.Channel, duty),
            new MentionMode(),
            new Lanes(),
            Listeners.NoRelays,
            new BotOptions(),
            NullLogger<ChannelPublisher>.Instance
        );
        using var redraw = new Redraw(incidents, publisher, NullLogger<Redraw>.Instance);

        await redraw.StartAsync(Token);

        await redraw.ExecuteTask!;
        Assert.True(silence.Met >= Tries);
    }

    [Fact]
    public async Task A_token_that_does_not_come_in_time_was_sent_nowhere_and_leaves_no_possible_duplicate()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var credential = new SlowCredential();
        await using var bot = await BotHost.StartAsync(
            Teams,
            time,
            services => services.AddSingleton<TokenCredential>(credential),
            ("Channel:RetryDelay", "00:00:00.0000001")
        );

        var sending = bot.Channel.ReplyAsync("thread", new Message("hello"), Token);
        await credential.Asked.WaitAsync(Token);
        time.Advance(TimeSpan.FromSeconds(10));
        while (!sending.IsCompleted)
        {
            time.Advance(TimeSpan.FromMicroseconds(1));
            await Task.Yield();
        }

        Assert.False((await sending).PossibleDuplicate);
        Assert.Single(Teams.Seen);
    }

    private Task<BotHost> BehindAsync(Silence silence) =>
        BotHost.StartAsync(
            Teams,
            null,
            static services =>
                services
                    .AddHttpClient(ConnectorCalls.Client)
                    .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(50) }),
            ("Channel:ServiceUrl", silence.Address),
            ("Channel:AllowedServiceUrls:0", silence.Address)
        );

    /// <summary>Takes connections and never says anything: the handshake of TLS, a part of connecting, does not end.</summary>
    private sealed class Silence : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _clients = [];
        private int _met;

        public Silence()
        {
            _listener.Start();
            _ = MeetAsync();
        }

        public string Address => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

        public int Met => Volatile.Read(ref _met);

        public void Dispose()
        {
            _listener.Dispose();
            _clients.ForEach(client => client.Dispose());
        }

        private async Task MeetAsync()
        {
            while (true)
            {
                _clients.Add(await _listener.AcceptTcpClientAsync(Token));
                Interlocked.Increment(ref _met);
            }
        }
    }

    /// <summary>An identity service that does not answer at first.</summary>
    private sealed class SlowCredential : TokenCredential
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            if (_asked.TrySetResult())
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return new AccessToken("the-bots-token", DateTimeOffset.MaxValue);
        }
    }
}
