using System.Net;
using System.Text.Json.Nodes;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Room;

public sealed class The_room_behaves_as_Teams_does
{
    [Fact]
    public async Task A_post_to_the_channel_starts_a_thread_and_one_to_the_thread_replies()
    {
        await using var room = await OpenRoom.StartAsync();
        var root = await PostAsync(room, Team.ChannelId, Sample.Text("down"));
        var reply = await PostAsync(room, $"{Team.ChannelId};messageid={root}", Sample.Text("still down"));
        var posts = await room.PostsAsync("riley");
        Assert.Equal([root, root], posts.Select(post => post!["thread"]!.ToString()));
        Assert.Equal([root, reply], posts.Select(post => post!["id"]!.ToString()));
    }

    [Fact]
    public async Task A_mention_beside_a_card_becomes_two_messages_without_a_name()
    {
        await using var room = await OpenRoom.StartAsync();
        var message = Sample.CardMessage();
        message["text"] = "<at>Olu Adeyemi</at> look";
        message["entities"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "mention",
                ["text"] = "<at>Olu Adeyemi</at>",
                ["mentioned"] = new JsonObject { ["id"] = Team.Olu.AccountId },
            }
        );

        var answer = await room.CallAsync(HttpMethod.Post, $"conversations/{Team.ChannelId}/activities", message);

        Assert.Equal(
            (HttpStatusCode.Accepted, ""),
            (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
        );
        var posts = await room.PostsAsync("olu");
        Assert.Equal(["<at>Olu Adeyemi</at> look", null], posts.Select(post => post!["text"]?.ToString()));
        Assert.Equal([false, true], posts.Select(post => post!["card"] is not null));
    }

