using System.Text;
using ImcBot.Bot.OnCall.Calendars;
using NodaTime;
using Xunit;

namespace ImcBot.Bot.Tests.OnCall.Calendars;

public sealed class Whom_events_mean
{
    private static readonly Holder[] People =
    [
        new("Olu Adeyemi", "olu"),
        new("Lena Lindqvist", "lena"),
        new("Olú Adéyẹmí", "olu-2"),
        new("Siobhán O'Brien", "siobhan"),
        new("Anne-Marie Roy", "anne"),
    ];

    [Theory]
    [InlineData("", "STATUS:CANCELED")]
    [InlineData("", "status:canceled ")]
    [InlineData("", "STATUS:CANCELLED")]
    [InlineData("METHOD:CANCEL\r\n", "")]
    [InlineData("METHOD:cancel\r\n", "STATUS:CONFIRMED")]
    public void A_shift_that_is_cancelled_however_that_is_written_is_nobodys(string calendar, string line) =>
        Assert.Equal("", Names(Readings.AtNoon(calendar + Readings.Shift("Olu Adeyemi", line), People)));

    [Theory]
    [InlineData("METHOD:PUBLISH\r\n", "STATUS:TENTATIVE")]
    [InlineData("METHOD:REQUEST\r\n", "")]
    public void Any_other_is_held(string calendar, string line) =>
        Assert.Equal("Olu Adeyemi", Names(Readings.AtNoon(calendar + Readings.Shift("Olu Adeyemi", line), People)));

    [Fact]
    public void A_title_that_takes_too_long_to_read_is_told_and_takes_nobody_with_it()
    {
        var reading = new CalendarReading(DateTimeZone.Utc, new TitlePattern("*a*a*a*a*a*a*{name}!"));
        var events = Readings.Shift(new string('a', 600)) + Readings.Shift("Lena Lindqvist");

        var shift = ShiftCalendar
            .Read(Encoding.UTF8.GetBytes(Readings.Feed(events)), null, reading)
            .At(Instant.FromUtc(2026, 7, 6, 12, 0), new People(People));

        Assert.Equal("Lena Lindqvist", Names(shift));
        Assert.EndsWith(
            "takes too long to read by Pattern; nobody is asked for it.",
            Assert.Single(shift.Problems),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_calendar_that_cancels_takes_no_other_with_it() =>
        Assert.Equal(
            "Lena Lindqvist",
            Names(
                Readings.AtNoon(
                    "METHOD:CANCEL\r\n"
                        + Readings.Shift("Olu Adeyemi", "")
                        + "END:VCALENDAR\r\nBEGIN:VCALENDAR\r\n"
                        + Readings.Shift("Lena Lindqvist", ""),
                    People
                )
            )
        );

    [Theory]
    [InlineData("Canceled: Olu Adeyemi", "Olu Adeyemi")]
    [InlineData("Not on call: Olu Adeyemi", "Olu Adeyemi")]
    [InlineData("Olu Adeyemi - vacation", "Olu Adeyemi")]
    [InlineData("On call: Olu Adeyemi, Lena Lindqvist - mail", "Olu Adeyemi, Lena Lindqvist")]
    public void A_name_that_was_only_found_among_other_words_is_told_as_it_was_read(string title, string names)
    {
        var shift = Readings.AtNoon(Readings.Shift(title.Replace(",", "\\,", StringComparison.Ordinal)), People);

        Assert.Equal(names, Names(shift));
        Assert.Equal([$"is unsure: '{title}' was read as {names}; set Pattern."], shift.Problems);
    }

    [Theory]
    [InlineData("Olu Adeyemi - Lena Lindqvist", 0)]
    [InlineData("Zoe Unknown - vacation", 1)]
    public void A_title_of_names_alone_and_one_without_any_are_no_guess(string title, int problems) =>
        Assert.Equal(
            problems,
            Readings
                .AtNoon(Readings.Shift(title), People)
                .Problems.Count(problem => problem.Contains($"names {title}, whom OnCall:People does not know", StringComparison.Ordinal))
        );

    [Theory]
    [InlineData("Siobh\u00e1n O\u2019Brien", "siobhan")]
    [InlineData("Siobh\u00e1n O\u02bcBrien", "siobhan")]
    [InlineData("SIOBH\u00c1N O\u2018BRIEN", "siobhan")]
    [InlineData("Anne\u2011Marie Roy", "anne")]
    [InlineData("Anne\u2013Marie\u00a0Roy", "anne")]
    [InlineData("\U0001F4DF Olu Adeyemi", "olu")]
    [InlineData("\u260e\ufe0f Olu Adeyemi \u2b50", "olu")]
    [InlineData("\U0001F469\U0001F3FD\u200d\U0001F4BB Lena Lindqvist", "lena")]
    public void Names_that_look_the_same_are_the_same(string title, string id) =>
        Assert.Equal([id], Readings.AtNoon(Readings.Shift(title), People).People.Select(person => person.Id));

    [Theory]
    [InlineData("Olu Ad\u00e9yemi")]
    [InlineData("Siobhan O'Brien")]
    [InlineData("Siobha\u0301n O'Brien")]
    [InlineData("Olu\u0308 Adeyemi")]
    [InlineData("\ufffe\U0001F4DF")]
    [InlineData("AnneMarie Roy")]
    public void Names_that_differ_stay_strangers(string title)
    {
        var shift = Readings.AtNoon(Readings.Shift(title), People);

        Assert.Empty(shift.People);
        Assert.Contains("does not know", Assert.Single(shift.Problems), StringComparison.Ordinal);
    }

    private static string Names(OnShift shift) => string.Join(", ", shift.People.Select(person => person.Name));
}
