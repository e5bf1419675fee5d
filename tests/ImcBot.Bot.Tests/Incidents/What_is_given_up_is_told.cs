using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
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
        await room.StartAsync();
        await room.Engine.OpenAsync(
            Some.Host,
            (at, number, seed) =>
                Some.Opened() with
                {
                    At = at,
                    Number = number,
                    Seed = seed,
                    Gathering = new Gathering(number, ["EXCH02", "EXCH03"], [98, 99]),
                },
            Token
        );

        var told = await UntilToldAsync(room, told => told.StartsWith("announce", StringComparison.Ordinal));

        Assert.Contains("INC-98, INC-99", told, StringComparison.Ordinal);
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
