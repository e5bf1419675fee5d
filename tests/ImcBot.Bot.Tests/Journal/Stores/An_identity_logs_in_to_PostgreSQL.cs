using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Channel;
using ImcBot.Bot.Tests.Commands;
using ImcBot.Bot.Tests.Entra;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Journal.Stores;

/// <summary>
/// From the machine's identity endpoint, through Azure.Identity, to a login; the role's password stands for the token that Azure would
/// check.
/// </summary>
public sealed class An_identity_logs_in_to_PostgreSQL : IAsyncLifetime
{
    private const string Resource = "https://ossrdbms-aad.database.windows.net",
        Client = "44444444-0000-0000-0000-00000000d00d";

    private EntraDouble _entra = null!;
    private string _open = "",
        _password = "token-1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _open = await PostgresServer.NewDatabaseAsync();
        _entra = await EntraDouble.StartAsync();
        // Tokens that end within five minutes are not kept, so each login asks for the newest.
        _entra.Gives = resource => resource == Resource ? (_password, TimeSpan.FromMinutes(1)) : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_entra is not null)
        {
            await _entra.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_token_that_ended_is_followed_by_the_next_without_a_restart()
    {
        _entra.BecomeThisMachinesIdentity();
        var role = $"identity_{Guid.NewGuid():N}";
        var databases = JournalPlace.At(
            new BotOptions { ConnectionString = await PostgresServer.LockAsync(_open, role, _password), DatabaseClientId = Client }
        );
        await using (var db = await databases.CreateDbContextAsync(Token))
        {
            await Schema.EnsureAsync(db, Token);
        }

        await PostgresServer.SqlAsync(_open, $"alter role {role} password 'token-2'");
        await using (var db = await databases.CreateDbContextAsync(Token))
        {
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => db.Entries.CountAsync(Token));
            Assert.Contains("password authentication failed", refused.GetBaseException().Message, StringComparison.Ordinal);
        }

        _password = "token-2";
        await using (var db = await databases.CreateDbContextAsync(Token))
        {
            Assert.Equal(0, await db.Entries.CountAsync(Token));
        }
    }

    [Fact]
    public async Task The_served_program_keeps_its_journal_there()
    {
        var role = $"identity_{Guid.NewGuid():N}";
        await using var teams = await TeamsDouble.StartAsync();
        await using var bot = await BotProcess.StartAsync(
            teams,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["IDENTITY_ENDPOINT"] = _entra.IdentityEndpoint.AbsoluteUri,
                ["IDENTITY_HEADER"] = EntraDouble.Secret,
                ["IMCBOT__BOT__CONNECTIONSTRING"] = await PostgresServer.LockAsync(_open, role, _password),
                ["IMCBOT__BOT__DATABASECLIENTID"] = Client,
            }
        );

        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync(new Uri(bot.Address, "healthz"), Token));
        Assert.False(File.Exists(Path.Combine(bot.Data, "imcbot.db")));
        Assert.Contains(Resource, _entra.Asked);
        Assert.Equal(0, await bot.EndAsync());
    }
}
