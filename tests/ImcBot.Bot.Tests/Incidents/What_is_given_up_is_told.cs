using ImcBot.Bot.Delivery;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>An error of our own keeps something from being carried out: whoever relied on it hears that it was not.</summary>
public sealed class What_is_given_up_is_told
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_that_is_given_up_stands_in_the_journal_and_somebody_is_asked_to_call()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.StartAsync(new BrokenPager());
        await room.OpenAsync();

        var told = await UntilToldAsync(room, told => told.Contains("The page to 'on-call'", StringComparison.Ordinal));

        Assert.Contains("may have gone out: an error in ImcBot", told, StringComparison.Ordinal);
        Assert.DoesNotContain(BrokenPager.Secret, told, StringComparison.Ordinal);
        Assert.Equal(false, Assert.Single((await room.Engine.FindAsync(1, Token))!.Pages).IsSent);
    }

    [Fact]
    public async Task Incidents_that_could_not_be_told_that_they_are_one_outage_are_named()
    {
        await using var room = await EngineRoom.NewAsync();
        var incident = (await room.OpenAsync()).Incident;
        var runner = new EffectRunner(
            room.Engine,
            room.Journal,
            null!,
            room.Channel,
            new TranscriptWriter(room.Journal, room.Runbooks),
            room.ChangeSignals,
            room.Clock,
            NullLogger<EffectRunner>.Instance
        );

        var running = runner.RunAsync(1, new Outstanding(1, 0, new Gather(1, [98, 99]), incident), Token);
        while (!running.IsCompleted)
        {
            room.Clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        await running;
        Assert.True(room.ChangeSignals.News.TryRead(out var told));
        Assert.Contains("INC-98, INC-99 could not be told", told.Sentence, StringComparison.Ordinal);
    }

    private static async Task<string> UntilToldAsync(EngineRoom room, Func<string, bool> isIt)
    {
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            if (room.Channel.Told.FirstOrDefault(isIt) is { } told)
            {
                return told;
            }

            room.Clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }
    }

    private sealed class BrokenPager : IPager
    {
        public const string Secret = "https://paging.example.com/token-1234";

        public Task<PageOutcome?> PageAsync(Incident incident, Page page, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"broken at {Secret}");
    }
}