    [Fact]
    public async Task A_plain_room_names_no_post_and_asks_for_no_view()
    {
        await using var room = await OpenRoom.StartAsync(isPlain: true);
        var message = Sample.CardMessage();
        message["attachments"]![0]!["content"]!["refresh"] = new JsonObject { ["action"] = Sample.Approve() };

        var answer = await room.CallAsync(HttpMethod.Post, $"conversations/{Team.ChannelId}/activities", message);

        Assert.Equal(
            (HttpStatusCode.Accepted, ""),
            (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
        );
        var post = Assert.Single(await room.PostsAsync("olu"))!["id"]!.ToString();
        using var body = System.Net.Http.Json.JsonContent.Create(new { person = "olu", post });
        var result = await Sample.JsonAsync(
            await room.Http.PostAsync(new Uri(room.Settings.Address, "api/refreshes"), body, TestContext.Current.CancellationToken)
        );
        Assert.Equal("done", result["kind"]!.ToString());
    }

    [Fact]
    public async Task A_new_thread_can_be_opened_as_a_conversation()
    {
        await using var room = await OpenRoom.StartAsync();
        var asked = new JsonObject
        {
            ["isGroup"] = true,
            ["channelData"] = new JsonObject { ["channel"] = new JsonObject { ["id"] = Team.ChannelId } },
            ["activity"] = Sample.Text("down"),
        };
        var made = await Sample.JsonAsync(await room.CallAsync(HttpMethod.Post, "conversations", asked));
        Assert.Equal($"{Team.ChannelId};messageid={made["activityId"]}", made["id"]!.ToString());
    }

    [Fact]
    public async Task A_private_post_is_seen_by_its_owner_only()
    {
        await using var room = await OpenRoom.StartAsync();
        await PostAsync(room, Team.Lena.PersonalChat, Sample.Text("the code"));
        Assert.Single(await room.PostsAsync("lena"));
        Assert.Empty(await room.PostsAsync("riley"));
    }

    [Fact]
    public async Task An_edit_changes_the_post_in_place_and_a_delete_leaves_only_the_trace()
    {
        await using var room = await OpenRoom.StartAsync();
        var id = await PostAsync(room, Team.ChannelId, Sample.CardMessage("before"));
        await room.CallAsync(HttpMethod.Put, $"conversations/{Team.ChannelId}/activities/{id}", Sample.CardMessage("after"));
        var edited = Assert.Single(await room.PostsAsync("riley"))!;
        Assert.Equal("after", edited["card"]!["body"]![0]!["text"]!.ToString());
        await room.CallAsync(HttpMethod.Delete, $"conversations/{Team.ChannelId}/activities/{id}");
        var gone = Assert.Single(await room.PostsAsync("riley"))!;
        Assert.True(gone["deleted"]!.GetValue<bool>());
        Assert.Null(gone["card"]);
    }

    [Fact]
    public async Task A_card_in_the_answer_is_the_clickers_own_view_until_the_bot_edits_the_post()
    {
        await using var room = await OpenRoom.StartAsync();
        var id = await PostAsync(room, Team.ChannelId, Sample.CardMessage());
        room.Bot.Answer = (
            200,
            new JsonObject
            {
                ["statusCode"] = 200,
                ["type"] = "application/vnd.microsoft.card.adaptive",
                ["value"] = Sample.Card("yours"),
            }
        );
        await room.ClickAsync("olu", id, Sample.Approve());
        Assert.Equal("yours", await WordsAsync("olu"));
        Assert.Equal("Approve?", await WordsAsync("riley"));
        await room.CallAsync(HttpMethod.Put, $"conversations/{Team.ChannelId}/activities/{id}", Sample.CardMessage("for all"));
        Assert.Equal("for all", await WordsAsync("olu"));

        async Task<string> WordsAsync(string person) => (await room.PostsAsync(person))[0]!["card"]!["body"]![0]!["text"]!.ToString();
    }

    [Theory]
    [InlineData("application/vnd.microsoft.activity.message", "message")]
    [InlineData("application/vnd.microsoft.error", "error")]
    public async Task Words_in_the_answer_are_told_to_the_clicker(string type, string kind)
    {
        await using var room = await OpenRoom.StartAsync();
        var id = await PostAsync(room, Team.ChannelId, Sample.CardMessage());
        JsonNode value = kind == "message" ? "Too late." : new JsonObject { ["code"] = "late", ["message"] = "Too late." };
        room.Bot.Answer = (
            200,
            new JsonObject
            {
                ["statusCode"] = 200,
                ["type"] = type,
                ["value"] = value,
            }
        );
        var result = await Sample.JsonAsync(await room.ClickAsync("olu", id, Sample.Approve()));
        Assert.Equal((kind, "Too late."), (result["kind"]!.ToString(), result["text"]!.ToString()));
    }

    [Fact]
    public async Task A_card_that_refreshes_itself_says_so_in_the_trigger()
    {
        await using var room = await OpenRoom.StartAsync();
        var message = Sample.CardMessage();
        message["attachments"]![0]!["content"]!["refresh"] = new JsonObject { ["action"] = Sample.Approve() };
        var id = await PostAsync(room, Team.ChannelId, message);
        using var body = System.Net.Http.Json.JsonContent.Create(new { person = "olu", post = id });
        await room.Http.PostAsync(new Uri(room.Settings.Address, "api/refreshes"), body, TestContext.Current.CancellationToken);
        Assert.Equal("automatic", (await room.Bot.HeardAsync()).Activity["value"]!["trigger"]!.ToString());
    }

    [Theory]
    [InlineData("olu", true)]
    [InlineData("riley", false)]
    public async Task A_list_of_users_says_whose_clients_refresh(string person, bool asks)
    {
        await using var room = await OpenRoom.StartAsync();
        var message = Sample.CardMessage();
        message["attachments"]![0]!["content"]!["refresh"] = new JsonObject
        {
            ["action"] = Sample.Approve(),
            ["userIds"] = new JsonArray(Team.Olu.AccountId),
        };
        var id = await PostAsync(room, Team.ChannelId, message);
        room.Bot.Answer = (
            200,
            new JsonObject
            {
                ["statusCode"] = 200,
                ["type"] = "application/vnd.microsoft.card.adaptive",
                ["value"] = Sample.Card("yours"),
            }
        );
        using var body = System.Net.Http.Json.JsonContent.Create(new { person, post = id });
        var result = await Sample.JsonAsync(
            await room.Http.PostAsync(new Uri(room.Settings.Address, "api/refreshes"), body, TestContext.Current.CancellationToken)
        );

        Assert.Equal(asks ? "card" : "done", result["kind"]!.ToString());
        Assert.Equal(asks ? "yours" : "Approve?", (await room.PostsAsync(person))[0]!["card"]!["body"]![0]!["text"]!.ToString());
    }

    [Fact]
    public async Task An_author_changes_and_deletes_and_the_bot_is_told_under_the_messages_id()
    {
        await using var room = await OpenRoom.StartAsync();
        await room.SayAsync("riley", "channel", "the patient is Jane Roe");
        var said = (await room.Bot.HeardAsync()).Activity;
        var address = new Uri(room.Settings.Address, $"api/messages/{said["id"]}");

        using var stranger = System.Net.Http.Json.JsonContent.Create(new { person = "olu", text = "mine now" });
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await room.Http.PutAsync(address, stranger, TestContext.Current.CancellationToken)).StatusCode
        );
        using var better = System.Net.Http.Json.JsonContent.Create(new { person = "riley", text = "the patient is known" });
        await room.Http.PutAsync(address, better, TestContext.Current.CancellationToken);
        await room.Http.DeleteAsync(new Uri($"{address}?person=riley"), TestContext.Current.CancellationToken);

