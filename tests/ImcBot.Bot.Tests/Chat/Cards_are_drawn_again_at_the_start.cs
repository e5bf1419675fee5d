using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Channel;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

public sealed class Cards_are_drawn_again_at_the_start
{
    [Fact]
    public async Task An_edit_that_an_earlier_process_lost_is_made_up_for_and_what_has_no_name_is_not_posted_again()
    {
        await using var teams = await TeamsDouble.StartAsync();
        await using var bot = await BotHost.StartAsync(teams);
        var incident = new Rehearsal("message").Relay().Command(CommandVerb.Ask).Incident;
        var incidents = new FakeIncidents().With(
            incident with
            {
                Thread = "thread",
                Posts = incident
                    .Posts.Add(new PostKey(CardKind.Incident, default), "77")
                    .SetItem(new PostKey(CardKind.Approval, incident.Request!.Question), ""),
            }
        );
        var duty = new OnCallRoster(Options.Create(new OnCallOptions()));
        var announcer = new ChannelPublisher(
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
        using var redraw = new Redraw(incidents, announcer, NullLogger<Redraw>.Instance);

        await redraw.StartAsync(TestContext.Current.CancellationToken);

        var call = await teams.NextCallAsync();
        Assert.Equal(("PUT", "/v3/conversations/thread/activities/77"), (call.Method, call.Path));
        await redraw.ExecuteTask!;
        Assert.DoesNotContain(teams.Seen, seen => seen.Method == "POST");
    }
}
