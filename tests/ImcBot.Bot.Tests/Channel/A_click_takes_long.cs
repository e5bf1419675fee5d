using System.Text.Json;
using System.Text.Json.Nodes;
using ImcBot.Bot.Channel;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>The sender of a click waits four seconds for its answer; what comes later is told to the one who clicked, in the thread.</summary>
public sealed class A_click_takes_long : BotInTeams
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly TaskCompletionSource<Reply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Its_answer_is_told_by_name_in_the_thread()
    {
        await using var bot = await WaitedForAsync("manual");
        _answer.SetResult(new Reply("That is too late: 7/3 was refused."));

        var post = await NextPostAsync();
        Assert.Equal("<at>Riley Reyes</at> That is too late: 7/3 was refused.", post["text"]!.GetValue<string>());
        Assert.Equal("29:riley", post["entities"]![0]!["mentioned"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_roster_that_could_not_be_read_is_told_too()
    {
        await using var bot = await WaitedForAsync("manual");
        _answer.SetException(new ChannelException("away", mayPass: true));

        Assert.EndsWith(
            "so nothing was done. Try again in a minute.",
            (await NextPostAsync())["text"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_card_for_one_person_is_not_shown_to_all_but_asked_for_again()
    {
        await using var bot = await WaitedForAsync("manual");
        _answer.SetResult(new Reply(null, JsonSerializer.SerializeToElement(new { secret = "buttons" })));

        var post = await NextPostAsync();
        Assert.Equal("<at>Riley Reyes</at> What you asked for can be shown now: click once more.", post["text"]!.GetValue<string>());
        Assert.Null(post["attachments"]);
    }

    [Fact]
    public async Task What_a_client_asked_by_itself_is_told_to_nobody()
    {
        await using var bot = await WaitedForAsync("automatic");
        _answer.SetResult(new Reply("This card's incident is not known here any more."));

        await bot.SettleAsync();
        Assert.DoesNotContain(Teams.Seen, call => call.Method == "POST");
    }

    [Fact]
    public async Task An_answer_in_time_is_given_once_and_not_in_the_thread()
    {
        await using var bot = await BotHost.StartAsync(Teams, _time);
        bot.Ear.Answer = static _ => Task.FromResult(new Reply("Your yes is kept."));

        using var response = await bot.PostAsync(Click(bot, "manual"));

        Assert.Contains("Your yes is kept.", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await bot.SettleAsync();
        Assert.DoesNotContain(Teams.Seen, call => call.Method == "POST");
    }

    /// <summary>A bot that was clicked and has let the four seconds go by.</summary>
    private async Task<BotHost> WaitedForAsync(string trigger)
    {
        var bot = await BotHost.StartAsync(Teams, _time);
        bot.Ear.Answer = _ => _answer.Task;
        var clicked = bot.PostAsync(Click(bot, trigger));
        await bot.Ear.OneAsync();
        while (!clicked.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        using var response = await clicked;
        Assert.Contains("It takes a little longer", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        return bot;
    }

    private static string Click(BotHost bot, string trigger)
    {
        var activity = JsonNode.Parse(bot.Message())!.AsObject();
        activity["type"] = "invoke";
        activity["name"] = "adaptiveCard/action";
        activity["value"] = new JsonObject
        {
            ["trigger"] = trigger,
            ["action"] = JsonNode.Parse("""{ "type": "Action.Execute", "verb": "approve", "data": { "question": "INC-7/3" } }"""),
        };
        return activity.ToJsonString();
    }

    private async Task<JsonNode> NextPostAsync()
    {
        while (true)
        {
            if (await Teams.NextCallAsync() is { Method: "POST", Body: { } body })
            {
                return body;
            }
        }
    }
}
