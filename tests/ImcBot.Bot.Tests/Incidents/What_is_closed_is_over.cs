using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

public sealed class What_is_closed_is_over
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_deadline_passes_after_the_close()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await CloseAsync(room);
        await using var later = await room.RestartAsync();
        using var watcher = room.DeadlineMonitor();
        using var afterwards = later.DeadlineMonitor();

        room.Clock.Advance(TimeSpan.FromHours(30));
        await watcher.LookAsync(Token);
        await afterwards.LookAsync(Token);

        Assert.IsType<Commanded>((await room.EntriesAsync())[^1].Read().Fact);
    }

    [Fact]
    public async Task It_leaves_memory_once_the_channel_has_been_told()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.StartAsync();
        await room.OpenAsync();
        Assert.Equal([1], room.Store.Known);

        await CloseAsync(room);
        await UntilEmptyAsync(room);

        Assert.Empty(await room.Journal.PendingAsync(1, Token));
        Assert.Equal(Phase.Closed, (await room.Engine.FindAsync(1, Token))!.Phase);
        Assert.Null(await room.Engine.FindAsync(2, Token));
        await UntilEmptyAsync(room);
    }

    [Fact]
    public async Task A_conversation_in_which_nothing_is_under_way_takes_no_place()
    {
        var lanes = new Lanes();
        var held = new TaskCompletionSource<bool>();
        var first = lanes.RunAsync("thread", () => held.Task);
        var second = lanes.RunAsync("thread", () => Task.FromResult(2));
        Assert.Equal(1, lanes.Count);

        held.SetResult(true);

        Assert.Equal((true, 2), (await first, await second));
        while (lanes.Count > 0)
        {
            await Task.Yield();
        }
    }

    private static async Task UntilEmptyAsync(EngineRoom room)
    {
        while (room.Store.Known.Count > 0)
        {
            await Task.Yield();
        }
    }

    private static async Task CloseAsync(EngineRoom room)
    {
        await room.TellAsync(at => new Commanded(at, CommandVerb.Close, Some.Responder, null, ""));
        await room.TellAsync(at => new Commanded(at, CommandVerb.Close, Some.Responder, null, ""));
        Assert.Equal(Phase.Closed, (await room.Engine.FindAsync(1, Token))!.Phase);
    }
}