        var changed = (await room.Bot.HeardAsync()).Activity;
        var deleted = (await room.Bot.HeardAsync()).Activity;
        Assert.Equal(["messageUpdate", "messageDelete"], new[] { changed, deleted }.Select(activity => activity["type"]!.ToString()));
        Assert.Equal(
            ["editMessage", "softDeleteMessage"],
            new[] { changed, deleted }.Select(activity => activity["channelData"]!["eventType"]!.ToString())
        );
        Assert.All(new[] { changed, deleted }, activity => Assert.Equal(said["id"]!.ToString(), activity["id"]!.ToString()));
        Assert.All(
            new[] { changed, deleted },
            activity => Assert.Equal(said["conversation"]!.ToJsonString(), activity["conversation"]!.ToJsonString())
        );
        Assert.Equal("the patient is known", changed["text"]!.ToString());
        Assert.Null(deleted["text"]);
        Assert.True((await room.PostsAsync("olu"))[0]!["deleted"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_talk_survives_a_restart_even_with_a_torn_last_line()
    {
        await using var room = await OpenRoom.StartAsync();
        var id = await PostAsync(room, Team.ChannelId, Sample.CardMessage("before"));
        await room.CallAsync(HttpMethod.Put, $"conversations/{Team.ChannelId}/activities/{id}", Sample.CardMessage("after"));
        await room.ReopenAsync();
        await File.AppendAllTextAsync(
            Path.Combine(room.Settings.DataFolder, "room.jsonl"),
            "{\"post\":{\"id\":\"1795",
            TestContext.Current.CancellationToken
        );
        await room.ReopenAsync();
        Assert.Equal("after", Assert.Single(await room.PostsAsync("riley"))!["card"]!["body"]![0]!["text"]!.ToString());
        await PostAsync(room, Team.ChannelId, Sample.Text("goes on"));
        await room.ReopenAsync();
        Assert.Equal(2, (await room.PostsAsync("riley")).Count);
    }

    [Fact]
    public async Task More_than_seven_posts_a_second_in_one_thread_are_throttled_and_edits_are_not()
    {
        await using var room = await OpenRoom.StartAsync();
        var id = await PostAsync(room, Team.ChannelId, Sample.Text("1"));
        for (var post = 2; post <= 7; post++)
        {
            await PostAsync(room, Team.ChannelId, Sample.Text($"{post}"));
        }
        using var refused = await room.CallAsync(HttpMethod.Post, $"conversations/{Team.ChannelId}/activities", Sample.Text("8"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(
            HttpStatusCode.OK,
            (await room.CallAsync(HttpMethod.Put, $"conversations/{Team.ChannelId}/activities/{id}", Sample.Text("edit"))).StatusCode
        );
        room.Time.Advance(TimeSpan.FromSeconds(1));
        await PostAsync(room, Team.ChannelId, Sample.Text("8"));
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused()
    {
        await using var room = await OpenRoom.StartAsync();
        using var refused = await room.CallAsync(
            HttpMethod.Post,
            $"conversations/{Team.ChannelId}/activities",
            Sample.Text(new string('x', 51 * 1024))
        );
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Fact]
    public async Task An_allowed_file_is_uploaded_and_opened_under_the_address_in_the_answer()
    {
        await using var room = await OpenRoom.StartAsync();
        var offer = new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.teams.card.file.consent",
            ["name"] = "INC-7.jsonl",
            ["content"] = new JsonObject
            {
                ["sizeInBytes"] = 3,
                ["acceptContext"] = new JsonObject { ["incident"] = "INC-7" },
            },
        };
        var id = await PostAsync(
            room,
            Team.Lena.PersonalChat,
            new JsonObject { ["type"] = "message", ["attachments"] = new JsonArray(offer) }
        );
        using var yes = System.Net.Http.Json.JsonContent.Create(
            new
            {
                person = "lena",
                post = id,
                accept = true,
            }
        );
        await room.Http.PostAsync(new Uri(room.Settings.Address, "api/file-choices"), yes, TestContext.Current.CancellationToken);
        var choice = (await room.Bot.HeardAsync()).Activity;
        Assert.Equal("fileConsent/invoke", choice["name"]!.ToString());
        Assert.Equal("INC-7", choice["value"]!["context"]!["incident"]!.ToString());

        var address = choice["value"]!["uploadInfo"]!["uploadUrl"]!.ToString();
        using var bytes = new ByteArrayContent([1, 2, 3]);
        Assert.Equal(HttpStatusCode.Created, (await room.Http.PutAsync(address, bytes, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal([1, 2, 3], await room.Http.GetByteArrayAsync(address, TestContext.Current.CancellationToken));
    }

    private static async Task<string> PostAsync(OpenRoom room, string conversation, JsonObject activity)
    {
        using var response = await room.CallAsync(HttpMethod.Post, $"conversations/{conversation}/activities", activity);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await Sample.JsonAsync(response))["id"]!.ToString();
    }
}
