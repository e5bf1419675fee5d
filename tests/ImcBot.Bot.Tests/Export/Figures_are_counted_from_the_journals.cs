using ImcBot.Bot.Engine;
using ImcBot.Bot.Export;
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
        var desk = new FigureDesk(sample.Journal, new JournalReading(sample.Journal, Decider.Machine, new RunbookShelf(sample.Journal, [])), clock);

        var figures = await desk.CountAsync(30, TestContext.Current.CancellationToken);

        Assert.Equal((1, 1, 1, 0, 0), (figures.Incidents, figures.Approved, figures.Refused, figures.Expired, figures.Quick));
        Assert.Equal(["Message", "Store.exe"], figures.Causes.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(Assert.Single(figures.ToTake), 100, 200);
        Assert.Equal(2, figures.ToAnswer.Count);
        Assert.InRange(Assert.Single(figures.ToResolve), 300, 1800);
        clock.Advance(TimeSpan.FromDays(60));
        Assert.Equal(0, (await desk.CountAsync(30, TestContext.Current.CancellationToken)).Incidents);
    }
}
