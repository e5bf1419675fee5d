using ImcBot.Bot.Channel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>The connector when it is slow, busy, broken or gone.</summary>
public sealed class How_posts_go_out : BotInTeams
{
    [Fact]
    public async Task A_new_thread_is_named_by_its_first_post_and_carries_the_bots_token()
    {
        var sent = await Bot.Channel.PostAsync(new Message("hello", Mentions: [Teams.Members[1]]), Token);

        var call = await Teams.NextCallAsync();
        Assert.Equal(new Sent($"{TeamsDouble.Conversation};messageid=1", "1", false), sent);
        Assert.Equal("Bearer the-bots-token", call.Authorization);
        Assert.Equal(TeamsDouble.Conversation, call.Body!["channelData"]!["channel"]!["id"]!.GetValue<string>());
        Assert.Equal("<at>Olu Adeyemi</at> hello", call.Body["activity"]!["text"]!.GetValue<string>());
        Assert.Equal("29:olu", call.Body["activity"]!["entities"]![0]!["mentioned"]!["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(412)]
    public async Task What_was_refused_for_now_is_sent_again_and_is_no_duplicate(int status)
    {
        Teams.Next.Enqueue(TeamsDouble.Answer(status));
        Teams.Next.Enqueue(TeamsDouble.Answer(status));

        var sent = await Bot.Channel.ReplyAsync("thread", new Message("hello"), Token);

        Assert.False(sent.PossibleDuplicate);
        Assert.Equal(3, Teams.Seen.Count);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(0)]
    public async Task What_may_have_been_taken_is_sent_once_more_and_marked(int status)
    {
        Teams.Next.Enqueue(status == 0 ? TeamsDouble.HangUp : TeamsDouble.Answer(status));

        var sent = await Bot.Channel.ReplyAsync("thread", new Message("hello"), Token);

        Assert.True(sent.PossibleDuplicate);
        Assert.Equal(2, Teams.Seen.Count);
    }

    [Fact]
    public async Task What_may_have_been_taken_twice_is_given_back_and_not_sent_a_third_time()
    {
        Teams.Next.Enqueue(TeamsDouble.Answer(502));
        Teams.Next.Enqueue(TeamsDouble.Answer(502));

        var refused = await Assert.ThrowsAsync<ChannelException>(() => Bot.Channel.ReplyAsync("thread", new Message("hello"), Token));

        Assert.True(refused.MayPass);
        Assert.Equal(2, Teams.Seen.Count);
    }

    [Fact]
    public async Task The_services_own_word_on_when_to_come_back_is_kept()
    {
        var time = new WaitingTime(TimeSpan.FromSeconds(20));
        await using var bot = await BotHost.StartAsync(Teams, time);
        Teams.Next.Enqueue(TeamsDouble.Answer(429, retryAfter: "20"));

        var sending = bot.Channel.ReplyAsync("thread", new Message("hello"), Token);
        await time.Waits.WaitAsync(Token);
        Assert.Single(Teams.Seen);
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.False((await sending).PossibleDuplicate);
        Assert.Equal(2, Teams.Seen.Count);
    }

    [Theory]
    [InlineData(202, "")]
    [InlineData(200, "{}")]
    [InlineData(201, "{\"id\":null}")]
    public async Task What_was_taken_is_sent_also_when_it_is_not_named(int status, string body)
    {
        Teams.Next.Enqueue(Answer(status, body));
        Teams.Next.Enqueue(Answer(status, body));

        var reply = await Bot.Channel.ReplyAsync("thread", new Message("hello"), Token);
        var thread = await Bot.Channel.PostAsync(new Message("hello"), Token);

        Assert.Equal(new Sent("thread", "", false), reply);
        Assert.Equal(new Sent(TeamsDouble.Conversation, "", false), thread);
        Assert.Equal(2, Teams.Seen.Count);
    }

    [Fact]
    public async Task A_thread_that_is_not_named_is_its_channel_and_first_message()
    {
        Teams.Next.Enqueue(Answer(201, """{ "activityId": "77" }"""));

        Assert.Equal(
            new Sent($"{TeamsDouble.Conversation};messageid=77", "77", false),
            await Bot.Channel.PostAsync(new Message("hello"), Token)
        );
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(413, false)]
    [InlineData(500, true)]
    public async Task A_plain_refusal_is_a_sentence_and_is_not_repeated(int status, bool mayPass)
    {
        Teams.Next.Enqueue(TeamsDouble.Answer(status));

        var refused = await Assert.ThrowsAsync<ChannelException>(() => Bot.Channel.ReplyAsync("thread", new Message("hello"), Token));

        Assert.Equal(mayPass, refused.MayPass);
        Assert.StartsWith("The channel refused to post a message", refused.Message, StringComparison.Ordinal);
        Assert.Single(Teams.Seen);
    }

    [Fact]
    public async Task Without_a_connection_the_post_is_given_back_for_later()
    {
        await using var bot = await BotHost.StartAsync(
            Teams,
            null,
            ("Channel:ServiceUrl", "http://127.0.0.1:1/x/"),
            ("Channel:AllowedServiceUrls:0", "http://127.0.0.1:1/x/")
        );

        var gone = await Assert.ThrowsAsync<ChannelException>(() => bot.Channel.ReplyAsync("thread", new Message("hello"), Token));

        Assert.True(gone.MayPass);
    }

    [Fact]
    public async Task Posts_of_one_thread_keep_their_order_when_one_of_them_has_to_wait()
    {
        Teams.Next.Enqueue(TeamsDouble.Answer(429));
        Teams.Next.Enqueue(TeamsDouble.Answer(412));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Bot.Channel.ReplyAsync("thread", new Message($"{number}"), Token)));

        var texts = Teams.Seen.Select(call => call.Body!["text"]!.GetValue<string>()).ToArray();
        Assert.Equal(["0", "0", .. Enumerable.Range(0, 20).Select(number => $"{number}")], texts);
    }

    [Fact]
    public async Task Nobody_outside_the_team_is_told_anything_privately()
    {
        await Assert.ThrowsAsync<ChannelException>(() =>
            Bot.Channel.TellAsync("77777777-0000-0000-0000-000000000000", new Message("secret"), Token)
        );

        Assert.DoesNotContain(Teams.Seen, call => call.Method == "POST");
    }

    [Fact]
    public async Task A_member_is_told_privately_in_their_own_chat()
    {
        var sent = await Bot.Channel.TellAsync(Teams.Members[2].Id, new Message("secret"), Token);

        Assert.Equal("a:29:lena", sent.Thread);
    }

    [Fact]
    public async Task Edits_of_one_card_go_out_at_most_once_a_second_and_the_newest_wins()
    {
        var time = new FakeTimeProvider();
        using var edits = new CardEdits(Options.Create(new ChannelOptions()), time, NullLogger<CardEdits>.Instance);
        var sent = System.Threading.Channels.Channel.CreateUnbounded<string>();
        Task Send(Message message) => sent.Writer.WriteAsync(message.Text).AsTask();

        edits.Take("thread", "1", Says("first"), Send);
        Assert.Equal("first", await sent.Reader.ReadAsync(Token));
        for (var number = 0; number < 50; number++)
        {
            edits.Take("thread", "1", Says($"{number}"), Send);
        }

        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(sent.Reader.TryRead(out _));
        while (sent.Reader.Count == 0)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        Assert.Equal("49", await sent.Reader.ReadAsync(Token));
    }

    [Fact]
    public async Task When_a_thousand_cards_change_those_that_cannot_go_out_yet_are_not_drawn()
    {
        using var edits = new CardEdits(Options.Create(new ChannelOptions()), new FakeTimeProvider(), NullLogger<CardEdits>.Instance);
        var answered = new TaskCompletionSource();
        var all = new CountdownEvent(1000);
        var drawn = 0;
        Func<Task<Message?>> Draws(string text) =>
            () =>
            {
                Interlocked.Increment(ref drawn);
                return Says(text)();
            };
        async Task Send(Message message)
        {
            await answered.Task;
            all.Signal();
        }

        for (var number = 0; number < 1000; number++)
        {
            edits.Take("thread", $"{number}", Draws("state"), Send);
        }

        while (Volatile.Read(ref drawn) < 30 || ThreadPool.PendingWorkItemCount > 0)
        {
            await Task.Yield();
        }

        Assert.Equal(30, drawn);
        answered.SetResult();
        await edits.DrainAsync();
        Assert.True(all.IsSet);
    }

    [Fact]
    public async Task The_last_state_of_a_card_goes_out_before_the_end()
    {
        using var edits = new CardEdits(Options.Create(new ChannelOptions()), new FakeTimeProvider(), NullLogger<CardEdits>.Instance);
        var sent = new List<string>();
        Task Send(Message message)
        {
            sent.Add(message.Text);
            return Task.CompletedTask;
        }

        edits.Take("thread", "1", Says("first"), Send);
        edits.Take("thread", "1", Says("last"), Send);
        await edits.DrainAsync();

        Assert.Equal("last", sent[^1]);
    }

    [Fact]
    public async Task An_edit_that_could_not_be_sent_is_tried_again_until_it_stands()
    {
        var time = new FakeTimeProvider();
        using var edits = new CardEdits(Options.Create(new ChannelOptions()), time, NullLogger<CardEdits>.Instance);
        var sent = new TaskCompletionSource<string>();
        var tries = 0;
        Task Send(Message message)
        {
            if (++tries == 1)
            {
                throw new ChannelException("gone", mayPass: true);
            }

            sent.SetResult(message.Text);
            return Task.CompletedTask;
        }

        edits.Take("thread", "1", Says("state"), Send);
        while (!sent.Task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("state", await sent.Task);
    }

    [Fact]
    public async Task An_edit_with_no_news_sends_nothing_but_what_was_not_taken_before()
    {
        var time = new FakeTimeProvider();
        using var edits = new CardEdits(Options.Create(new ChannelOptions()), time, NullLogger<CardEdits>.Instance);
        var sent = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var failing = true;
        Task Send(Message message)
        {
            sent.Writer.TryWrite(message.Text);
            return failing && !(failing = false) ? Task.FromException(new ChannelException("gone", mayPass: true)) : Task.CompletedTask;
        }

        edits.Take("thread", "1", Says("state"), Send);
        Assert.Equal("state", await sent.Reader.ReadAsync(Token));
        edits.Take("thread", "1", Says(null), Send);
        while (sent.Reader.Count == 0)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("state", await sent.Reader.ReadAsync(Token));
        edits.Take("thread", "1", Says(null), Send);
        await edits.DrainAsync();
        Assert.False(sent.Reader.TryRead(out _));
    }

    private static Func<HttpContext, Task> Answer(int status, string body) =>
        context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
            return context.Response.WriteAsync(body, context.RequestAborted);
        };

    private static Func<Task<Message?>> Says(string? text) => () => Task.FromResult(text is null ? null : new Message(text));

    /// <summary>Tells when somebody has begun to wait for exactly this long.</summary>
    private sealed class WaitingTime(TimeSpan expected) : FakeTimeProvider(TimeProvider.System.GetUtcNow())
    {
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waits => _waits.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == expected)
            {
                _waits.TrySetResult();
            }

            return timer;
        }
    }
}
