using System.Net;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Channel;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Journal;

/// <summary>
/// The disk of the database is full: the bot lives, says so where it is asked, answers whoever types, and goes on when there is room.
/// </summary>
public sealed class A_full_disk_is_told : BotInTeams
{
    [Fact]
    public async Task Readiness_says_so_the_process_lives_and_all_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.TryMount(160);
        Assert.SkipWhen(disk is null, "A file system in memory cannot be mounted here: run as root on Linux.");
        await using var house = await BotHouse.OpenAsync(
            disk.Folder,
            new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10))
        );
        var relay = await house.RelayAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        Assert.Equal((HttpStatusCode.OK, "ok"), await GetAsync(house, "/healthz"));

        disk.Fill();
        house.Clock.Advance(TimeSpan.FromSeconds(5));
        var (status, sentence) = await GetAsync(house, "/healthz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains(disk.Folder, sentence, StringComparison.Ordinal);
        Exception? full = null;
        for (var note = 0; full is null && note < 10_000; note++)
        {
            full = await Record.ExceptionAsync(() =>
                house.Engine.TellAsync(1, at => new Noted(at, Some.Responder, new string('x', 4000), true), Token)
            );
        }

        Assert.True(DatabaseErrors.IsFull(full!), full?.ToString());
        house.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((HttpStatusCode.OK, "ok"), await GetAsync(house, "/livez"));

        disk.MakeRoom();
        house.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal((HttpStatusCode.OK, "ok"), await GetAsync(house, "/readyz"));
        Assert.Null((await house.Engine.TellAsync(1, at => new Commanded(at, CommandVerb.Take, Some.OnCall, null, ""), Token)).Declined);
    }

    [Fact]
    public async Task A_typed_answer_that_cannot_be_written_down_is_answered_with_that_it_does_not_count()
    {
        Bot.Ear.Answer = _ => throw new SqliteException("database or disk is full", 13);

        using var response = await Bot.PostAsync(Bot.Message("approve 7/3"));

        while (true)
        {
            if (await Teams.NextCallAsync() is { Method: "POST", Body: { } body } && body["text"]?.GetValue<string>() is { } text)
            {
                Assert.Contains("does not count", text, StringComparison.Ordinal);
                return;
            }
        }
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(BotHouse house, string path)
    {
        using var answer = await house.Http.GetAsync(path, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
