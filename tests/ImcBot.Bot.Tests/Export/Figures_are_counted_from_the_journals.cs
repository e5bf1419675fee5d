using ImcBot.Bot.Cards;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

public sealed class Figures_are_counted_from_the_journals
{
    [Fact]
    public async Task A_night_is_counted_and_what_is_older_is_not()
    {
        using var sample = await SampleJournal.WriteAsync(ANight.Told);
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10).AddDays(1));
        var desk = new FigureCounter(sample.Journal, new JournalReading(sample.Journal, new RunbookRepository(sample.Journal, [])), clock);

        var figures = await desk.CountAsync(30, TestContext.Current.CancellationToken);

        Assert.Equal(
            (1, 1, 1, 0, 0),
            (figures.Incidents, figures.Decisions.Approved, figures.Decisions.Refused, figures.Decisions.Expired, figures.Decisions.Quick)
        );
        Assert.Equal(["Message", "Store.exe"], figures.Causes.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(Assert.Single(figures.Waits.ToTake), 100, 200);
        Assert.Equal(2, figures.Waits.ToAnswer.Count);
        Assert.InRange(Assert.Single(figures.Waits.ToResolve), 300, 1800);
        clock.Advance(TimeSpan.FromDays(60));
        Assert.Equal(0, (await desk.CountAsync(30, TestContext.Current.CancellationToken)).Incidents);
    }

    [Fact]
    public async Task Outages_minutes_and_causes_of_several_incidents_are_added_up()
    {
        var down = new Rehearsal(Some.Opened() with { Number = 8, Host = "EXCH02" }, Some.Runbook, "message", "threads")
            .Wait(100)
            .Relay()
            .Wait(500);
        down.Tell(at => new Noted(at, Some.Responder, "still down", true));
        var well = new Rehearsal(Some.Opened(quiet: true) with { Number = 9, Host = "EXCH03" }, Some.Runbook) { ServiceUp = true }.Relay();
        IReadOnlyList<(Fact Fact, Decision Decision)>[] all = [ANight.Told, down.Told, well.Told];
        using var sample = await SampleJournal.WriteAsync(all.SelectMany(told => told));
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10).AddDays(1));
        var desk = new FigureCounter(sample.Journal, new JournalReading(sample.Journal, new RunbookRepository(sample.Journal, [])), clock);

        var figures = await desk.CountAsync(30, TestContext.Current.CancellationToken);

        Assert.Equal((3, 2), (figures.Incidents, figures.Outages));
        Assert.Equal([("Message", 2), ("Store.exe", 1), ("Threads", 1)], figures.Causes.Select(cause => (cause.Key, cause.Value)).Order());
        Assert.Equal(all.Sum(DownSeconds), figures.DownSeconds, 1.0);
        Assert.InRange(figures.DownSeconds, 660, 3600);
        Assert.Equal(0, Figures.Of(30, []).DownSeconds);
    }

    [Fact]
    public async Task What_is_left_out_of_the_count_is_told()
    {
        var other = new Rehearsal(Some.Opened() with { Number = 8, Host = "EXCH02" }, Some.Runbook, "message").Relay();
        using var sample = await SampleJournal.WriteAsync(ANight.Told.Concat(other.Told));
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10).AddDays(1));
        var reading = new JournalReading(sample.Journal, new RunbookRepository(sample.Journal, []));

        var all = await new FigureCounter(sample.Journal, reading, clock).CountAsync(30, TestContext.Current.CancellationToken);
        var some = await new FigureCounter(sample.Journal, reading, clock, 1).CountAsync(30, TestContext.Current.CancellationToken);

        Assert.Equal((2, 0), (all.Incidents, all.LeftOut));
        Assert.Equal((1, 1), (some.Incidents, some.LeftOut));
        Assert.DoesNotContain("Only the newest", Drawn(all), StringComparison.Ordinal);
        Assert.Contains("Only the newest 1 of 2 incidents are counted", Drawn(some), StringComparison.Ordinal);
    }

    private static string Drawn(Figures figures) => CardJson.Write(lines => StatsCard.Draw(figures, lines)).GetRawText();

    /// <summary>How long the incident says that its service was down, fact by fact.</summary>
    private static double DownSeconds(IReadOnlyList<(Fact Fact, Decision Decision)> told)
    {
        var (sum, since) = (0L, (long?)null);
        foreach (var (fact, decision) in told)
        {
            var now = decision.Incident.DownSince;
            sum += since is { } begun && now != since ? fact.At - begun : 0;
            since = now;
        }

        return (sum + (since is { } open ? told[^1].Fact.At - open : 0)) / 1e6;
    }
}
