using ImcBot.Bot.Chat;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

public sealed class When_something_was_done_by_hand
{
    private const long Hour = 3_600_000_000;

    [Fact]
    public void A_time_is_the_last_one_before_now()
    {
        Assert.Equal((new TimeOnly(3, 10), "restarted it"), NoteTime.Read("--at 03:10 restarted it"));
        Assert.Equal((null, "no time at all"), NoteTime.Read("no time at all"));
        Assert.Equal(3 * Hour, NoteTime.Before(4 * Hour, new TimeOnly(3, 0)));
        Assert.Equal(-21 * Hour, NoteTime.Before(2 * Hour, new TimeOnly(3, 0)));
    }

    [Theory]
    [InlineData("--at soon restarted it")]
    [InlineData("--at 03:10")]
    public void What_is_no_time_is_told(string argument) => Assert.Throws<Unclear>(() => NoteTime.Read(argument));
}
