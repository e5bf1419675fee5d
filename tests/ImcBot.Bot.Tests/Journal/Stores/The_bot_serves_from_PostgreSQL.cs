using System.Net;
using Azure.Core;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace ImcBot.Bot.Tests.Journal.Stores;

public sealed class The_bot_serves_from_PostgreSQL
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_bot_opens_an_incident_and_another_goes_on_with_it()
    {
        var connection = await PostgresServer.NewDatabaseAsync();
        var first = await BotHouse.OpenAsync(("Bot:ConnectionString", connection));
        var data = first.Get<BotOptions>().Data;
        var relay = await first.RelayAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await relay.PostAsync("alerts", Some.Alert(false, 4102))).Status);
        var jobs = await relay.PollAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await relay.ReportAsync(relay.ReportOf(jobs[0]))).Status);
        var before = await first.Engine.FindAsync(1, Token);
        await first.Channel.UntilAsync(told => told.StartsWith("begin EXCH", StringComparison.Ordinal), Token);
        await first.DisposeAsync();

        await using var second = await BotHouse.OpenAsync(("Bot:ConnectionString", connection), ("Bot:Data", data));
        var after = await second.Engine.FindAsync(1, Token);
        var row = (await second.Get<RelayRegister>().FindAsync(relay.Id, Token))!;
        var left = await second.Get<RelayDispatcher>().NextAsync(row, instance: null, new Poll([]), Token);

        Assert.False(File.Exists(Path.Combine(data, "imcbot.db")));
        Assert.Equal("ok", await second.Http.GetStringAsync("/healthz", Token));
        Assert.Equal((before!.Phase, before.Host), (after!.Phase, after.Host));
        Assert.Equal(jobs.Skip(1).Select(job => job.Run), left.Jobs.Select(job => job.Run));
        Assert.DoesNotContain(second.Channel.Told, told => told.StartsWith("begin EXCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bot_without_the_journal_s_key_does_not_begin_with_a_new_one()
    {
        var connection = await PostgresServer.NewDatabaseAsync();
        await using (var room = EngineRoom.Over(JournalServer.At(connection)))
        {
            await using var db = await room.Databases.CreateDbContextAsync(Token);
            await Schema.EnsureAsync(db, Token);
            await room.OpenAsync();
        }

        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => BotHouse.OpenAsync(("Bot:ConnectionString", connection)));

        Assert.Contains("Bring the key from its backup", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_logs_in_with_its_token_in_place_of_a_password()
    {
        var parts = new NpgsqlConnectionStringBuilder(await PostgresServer.NewDatabaseAsync());
        await using (var db = await JournalServer.At(parts.ToString()).CreateDbContextAsync(Token))
        {
            var grant =
                $"create role {PostgresServer.WithPassword} login password 'token-1'; alter database {parts.Database} owner to "
                + $"{PostgresServer.WithPassword}";
            await db.Database.ExecuteSqlRawAsync(grant, Token);
        }

        parts.Username = PostgresServer.WithPassword;
        await using var known = await JournalServer.At(parts.ToString(), new FixedToken("token-1")).CreateDbContextAsync(Token);
        await Schema.EnsureAsync(known, Token);
        Assert.Equal(0, await known.Entries.CountAsync(Token));

        parts.ApplicationName = "stranger";
        await using var stranger = await JournalServer.At(parts.ToString(), new FixedToken("token-2")).CreateDbContextAsync(Token);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => stranger.Entries.CountAsync(Token));
        Assert.Contains("password authentication failed", refused.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_in_a_sentence()
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            JournalPlace.OpenAsync(
                new BotOptions { ConnectionString = "Host=/nowhere;Database=imcbot;Username=imcbot;Password=hush" },
                Token
            )
        );

        Assert.StartsWith("The journal's PostgreSQL cannot be used", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db.example.com;Database=imcbot;Username=imcbot;Ssl Mode=VerifyFull", null)]
    [InlineData("Host=127.0.0.1;Database=imcbot", null)]
    [InlineData("Host=/run/postgresql;Database=imcbot", null)]
    [InlineData("Host=db.example.com;Database=imcbot;Password=hush", "Ssl Mode=VerifyFull")]
    [InlineData("Host=db.example.com;Database=imcbot;Ssl Mode=Require", "Ssl Mode=VerifyFull")]
    [InlineData("Host=localhost,db.example.com;Database=imcbot", "Ssl Mode=VerifyFull")]
    [InlineData("Host=localhost", "Host and Database")]
    [InlineData("Data Source=imcbot.db;hush", "not a connection string")]
    [InlineData("Host=localhost;Database=imcbot;Port=hush", "not a connection string")]
    [InlineData("", "Host and Database")]
    public void A_connection_string_is_taken_or_refused_in_one_sentence(string connection, string? names)
    {
        var problems = new BotOptions { ConnectionString = connection, Runbooks = Repository.Path("manifests/runbooks") }
            .Problems()
            .ToList();

        if (names is null)
        {
            Assert.Empty(problems);
            return;
        }

        var problem = Assert.Single(problems);
        Assert.StartsWith("Bot:ConnectionString: ", problem, StringComparison.Ordinal);
        Assert.Contains(names, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
    }

    private sealed class FixedToken(string text) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(text, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
