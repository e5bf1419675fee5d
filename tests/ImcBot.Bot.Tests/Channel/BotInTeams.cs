using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>A chat edge of its own for each test, with the double of Teams it speaks to.</summary>
public abstract class BotInTeams : IAsyncLifetime
{
    private protected TeamsDouble Teams { get; private set; } = null!;

    private protected BotHost Bot { get; private set; } = null!;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Teams = await TeamsDouble.StartAsync();
        Bot = await BotHost.StartAsync(Teams);
    }

    public async ValueTask DisposeAsync()
    {
        await Bot.DisposeAsync();
        await Teams.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
