using System.Text;
using ImcBot.Bot.OnCall.Calendars;
using NodaTime.Text;
using Xunit;

namespace ImcBot.Bot.Tests.OnCall.Calendars;

public sealed class How_feeds_are_written
{
    private static readonly Holder[] People = [new("Olu Adeyemi", "olu"), new("Siobhán O'Brien", "siobhan")];

    [Theory]
    [InlineData("", ";TZID=\"(UTC+01:00) Amsterdam, Berlin, Bern\"", "20260706T090000")]
    [InlineData("", ";TZID=(UTC+01:00) Amsterdam\\, Berlin\\, Bern", "20260706T090000")]
    [InlineData("X-WR-TIMEZONE:(UTC+01:00) Amsterdam\\, Berlin\\, Bern\r\n", "", "20260706T090000")]
    public void A_zone_whose_name_has_commas_is_found_however_they_are_escaped(string calendar, string zone, string start)
    {
        const string Zone =
            "BEGIN:VTIMEZONE\r\nTZID:(UTC+01:00) Amsterdam\\, Berlin\\, Bern\r\n"
            + "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"
            + "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
            + "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";
        var feed = Readings.Feed(
            $"{calendar}{Zone}BEGIN:VEVENT\r\nDTSTART{zone}:{start}\r\nDURATION:PT1H\r\nSUMMARY:Olu Adeyemi\r\nEND:VEVENT\r\n"
        );

        var read = ShiftCalendar.Read(Encoding.UTF8.GetBytes(feed), null, Readings.Plain);

        Assert.Empty(read.NotUnderstood);
        Assert.Equal(
            [0, 1, 1, 0],
            new[] { "06:59:59", "07:00:00", "07:59:59", "08:00:00" }.Select(time =>
                read.At(InstantPattern.General.Parse($"2026-07-06T{time}Z").Value, new People(People)).People.Count
            )
        );
    }

    [Theory]
    [InlineData("text/calendar; charset=ISO-8859-1;")]
    [InlineData("text/calendar; charset=iso-8859-1; name=on call.ics")]
    [InlineData("text/calendar; name=on call.ics; charset=\"ISO-8859-1\"")]
    [InlineData("text/calendar;charset = 'ISO-8859-1' ;;")]
    [InlineData("charset=ISO-8859-1")]
    [InlineData("text/calendar, text/plain; CHARSET=ISO-8859-1")]
    public void The_charset_is_found_in_a_header_that_is_badly_written(string contentType) =>
        Assert.Equal(["siobhan"], OnCall(Encoding.Latin1, contentType));

    [Theory]
    [InlineData("text/calendar; name=\"charset=iso-8859-1\"")]
    [InlineData("text/calendar; xcharset=iso-8859-1")]
    [InlineData("text/calendar; charset=;")]
    public void What_only_looks_like_a_charset_is_none(string contentType) => Assert.Equal(["siobhan"], OnCall(Encoding.UTF8, contentType));

    [Theory]
    [InlineData("\r\r\n")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    public void Folds_are_undone_whatever_ends_a_line(string end) =>
        Assert.Equal(
            ["olu"],
            Readings
                .AtNoon(
                    Encoding.UTF8.GetBytes(
                        Readings.Feed(Readings.Shift("Olu Ade\r\n yemi")).Replace("\r\n", end, StringComparison.Ordinal)
                    ),
                    null,
                    People
                )
                .People.Select(person => person.Id)
        );

    private static IEnumerable<string> OnCall(Encoding encoding, string contentType) =>
        Readings
            .AtNoon(encoding.GetBytes(Readings.Feed(Readings.Shift("Siobhán O'Brien"))), contentType, People)
            .People.Select(person => person.Id);
}
