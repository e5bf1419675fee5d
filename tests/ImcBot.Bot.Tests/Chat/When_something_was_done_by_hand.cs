using ImcBot.Bot.Chat;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

public sealed class When_something_was_done_by_hand
{
    private const long Hour = 3_600_000_000;

    private static readonly Incident Yesterdays = new Rehearsal().Incident with { OpenedAt = -2 * Hour, FirstDown = -3 * Hour };

    [Fact]
    public void A_time_is_the_last_one_before_now_that_the_incident_has_seen()
    {
        Assert.Equal((new NoteTime(new(3, 10)), "restarted it"), NoteTime.Read("--at 03:10 restarted it"));
        Assert.Equal((new NoteTime(new(3, 10)), "restarted it"), NoteTime.Read("--at 03:10 UTC restarted it"));
        Assert.Equal((new NoteTime(new(3, 10)), "ist neu gestartet"), NoteTime.Read("--at 03:10 ist neu gestartet"));
        Assert.Equal((null, "no time at all"), NoteTime.Read("no time at all"));
        Assert.Equal(3 * Hour, new NoteTime(new(3, 0)).In(Yesterdays, 4 * Hour));
        Assert.Equal(-3 * Hour, new NoteTime(new(21, 0)).In(Yesterdays, 2 * Hour));
        Assert.Throws<Unclear>(() => new NoteTime(new(20, 59)).In(Yesterdays, 2 * Hour));
        Assert.Throws<Unclear>(() => new NoteTime(new(3, 0)).In(Yesterdays, 2 * Hour));
    }

    [Fact]
    public void A_date_is_taken_as_it_is_said_and_only_what_is_still_to_come_is_refused()
    {
        Assert.Equal(-21 * Hour, new NoteTime(new(3, 0), new(1969, 12, 31)).In(Yesterdays, 2 * Hour));
        Assert.Throws<Unclear>(() => new NoteTime(new(3, 0), new(1970, 1, 1)).In(Yesterdays, 2 * Hour));
    }

    [Theory]
    [InlineData("--at soon restarted it")]
    [InlineData("--at 03:10")]
    [InlineData("--at 2026-12-31 restarted it")]
    [InlineData("--at 2026-13-01 03:10 restarted it")]
    [InlineData("--at 05:10 CEST restarted it")]
    [InlineData("--at 05:10 GMT+2 restarted it")]
    [InlineData("--at 05:10 +02:00 restarted it")]
    [InlineData("--at 05:10 local time restarted it")]
    public void What_is_no_time_is_told(string argument) => Assert.Throws<Unclear>(() => NoteTime.Read(argument));
}
