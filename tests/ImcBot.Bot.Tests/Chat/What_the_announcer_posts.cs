using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Export;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

public sealed class What_the_announcer_posts
{
    private static readonly ShowCard First = new(new PostKey(CardKind.Incident, default), Role.OnCall);

    private readonly FakeChannel _channel = new();
    private readonly FakeIncidents _incidents = new();
    private readonly OnCallRoster _duty;
    private readonly ChannelPublisher _announcer;

    public What_the_announcer_posts()
    {
        var options = new OnCallOptions();
        options.Roles[Role.OnCall] = [Some.OnCall.Id];
        _duty = new OnCallRoster(Options.Create(options));
        _announcer = Over(_channel);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_card_begins_a_thread_and_calls_who_is_on_call()
    {
        var incident = new Rehearsal("message").Relay().Incident;

        var posted = (await _announcer.ShowAsync(incident, First, Token))!(5);

        var (thread, message) = Assert.Single(_channel.Posts);
        Assert.Equal(new Posted(5, First.Post, "thread", "1", false), posted with { Card = default, Called = null });
        Assert.Equal(message.Card!.Value.GetRawText(), posted.Card.Value);
        Assert.Equal([Some.OnCall.Name], posted.Called);
        Assert.Null(thread);
        Assert.Equal(["29:olu"], Called(message));
        Assert.Equal("<at>Olu Adeyemi</at>", message.Card.Value.GetProperty("body")[0].GetProperty("text").GetString());
        Assert.StartsWith("EXCH01 mail down", message.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(365, "This thread is recorded for 1 year.")]
    [InlineData(730, "This thread is recorded for 2 years.")]
    [InlineData(30, "This thread is recorded for 30 days.")]
    [InlineData(0, "This thread is recorded.")]
    public async Task How_long_the_thread_is_recorded_is_the_setting(int days, string sentence)
    {
        await Over(_channel, new BotOptions { KeepTextDays = days }).ShowAsync(new Rehearsal("message").Relay().Incident, First, Token);

        Assert.Contains(sentence, Assert.Single(_channel.Posts).Message.Card!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_card_of_several_hosts_begins_a_thread_of_its_own_and_is_edited_only_for_news()
    {
        var show = new ShowCard(new PostKey(CardKind.Gathering, default), Role.OnCall);
        var founder = new Rehearsal("message").Relay().Incident with { Number = 3, Founder = 3, Members = [1, 3] };
        var other = founder with { Number = 1, Host = "EXCH77", Members = [] };
        _incidents.With(founder).With(other);

        var posted = (await _announcer.ShowAsync(founder, show, Token))!(5);
        await _announcer.ShowAsync(founder, show, Token);
        Assert.Null(Assert.Single(_channel.Posts).Thread);
        Assert.Contains("EXCH77", posted.Card.Value, StringComparison.Ordinal);
        Assert.Single(_channel.Edits);

        await _announcer.ShowAsync(founder, show, Token);
        Assert.Single(_channel.Edits);

        _incidents.With(other with { Phase = Phase.Escalated });
        await _announcer.ShowAsync(founder, show, Token);
        Assert.Equal(2, _channel.Edits.Count);
    }

    [Fact]
    public async Task A_card_of_several_hosts_whose_edit_was_refused_is_sent_again_with_the_next_fact()
    {
        using var edits = new CardEdits(Options.Create(new ChannelOptions()), new FakeTimeProvider(), NullLogger<CardEdits>.Instance);
        var channel = new FakeChannel { Pace = edits, RefusesEdits = new ChannelException("The channel refused.") };
        var announcer = Over(channel);
        var show = new ShowCard(new PostKey(CardKind.Gathering, default));
        var founder = new Rehearsal("message").Relay().Incident with { Number = 1, Founder = 1, Members = [1] };
        _incidents.With(founder);
        await announcer.ShowAsync(founder, show, Token);
        await announcer.ShowAsync(founder, show, Token);
        await edits.DrainAsync();
        Assert.Single(channel.Edited);

        channel.RefusesEdits = null;
        await announcer.ShowAsync(founder, show, Token);
        await edits.DrainAsync();
        Assert.Equal(2, channel.Edited.Count);

        await announcer.ShowAsync(founder, show, Token);
        await edits.DrainAsync();
        Assert.Equal(2, channel.Edited.Count);
    }

    [Fact]
    public async Task No_link_is_given_while_the_file_itself_cannot_be_offered()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-links").FullName;
        var options = new BotOptions { PublicUrl = "https://imcbot.example.com/", LinkKey = Path.Combine(folder, "link.key") };
        using var links = new TranscriptLinks(new BotAddress(options, null!), options, new FakeTimeProvider());
        var channel = new RememberingChannel { Refuses = new ChannelException("The channel refused.") };
        var announcer = Over(channel, options, links);
        var incident = new Rehearsal("message").Relay().Incident;

        await Assert.ThrowsAsync<ChannelException>(() => announcer.DeliverAsync(incident, Some.OnCall.Id, "INC-7.html", [1], Token));
        Assert.Empty(channel.Told);

        channel.Refuses = null;
        await announcer.DeliverAsync(incident, Some.OnCall.Id, "INC-7.html", [1], Token);
        Assert.Equal(["deliver", "tell"], channel.Told.Select(told => told.Split(' ')[0]));
    }

    [Fact]
    public async Task The_card_of_200_hosts_is_drawn_once_a_second_however_many_facts_come_and_at_the_end_as_they_stand()
    {
        var time = new FakeTimeProvider();
        using var edits = new CardEdits(Options.Create(new ChannelOptions()), time, NullLogger<CardEdits>.Instance);
        var channel = new FakeChannel { Pace = edits };
        var announcer = Over(channel);
        var show = new ShowCard(new PostKey(CardKind.Gathering, default));
        var founder = new Rehearsal("message").Relay().Incident with { Number = 1, Founder = 1, Members = [.. Enumerable.Range(1, 200)] };
        foreach (var number in founder.Members)
        {
            _incidents.With(founder with { Number = number, Host = $"EXCH{number:000}" });
        }

        await announcer.ShowAsync(founder, show, Token);
        for (var second = 0; second < 3; second++)
        {
            foreach (var number in founder.Members)
            {
                _incidents.With(
                    _incidents.Of(number) with
                    {
                        Phase = second == 2 ? Phase.Resolved : Phase.Escalated,
                        ServiceUp = second == 2,
                        DownSince = second == 2 ? null : founder.DownSince,
                        Headline = $"fact {second}",
                    }
                );
                await announcer.ShowAsync(founder, show, Token);
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        await edits.DrainAsync();
        Assert.InRange(channel.Edited.Count, 1, 4);
        Assert.Contains("200 hosts: Internet mail FLOWS on all", channel.Edited[^1].Card!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_gives_nobody_buttons_and_has_the_clients_of_those_who_may_approve_ask_for_theirs()
    {
        var incident = new Rehearsal("message").Relay().Command(CommandVerb.Ask).Incident with { Thread = "thread" };
        await _announcer.ShowAsync(incident, new ShowCard(new PostKey(CardKind.Approval, incident.Request!.Question)), Token);

        var card = _channel.Posts[^1].Message.Card!.Value;
        Assert.Equal(["29:olu"], card.GetProperty("refresh").GetProperty("userIds").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("view", card.GetProperty("refresh").GetProperty("action").GetProperty("verb").GetString());
        Assert.DoesNotContain("\"approve\"", card.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_that_stands_is_edited_even_before_the_journal_knows_its_id()
    {
        var incident = new Rehearsal("message").Relay().Incident;
        await _announcer.ShowAsync(incident, First, Token);

        Assert.Null(await _announcer.ShowAsync(incident, First, Token));

        Assert.Single(_channel.Posts);
        Assert.Equal(("thread", "1"), Assert.Single(_channel.Edits));
    }

    [Fact]
    public async Task A_card_from_an_earlier_process_is_edited_where_it_stands()
    {
        var incident = new Rehearsal("message").Relay().Incident;
        incident = incident with { Thread = "old", Posts = incident.Posts.Add(First.Post, "77") };

        Assert.Null(await _announcer.ShowAsync(incident, First, Token));

        Assert.Equal(("old", "77"), Assert.Single(_channel.Edits));
        Assert.Empty(_channel.Posts);
    }

    [Fact]
    public async Task A_request_is_a_new_reply_in_the_thread()
    {
        var incident = new Rehearsal("message").Relay().Command(CommandVerb.Ask).Incident with { Thread = "thread" };

        var posted = await _announcer.ShowAsync(
            incident,
            new ShowCard(new PostKey(CardKind.Approval, incident.Request!.Question), Role.OnCall),
            Token
        );

        Assert.NotNull(posted);
        var (thread, message) = Assert.Single(_channel.Posts);
        Assert.Equal("thread", thread);
        Assert.Contains("APPROVE?", message.Card!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty(Called(message));
    }

    [Fact]
    public async Task What_is_said_cannot_format_or_mention_by_itself()
    {
        var incident = new Rehearsal("message").Relay().Incident with { Thread = "thread" };

        await _announcer.SayAsync(incident, new Say("<at>all</at> [x](https://evil.example) *now*", To: Some.OnCall.Id), Token);

        var (_, message) = Assert.Single(_channel.Posts);
        Assert.Equal("‹at›all‹/at› (x)(https://evil.example) ∗now∗", message.Text);
        Assert.Single(message.Mentions!);
    }

    [Fact]
    public async Task A_relays_fingerprint_is_shown_with_a_button()
    {
        await _announcer.AskToConfirmAsync("relay-1: 8f3a", "relay-1", Token);

        var button = Assert.Single(_channel.Posts).Message.Card!.Value.GetProperty("actions")[0];
        Assert.Equal("confirm-relay", button.GetProperty("verb").GetString());
        Assert.Equal("relay-1", button.GetProperty("data").GetProperty("relay").GetString());
    }

    [Fact]
    public async Task When_nobody_can_be_called_the_card_is_posted_all_the_same()
    {
        _channel.RosterIsGone = true;

        Assert.NotNull(await _announcer.ShowAsync(new Rehearsal("message").Relay().Incident, First, Token));
    }

    [Fact]
    public async Task A_card_that_the_channel_did_not_name_is_posted_anew_when_it_changes()
    {
        _channel.NamesNothing = true;
        var incident = new Rehearsal("message").Relay().Incident;
        var first = (await _announcer.ShowAsync(incident, First, Token))!(5);

        _channel.NamesNothing = false;
        var second = (
            await _announcer.ShowAsync(
                incident with
                {
                    Thread = first.Thread,
                    Posts = incident.Posts.SetItem(First.Post, first.ActivityId),
                },
                First,
                Token
            )
        )!(6);
        await _announcer.ShowAsync(
            incident with
            {
                Thread = first.Thread,
                Posts = incident.Posts.SetItem(First.Post, second.ActivityId),
            },
            First,
            Token
        );

        Assert.Equal([null, first.Thread], _channel.Posts.Select(post => post.Thread));
        Assert.Equal([(second.Thread, second.ActivityId)], _channel.Edits);
    }

    [Fact]
    public void Words_and_mentions_never_stand_beside_a_card()
    {
        var card = System.Text.Json.JsonElement.Parse("{}");

        Assert.Throws<ArgumentException>(() => new Message("look", card));
        Assert.Throws<ArgumentException>(() => new Message("", card, Mentions: [new Member(Some.OnCall.Id, "29:olu", "Olu Adeyemi")]));
    }

    private static IEnumerable<string?> Called(Message message) =>
        message
            .Card!.Value.GetProperty("msteams")
            .GetProperty("entities")
            .EnumerateArray()
            .Select(entity => entity.GetProperty("mentioned").GetProperty("id").GetString());

    private ChannelPublisher Over(IChannel channel, BotOptions? options = null, TranscriptLinks? links = null) =>
        new(
            channel,
            _incidents,
            _duty,
            new Signers(channel, _duty),
            new MentionMode(),
            new Lanes(),
            Listeners.NoRelays,
            options ?? new BotOptions(),
            NullLogger<ChannelPublisher>.Instance,
            links
        );
}
