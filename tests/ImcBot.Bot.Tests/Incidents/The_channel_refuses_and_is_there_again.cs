using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>The app was removed, or its credential is wrong: what is refused for good is given up, and what comes later is shown.</summary>
public sealed class The_channel_refuses_and_is_there_again
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_incident_that_was_opened_meanwhile_appears_with_its_request_once_the_app_is_added_again()
    {
        await using var room = await EngineRoom.NewAsync();
        room.Channel.Fails = static () => new ChannelException("The channel refused.");
        await room.StartAsync();
        await room.OpenAsync();
        await room.ToApprovalAsync();
        await UntilNothingIsOwedAsync(room);

        room.Channel.Fails = static () => null;
        await room.TellAsync(at => new ChannelChanged(at, true, "Lena Lindqvist"));
        await UntilNothingIsOwedAsync(room);

        Assert.Equal(["begin", "post"], Told(room).Take(2));
        Assert.NotNull((await room.Engine.FindAsync(1, Token))!.Thread);
    }

    [Fact]
    public async Task What_is_said_first_after_the_credential_was_mended_begins_the_thread_with_the_incidents_card()
    {
        await using var room = await EngineRoom.NewAsync();
        room.Channel.Fails = static () => new ChannelException("The channel refused.");
        await room.StartAsync();
        await room.OpenAsync();
        await UntilNothingIsOwedAsync(room);

        room.Channel.Fails = static () => null;
        await room.TellAsync(at => new Commanded(at, CommandVerb.Hand, Some.OnCall, null, "", Some.Lead));
        await UntilNothingIsOwedAsync(room);

        Assert.Equal(["begin", "say"], Told(room).Where(word => word is "begin" or "say"));
        Assert.NotNull((await room.Engine.FindAsync(1, Token))!.Thread);
    }

    private static IEnumerable<string> Told(EngineRoom room) =>
        room.Channel.Told.Select(told => told.Split(' ')[0]).Where(word => word is not ("page" or "announce"));

    private static async Task UntilNothingIsOwedAsync(EngineRoom room)
    {
        while ((await room.Journal.PendingAsync(1, Token)).Count > 0)
        {
            Token.ThrowIfCancellationRequested();
            room.Clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }
    }
}
