using System.Net;
using System.Text.Json.Nodes;
using ImcBot.Bot.Channel;
using ImcBot.Testing;
using Microsoft.Bot.Schema;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>Activities as a channel really sends them.</summary>
public sealed class What_is_heard : BotInTeams
{
    [Fact]
    public async Task Every_recorded_activity_is_taken_and_every_word_and_click_is_heard()
    {
        if (Repository.Shared("data/activities/inbound.json") is not { } file)
        {
            Assert.Skip("The recorded activities are not here (../shared/data/activities).");
            return;
        }

        var recorded = JsonNode.Parse(await File.ReadAllTextAsync(file, Token))!.AsArray();
        var tenant = recorded[0]!["activity"]!["conversation"]!["tenantId"]!.GetValue<string>();
        var person = recorded[0]!["activity"]!["from"]!["aadObjectId"]!.GetValue<string>();
        Teams.Members = [new Member(person, "user-id-0", "Alex Wilber")];
        Teams.RosterTenant = tenant;
        await using var bot = await BotHost.StartAsync(Teams, null, ("Channel:TenantId", tenant));
        foreach (var entry in recorded)
        {
            var activity = entry!["activity"]!;
            activity["serviceUrl"] = Teams.ServiceUrl.AbsoluteUri;
            using var response = await bot.PostAsync(activity.ToJsonString());
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        var heard = bot.Ear.Heard.ToArray();
        Assert.Equal(recorded.Count(entry => entry!["activity"]!["type"]!.GetValue<string>() is "message" or "invoke"), heard.Length);
        Assert.All(heard, one => Assert.Equal(person, one.By.Id));
        Assert.Equal(["card", "card", "card"], heard.Where(one => one.Click is null).Select(one => one.Text));
        Assert.Equal(
            ["approve", "approve", "approve"],
            heard.Where(one => one.Click is { Verb.Length: > 0 }).Select(one => one.Click!.Verb)
        );
        Assert.Contains(heard, one => one.Click?["comment"] == "looks fine");
    }

    [Fact]
    public async Task A_mention_of_the_bot_is_taken_out_and_other_people_are_known()
    {
        using var response = await Bot.PostAsync(
            Edited(activity =>
            {
                activity["text"] = "<at>ImcBot</at>&nbsp;hand <at>Olu</at>";
                activity["entities"] = JsonNode.Parse(
                    """
                    [ { "type": "clientInfo", "locale": "en-US" }, { "type": "mention", "text": "<at>ImcBot</at>", "mentioned": { "id": "28:bot", "name": "ImcBot" } },
                      { "type": "mention", "text": "<at>Olu</at>", "mentioned": { "id": "29:olu", "name": "Olu" } } ]
                    """
                );
            })
        );

        var heard = await Bot.Ear.OneAsync();
        Assert.Equal("hand @Olu", heard.Text);
        Assert.True(heard.IsAddressed);
        Assert.Equal("Olu Adeyemi", Assert.Single(heard.Mentioned).Name);
    }

    [Fact]
    public void Somebody_whose_object_id_is_written_in_capitals_is_the_one_who_was_mentioned()
    {
        var olu = new Member("1111111a-0000-0000-0000-00000000000b", "29:olu", "Olu Adeyemi");
        var activity = new Activity
        {
            Type = "message",
            Text = "hand <at>Olu</at>",
            Conversation = new ConversationAccount { Id = "19:thread" },
            Entities =
            [
                new Mention
                {
                    Type = "mention",
                    Text = "<at>Olu</at>",
                    Mentioned = new ChannelAccount("29:another-account") { AadObjectId = olu.Id.ToUpperInvariant() },
                },
            ],
        };

        Assert.Equal([olu], Heard.Of(activity, olu, [olu])!.Mentioned);
    }

    [Fact]
    public async Task What_looks_like_a_time_stays_as_it_was_written()
    {
        const string Time = "2026-11-23T09:39:38+01:00";
        using var response = await Bot.PostAsync(
            Edited(activity =>
            {
                activity["text"] = Time + "<at>x</at>";
                activity["entities"] = JsonNode.Parse(
                    $$"""[ { "type": "mention", "text": "<at>x</at>", "mentioned": { "id": "29:olu", "name": "{{Time}}" } } ]"""
                );
            })
        );
        var said = await Bot.Ear.OneAsync();
        Bot.Ear.Forget();
        using var clicked = await Bot.PostAsync(
            Edited(activity =>
            {
                activity.Remove("text");
                activity["value"] = new JsonObject { ["verb"] = "note", ["why"] = Time };
            })
        );

        Assert.Equal($"{Time}@{Time}", said.Text);
        Assert.Equal(Time, (await Bot.Ear.OneAsync()).Click!["why"]);
    }

    [Fact]
    public async Task What_nobody_uses_may_be_anything()
    {
        using var response = await Bot.PostAsync(
            Edited(activity =>
            {
                (activity["timestamp"], activity["localTimestamp"], activity["expiration"], activity["locale"]) = (
                    "yesterday",
                    5,
                    new JsonObject(),
                    "tlh-Qo'noS"
                );
                (activity["attachments"], activity["membersAdded"], activity["deliveryMode"], activity["suggestedActions"]) = (
                    "none",
                    "nobody",
                    "expectReplies",
                    new JsonArray(1)
                );
                activity["channelData"]!["eventType"] = new JsonArray();
                activity["conversation"]!["isGroup"] = "perhaps";
            })
        );

        Assert.Equal("hello", (await Bot.Ear.OneAsync()).Text);
        Assert.Equal("", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Whoever_speaks_waits_for_nobody_elses_answer()
    {
        var slow = new TaskCompletionSource<Reply>();
        Bot.Ear.Answer = heard => heard.Text == "slow" ? slow.Task : Task.FromResult(new Reply("heard"));
        var waiting = Bot.PostAsync(Bot.Message("slow"));
        await Bot.Ear.OneAsync();
        Teams.Next.Enqueue(_ => slow.Task);
        using var first = await Bot.PostAsync(Bot.Message("quick", from: Teams.Members[1].Id));
        using var second = await Bot.PostAsync(Bot.Message("quicker", from: Teams.Members[1].Id));

        Assert.Equal(["slow", "quick", "quicker"], Bot.Ear.Heard.Select(heard => heard.Text));
        Assert.False(slow.Task.IsCompleted);
        slow.SetResult(Reply.None);
        using var last = await waiting;
    }

    [Fact]
    public async Task A_click_is_answered_with_the_listeners_words()
    {
        Bot.Ear.Answer = _ => Task.FromResult(new Reply("Approved."));

        using var response = await Bot.PostAsync(Click("manual"));

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal(200, answer["statusCode"]!.GetValue<int>());
        Assert.Equal("application/vnd.microsoft.activity.message", answer["type"]!.GetValue<string>());
        Assert.Equal("Approved.", answer["value"]!.GetValue<string>());
        Assert.Equal("INC-7/3", (await Bot.Ear.OneAsync()).Click!["question"]);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("manual", false)]
    [InlineData("automatic", true)]
    public async Task A_refresh_by_the_client_is_no_click(string? trigger, bool isRefresh)
    {
        using var response = await Bot.PostAsync(Click(trigger));

        Assert.Equal(isRefresh, (await Bot.Ear.OneAsync()).Click!.IsRefresh);
    }

    [Fact]
    public async Task A_button_of_an_old_client_is_heard_like_a_click()
    {
        using var response = await Bot.PostAsync(
            Edited(activity =>
            {
                activity.Remove("text");
                activity["value"] = JsonNode.Parse("""{ "verb": "approve", "incident": "INC-7", "question": "INC-7/3", "why": "go" }""");
            })
        );

        var click = (await Bot.Ear.OneAsync()).Click!;
        Assert.Equal(("approve", "INC-7/3", "go"), (click.Verb, click["question"], click["why"]));
    }

    [Fact]
    public async Task The_same_activity_delivered_twice_is_heard_once()
    {
        var message = Bot.Message("stop");

        using var first = await Bot.PostAsync(message);
        using var second = await Bot.PostAsync(message);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await Bot.Ear.OneAsync();
    }

    [Theory]
    [InlineData("typing")]
    [InlineData("messageReaction")]
    [InlineData("endOfConversation")]
    [InlineData("something-new")]
    public async Task An_unknown_kind_is_taken_and_nothing_happens(string kind)
    {
        using var response = await Bot.PostAsync(Edited(activity => activity["type"] = kind));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(Bot.Ear.Heard);
    }

    [Fact]
    public async Task A_deleted_message_is_forgotten_and_a_changed_one_is_heard_anew_as_talk()
    {
        using var deleted = await Bot.PostAsync(
            Edited(activity => (activity["type"], activity["id"]) = ("messageDelete", "1795426778058"))
        );
        Assert.Empty(Bot.Ear.Heard);
        using var changed = await Bot.PostAsync(
            Edited(activity => (activity["type"], activity["id"], activity["text"]) = ("messageUpdate", "1795426778059", "stop"))
        );

        var heard = await Bot.Ear.OneAsync();
        Assert.Equal((true, "stop", "1795426778059"), (heard.IsChanged, heard.Text, heard.Message));
        Assert.Equal(
            [
                ("19:channel@thread.tacv2;messageid=1", "1795426778058", false),
                ("19:channel@thread.tacv2;messageid=1", "1795426778059", true),
            ],
            Bot.Ear.Unsaid
        );
    }

    [Fact]
    public async Task Whoever_has_left_the_team_may_still_take_words_back_and_say_nothing_new()
    {
        Teams.Members = [];
        using var changed = await Bot.PostAsync(Edited(activity => activity["type"] = "messageUpdate"));

        while (Bot.Ear.TurnedAway.IsEmpty)
        {
            await Task.Yield();
        }

        Assert.Single(Bot.Ear.Unsaid);
        Assert.Empty(Bot.Ear.Heard);
    }

    [Fact]
    public async Task Where_it_is_installed_the_bot_greets_once_and_says_whether_it_hears_everything()
    {
        using var first = await Bot.PostAsync(Installed("add", "1"));
        Assert.Contains("only messages that mention me", await PostedAsync(), StringComparison.Ordinal);

        using var again = await Bot.PostAsync(Installed("add", "1"));
        using var upgraded = await Bot.PostAsync(Installed("add-upgrade", "2"));
        using var removed = await Bot.PostAsync(Installed("remove", "3"));
        using var talk = await Bot.PostAsync(Bot.Message("the disk looks odd"));
        await Bot.Ear.OneAsync();
        using var anew = await Bot.PostAsync(Installed("add", "4"));

        Assert.Contains("I hear every message", await PostedAsync(), StringComparison.Ordinal);
        Assert.Equal(2, Teams.Seen.Count(call => call.Method == "POST"));

        string Installed(string action, string id) =>
            Edited(activity => (activity["type"], activity["action"], activity["id"]) = ("installationUpdate", action, id));
    }

    [Fact]
    public async Task Where_it_was_removed_nothing_is_posted_until_it_is_added_again()
    {
        using var talk = await Bot.PostAsync(Edited(activity => activity["channelData"] = Team("19:channel@thread.tacv2")));
        await Bot.Ear.OneAsync();
        using var upgraded = await Bot.PostAsync(Installation("remove-upgrade", "19:general@thread.tacv2"));
        await Bot.Channel.ReplyAsync("19:channel@thread.tacv2;messageid=1", new Message("still here"), Token);

        using var removed = await Bot.PostAsync(Installation("remove", "19:general@thread.tacv2"));
        using var again = await Bot.PostAsync(Installation("remove", "19:general@thread.tacv2"));
        Assert.Equal([(false, "Lena Lindqvist")], Bot.Ear.Changes);
        var posts = Posts();
        await Assert.ThrowsAsync<ChannelException>(() => Bot.Channel.PostAsync(new Message("a thread"), Token));
        await Assert.ThrowsAsync<ChannelException>(() =>
            Bot.Channel.ReplyAsync("19:channel@thread.tacv2;messageid=1", new Message("a reply"), Token)
        );
        Assert.Equal(posts, Posts());
        await Bot.Channel.ReplyAsync("a:elsewhere", new Message("privately"), Token);

        using var added = await Bot.PostAsync(Installation("add", "19:general@thread.tacv2"));
        await Bot.Channel.ReplyAsync("19:channel@thread.tacv2;messageid=1", new Message("back"), Token);
        Assert.Equal([(false, "Lena Lindqvist"), (true, "Lena Lindqvist")], Bot.Ear.Changes);
        Assert.True(Posts() > posts + 1);

        int Posts() => Teams.Seen.Count(call => call.Method == "POST");
        string Installation(string action, string channel) =>
            Edited(activity =>
            {
                (activity["type"], activity["action"], activity["id"], activity["channelData"]) = (
                    "installationUpdate",
                    action,
                    action + Posts(),
                    Team(channel)
                );
                (activity["conversation"]!["id"], activity["from"]!["name"]) = (channel, "Lena Lindqvist");
            });
        JsonNode Team(string channel) =>
            JsonNode.Parse(
                $$"""{ "tenant": { "id": "{{TeamsDouble.Tenant}}" }, "team": { "id": "19:general@thread.tacv2" }, "channel": { "id": "{{channel}}" } }"""
            )!;
    }

    [Fact]
    public async Task A_private_chat_that_has_lost_the_bot_is_left_alone_and_no_incident_hears_of_it()
    {
        using var removed = await Bot.PostAsync(
            Edited(activity =>
            {
                (activity["type"], activity["action"]) = ("installationUpdate", "remove");
                (activity["conversation"]!["id"], activity["conversation"]!["conversationType"]) = ("a:29:lena", "personal");
            })
        );

        Assert.Empty(Bot.Ear.Changes);
        await Assert.ThrowsAsync<ChannelException>(() => Bot.Channel.TellAsync(Teams.Members[2].Id, new Message("secret"), Token));
        await Bot.Channel.ReplyAsync("19:channel@thread.tacv2;messageid=1", new Message("here"), Token);
    }

    [Theory]
    [InlineData("personal", "help")]
    [InlineData("channel", "<at>ImcBot</at> help")]
    [InlineData("groupChat", "<at>ImcBot</at> help")]
    public async Task A_mention_or_a_private_word_does_not_tell_that_everything_is_heard(string kind, string text)
    {
        using var said = await Bot.PostAsync(
            Edited(activity =>
            {
                activity["conversation"]!["conversationType"] = kind;
                activity["text"] = text;
                activity["entities"] = JsonNode.Parse(
                    """[ { "type": "mention", "text": "<at>ImcBot</at>", "mentioned": { "id": "28:bot", "name": "ImcBot" } } ]"""
                );
            })
        );
        await Bot.Ear.OneAsync();
        using var installed = await Bot.PostAsync(
            Edited(activity => (activity["type"], activity["action"]) = ("installationUpdate", "add"))
        );

        Assert.Contains("only messages that mention me", await PostedAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("personal", "a:29:riley", null, null, false)]
    [InlineData("channel", "19:channel@thread.tacv2;messageid=1", "19:home@thread.tacv2", "19:channel@thread.tacv2", false)]
    [InlineData("channel", "19:channel@thread.tacv2;messageid=1", null, null, false)]
    [InlineData("channel", "19:beside@thread.tacv2;messageid=1", "19:home@thread.tacv2", "19:beside@thread.tacv2", false)]
    [InlineData("channel", "19:elsewhere@thread.tacv2;messageid=1", "19:other@thread.tacv2", "19:elsewhere@thread.tacv2", true)]
    [InlineData("channel", "19:elsewhere@thread.tacv2;messageid=1", null, null, true)]
    [InlineData("groupChat", "19:group@thread.v2", null, null, true)]
    [InlineData("groupChat", "19:group@thread.v2", "19:other@thread.tacv2", null, true)]
    [InlineData(null, "19:group@thread.v2", null, null, true)]
    public async Task Where_others_than_the_team_may_read_is_elsewhere(
        string? kind,
        string conversation,
        string? team,
        string? channel,
        bool isElsewhere
    )
    {
        using var home = await Bot.PostAsync(
            Said("channel", "19:channel@thread.tacv2;messageid=1", "19:home@thread.tacv2", "19:channel@thread.tacv2")
        );
        Assert.False((await Bot.Ear.OneAsync()).IsElsewhere);
        Bot.Ear.Forget();

        using var said = await Bot.PostAsync(Said(kind, conversation, team, channel));

        Assert.Equal(isElsewhere, (await Bot.Ear.OneAsync()).IsElsewhere);

        string Said(string? kind, string conversation, string? team, string? channel) =>
            Edited(activity =>
            {
                (activity["conversation"]!["conversationType"], activity["conversation"]!["id"]) = (kind, conversation);
                activity["channelData"]!["team"] = team is null ? null : new JsonObject { ["id"] = team };
                activity["channelData"]!["channel"] = channel is null ? null : new JsonObject { ["id"] = channel };
            });
    }

    [Fact]
    public async Task A_test_that_waits_for_what_is_never_heard_fails_with_the_reason()
    {
        using var refused = await Bot.PostAsync(Bot.Message("stop", from: "99999999-0000-0000-0000-000000000001"));

        var failure = await Assert.ThrowsAnyAsync<Exception>(Bot.Ear.OneAsync);
        Assert.StartsWith(
            "The turn has ended and nothing was heard. Turned away: Not from here: this bot only answers members of its team.",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_is_not_from_here_cannot_have_a_thread_filled_with_refusals()
    {
        for (var times = 0; times < 20; times++)
        {
            using var response = await Bot.PostAsync(Bot.Message("approve 7/3", from: "99999999-0000-0000-0000-000000000001"));
        }

        while (Bot.Ear.TurnedAway.Count < 20)
        {
            await Task.Yield();
        }

        await Bot.SettleAsync();
        Assert.Single(
            Teams.Seen,
            call =>
                call.Method == "POST"
                && call.Body?["text"]?.GetValue<string>().StartsWith("Not from here", StringComparison.Ordinal) == true
        );
    }

    [Fact]
    public void Refusals_are_told_once_in_ten_minutes_and_to_a_few_senders_only()
    {
        var clock = new FakeTimeProvider();
        var courtesy = new ReplyLimiter(clock);

        Assert.Equal([true, false, true], [courtesy.Owes("a"), courtesy.Owes("a"), courtesy.Owes("b")]);
        Assert.Equal(18, Enumerable.Range(0, 1000).Count(sender => courtesy.Owes($"{sender}")));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal([true, false], [courtesy.Owes("a"), courtesy.Owes("a")]);
    }

    [Fact]
    public async Task An_answer_is_posted_where_it_was_asked_and_a_secret_privately()
    {
        Bot.Ear.Answer = _ => Task.FromResult(new Reply("It is in your private chat.", Private: "the code"));

        using var response = await Bot.PostAsync(Bot.Message("relay add EXCH01"));

        var posts = new List<ConnectorCall>();
        while (posts.Count < 2)
        {
            if (await Teams.NextCallAsync() is { Method: "POST" } call && call.Path.EndsWith("/activities", StringComparison.Ordinal))
            {
                posts.Add(call);
            }
        }

        Assert.Equal(
            "the code",
            posts.Single(post => post.Path.Contains("a:29:riley", StringComparison.Ordinal)).Body!["text"]!.GetValue<string>()
        );
        Assert.DoesNotContain(
            "the code",
            posts.Single(post => post.Path.Contains("messageid=1", StringComparison.Ordinal)).Body!.ToJsonString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_mistake_of_ours_is_not_theirs_and_not_a_500()
    {
        Bot.Ear.Answer = _ => throw new InvalidOperationException("broken");

        using var response = await Bot.PostAsync(Click("manual"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("error in ImcBot", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<string> PostedAsync()
    {
        while (true)
        {
            if (await Teams.NextCallAsync() is { Method: "POST", Body: { } body })
            {
                return body["text"]!.GetValue<string>();
            }
        }
    }

    private string Edited(Action<JsonObject> edit)
    {
        var activity = JsonNode.Parse(Bot.Message())!.AsObject();
        edit(activity);
        return activity.ToJsonString();
    }

    private string Click(string? trigger) =>
        Edited(activity =>
        {
            activity["type"] = "invoke";
            activity["name"] = "adaptiveCard/action";
            activity["value"] = new JsonObject
            {
                ["trigger"] = trigger,
                ["action"] = JsonNode.Parse(
                    """{ "type": "Action.Execute", "verb": "approve", "data": { "incident": "INC-7", "question": "INC-7/3" } }"""
                ),
            };
        });
}
