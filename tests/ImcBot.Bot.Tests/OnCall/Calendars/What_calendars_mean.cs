using System.Text;
using System.Text.Json;
using ImcBot.Bot.OnCall.Calendars;
using ImcBot.Bot.Tests.Commands;
using ImcBot.Contracts;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace ImcBot.Bot.Tests.OnCall.Calendars;

public sealed class What_calendars_mean
{
    private static readonly Holder[] People =
    [
        new("Olu Adeyemi", "olu"),
        new("olu.adeyemi@example.org", "olu"),
        new("Lena Lindqvist", "lena"),
        new("lena.lindqvist@example.org", "lena"),
        new("Riley Reyes", "riley"),
        new("riley.reyes@example.org", "riley"),
        new("Adeyemi, Olu", "olu"),
        new("Lindqvist: Lena", "lena"),
        new("Olú Adéyẹmí", "olu-2"),
        new("Léna Lindqvist", "lena-2"),
    ];

    public static TheoryData<string> Field => [.. ImcBot.Testing.Field.Files(".at")];

    [Theory, MemberData(nameof(Field))]
    public async Task Of_the_field(string file)
    {
        Assert.SkipWhen(file.Length == 0, "The sample data of the field is not here (../shared/data/field).");
        var path = ImcBot.Testing.Field.PathOf(file);
        var expected = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        string[] settings =
        [
            .. Beside(path, ".content-type") is { } type ? ["--content-type", type.Trim()] : Array.Empty<string>(),
            .. file.Contains("decorated", StringComparison.Ordinal)
                ? ["--pattern", "On Call - {name} - Mail Platform"]
                : Array.Empty<string>(),
        ];

        var shown = await CommandLine.JsonAsync([
            "roster",
            "show",
            Path.ChangeExtension(path, ".ics"),
            "--people",
            Written(),
            .. settings,
            .. expected.SelectMany(line => new[] { "--at", line.Split(" => ")[0] }),
        ]);

        Assert.Equal(
            expected,
            shown
                .GetProperty("at")
                .EnumerateArray()
                .Select(moment => $"{moment.GetProperty("time").GetString()} => {Names(moment.Strings("names"))}")
        );
        Assert.Equal(LeftOut(file), shown.Strings("notUnderstood").Length);
    }

    [Theory]
    [InlineData("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("europe/berlin")]
    public void Zones_are_known_by_the_names_that_calendars_give_them(string zone) =>
        Held(
            Event($"DTSTART;TZID={zone}:20260706T090000", $"DTEND;TZID={zone}:20260706T170000", "SUMMARY:Olu Adeyemi"),
            ("2026-07-06T06:59:59Z", ""),
            ("2026-07-06T07:00:00Z", "Olu Adeyemi"),
            ("2026-07-06T15:00:00Z", "")
        );

    [Fact]
    public void A_zone_is_worked_out_from_its_description_where_its_name_says_nothing()
    {
        const string Zone =
            "BEGIN:VTIMEZONE\r\nTZID:(UTC-06:00) "
            + "Mail\r\nBEGIN:STANDARD\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0600\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11\r\nEND:STANDARD\r\n"
            + "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0600\r\nTZOFFSETTO:-0500\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

        Held(
            Zone
                + Event(
                    "DTSTART;TZID=\"(UTC-06:00) Mail\":20260302T090000",
                    "DTEND;TZID=\"(utc-06:00) MAIL\":20260309T090000",
                    "RRULE:FREQ=WEEKLY",
                    "SUMMARY:Olu Adeyemi"
                ),
            ("2026-03-02T14:59:59Z", ""),
            ("2026-03-02T15:00:00Z", "Olu Adeyemi"),
            ("2026-03-09T13:59:59Z", "Olu Adeyemi"),
            ("2026-12-07T14:30:00Z", "Olu Adeyemi")
        );
    }

    [Theory]
    [InlineData("RRULE:FREQ=SECONDLY")]
    [InlineData("RRULE:FREQ=DAILY;BYDAY=XX")]
    [InlineData("RRULE:nonsense")]
    [InlineData("RRULE:FREQ=DAILY;COUNT=2000000000")]
    [InlineData("RRULE:FREQ=DAILY;UNTIL=soon")]
    [InlineData("EXDATE:20261301T000000Z")]
    [InlineData("RECURRENCE-ID;TZID=Nowhere/Land:20260706T000000")]
    [InlineData("DTEND:20260706")]
    [InlineData("DURATION:a while")]
    public void One_event_that_is_not_understood_is_told_and_takes_nothing_with_it(string broken)
    {
        var calendar = Read(
            Event("DTSTART:20260706T060000Z", broken.StartsWith('D') ? "" : "DTEND:20260706T180000Z", broken, "SUMMARY:Riley Reyes")
                + Event("DTSTART:20260706T060000Z", "DTEND:20260706T180000Z", "SUMMARY:Olu Adeyemi")
        );

        Assert.Equal("Olu Adeyemi", At(calendar, "2026-07-06T12:00:00Z"));
        Assert.Contains("Riley Reyes", Assert.Single(calendar.NotUnderstood), StringComparison.Ordinal);
        Assert.Null(calendar.Doubt);
    }

    [Fact]
    public void An_event_that_lost_its_end_is_told_and_the_next_one_counts()
    {
        var calendar = Read(
            Event("DTSTART:20260706T060000Z", "DTEND:20260706T180000Z", "SUMMARY:Riley Reyes")
                .Replace("END:VEVENT", "EDN:VEVENT", StringComparison.Ordinal)
                + Event("DTSTART:20260706T060000Z", "DTEND:20260706T180000Z", "SUMMARY:Olu Adeyemi")
        );

        Assert.Equal("Olu Adeyemi", At(calendar, "2026-07-06T12:00:00Z"));
        Assert.Single(calendar.NotUnderstood);
    }

    [Theory]
    [InlineData("X-WR-TIMEZONE:America/Chicago\r\n", "", "2026-07-06T13:00:00Z")]
    [InlineData("X-WR-TIMEZONE:America/Chicago\r\n", "Asia/Tokyo", "2026-07-06T13:00:00Z")]
    [InlineData("", "Asia/Tokyo", "2026-07-05T23:00:00Z")]
    [InlineData("", "", "2026-07-06T08:00:00Z")]
    public void Times_without_a_zone_are_in_the_calendars_own_else_in_the_settings_else_in_utc(
        string calendar,
        string setting,
        string start
    )
    {
        var read = Read(
            calendar + Event("DTSTART:20260706T080000", "DTEND:20260706T090000", "SUMMARY:Olu Adeyemi"),
            new CalendarReading(KnownZones.Find(setting)!, new TitlePattern(""))
        );

        Assert.Equal(Time(start), Assert.Single(read.Between(Time("2026-07-01T00:00:00Z"), Time("2026-07-10T00:00:00Z"))).Start);
    }

    [Theory]
    [InlineData("DTEND;TZID=Europe/Berlin:20260302T200000")]
    [InlineData("DURATION:PT12H")]
    public void Shifts_that_follow_each_other_leave_no_gap_and_do_not_overlap_when_clocks_change(string end) =>
        Held(
            Event("DTSTART;TZID=Europe/Berlin:20260302T080000", end, "RRULE:FREQ=DAILY", "SUMMARY:Olu Adeyemi")
                + Event(
                    "DTSTART;TZID=Europe/Berlin:20260302T200000",
                    end.Replace("20260302T200000", "20260303T080000", StringComparison.Ordinal),
                    "RRULE:FREQ=DAILY",
                    "SUMMARY:Lena Lindqvist"
                ),
            ("2026-03-29T05:59:59Z", "Lena Lindqvist"),
            ("2026-03-29T06:00:00Z", "Olu Adeyemi"),
            ("2026-10-25T06:59:59Z", "Lena Lindqvist"),
            ("2026-10-25T07:00:00Z", "Olu Adeyemi")
        );

    [Fact]
    public void Changes_are_found_by_the_instant_and_by_the_day()
    {
        const string Series = "DTSTART;TZID=Europe/Berlin:20260706T090000\r\nDTEND;TZID=Europe/Berlin:20260706T170000\r\nUID:series";
        Held(
            Event(
                Series,
                "RRULE:FREQ=DAILY",
                "EXDATE:20260707T070000Z,20260708T070000Z",
                "EXDATE;VALUE=DATE:20260709",
                "SUMMARY:Olu Adeyemi"
            )
                + Event(
                    "RECURRENCE-ID;VALUE=DATE:20260710",
                    "DTSTART:20260710T200000Z",
                    "DTEND:20260710T210000Z",
                    "UID:series",
                    "SUMMARY:Lena Lindqvist"
                )
                + Event(
                    "RECURRENCE-ID:20260711T070000Z",
                    "DTSTART:20260711T070000Z",
                    "DTEND:20260711T150000Z",
                    "UID:series",
                    "STATUS:CANCELLED",
                    "SUMMARY:Olu Adeyemi"
                )
                + Event("RECURRENCE-ID:20260713T070000Z", "UID:series", "STATUS:CANCELLED")
                + Event(
                    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260720T070000Z",
                    "DTSTART;TZID=Europe/Berlin:20260720T210000",
                    "DTEND;TZID=Europe/Berlin:20260720T220000",
                    "UID:series",
                    "SUMMARY:Riley Reyes"
                )
                + Event(
                    "RECURRENCE-ID;TZID=Europe/Berlin:20261102T090000",
                    "DTSTART:20261102T120000Z",
                    "DTEND:20261102T130000Z",
                    "UID:series",
                    "SUMMARY:Lena Lindqvist"
                ),
            ("2026-07-06T08:00:00Z", "Olu Adeyemi"),
            ("2026-07-07T08:00:00Z", ""),
            ("2026-07-08T08:00:00Z", ""),
            ("2026-07-09T08:00:00Z", ""),
            ("2026-07-10T08:00:00Z", ""),
            ("2026-07-10T20:30:00Z", "Lena Lindqvist"),
            ("2026-07-11T08:00:00Z", ""),
            ("2026-07-12T08:00:00Z", "Olu Adeyemi"),
            ("2026-07-13T08:00:00Z", ""),
            ("2026-07-20T08:00:00Z", ""),
            ("2026-07-20T19:30:00Z", "Riley Reyes"),
            ("2026-11-01T20:30:00Z", "Riley Reyes"),
            ("2026-11-02T20:30:00Z", ""),
            ("2026-11-02T12:30:00Z", "Lena Lindqvist"),
            ("2026-11-03T20:30:00Z", "Riley Reyes")
        );
    }

    [Theory]
    [InlineData("20260605", true)]
    [InlineData("20260605T210000", true)]
    [InlineData("20260606T010000Z", true)]
    [InlineData("20260606T005959Z", false)]
    [InlineData("20260604", false)]
    public void The_last_day_of_a_series_is_in_its_own_zone(string until, bool isLast) =>
        Held(
            Event(
                "DTSTART;TZID=America/New_York:20260601T210000",
                "DTEND;TZID=America/New_York:20260602T050000",
                $"RRULE:FREQ=DAILY;UNTIL={until}",
                "SUMMARY:Olu Adeyemi"
            ),
            ("2026-06-05T02:00:00Z", "Olu Adeyemi"),
            ("2026-06-06T02:00:00Z", isLast ? "Olu Adeyemi" : ""),
            ("2026-06-07T02:00:00Z", "")
        );

    [Theory]
    [InlineData("ATTENDEE;PARTSTAT=declined:MAILTO:olu.adeyemi@example.org", "")]
    [InlineData("ATTENDEE;PARTSTAT=DELEGATED:mailto:olu.adeyemi@example.org", "")]
    [InlineData("ATTENDEE;CUTYPE=\"ROOM\":mailto:olu.adeyemi@example.org", "")]
    [InlineData("ATTENDEE;ROLE=NON-PARTICIPANT:mailto:olu.adeyemi@example.org", "")]
    [InlineData("ATTENDEE;ROLE=CHAIR;CN=Somebody: else:mailto:olu.adeyemi@example.org", "Olu Adeyemi")]
    [InlineData("ATTENDEE;CN=\"Olu Adeyemi\":invalid:nomail", "Olu Adeyemi")]
    [InlineData("ATTENDEE;CN=O;EMAIL=Olu.Adeyemi@example.org:urn:uuid:1", "Olu Adeyemi")]
    [InlineData("ORGANIZER:mailto:lena.lindqvist@example.org", "Riley Reyes")]
    public void Of_those_invited_only_who_takes_part_is_asked_and_the_title_only_where_nobody_is_invited(string line, string holder) =>
        Held(Event("DTSTART:20260706T060000Z", "DTEND:20260706T180000Z", line, "SUMMARY:Riley Reyes"), ("2026-07-06T12:00:00Z", holder));

    [Theory]
    [InlineData("Adeyemi\\, Olu", "Olu Adeyemi")]
    [InlineData("Adeyemi\\, Olu\\, Riley Reyes", "Olu Adeyemi, Riley Reyes")]
    [InlineData("riley  reyes & LENA LINDQVIST", "Riley Reyes, Lena Lindqvist")]
    [InlineData("\u200eOlu\u00a0Adey\u00ademi\u200b", "Olu Adeyemi")]
    [InlineData("[L2] Olu Adeyemi / Riley Reyes", "Olu Adeyemi, Riley Reyes")]
    [InlineData("On Call - Olu Adeyemi - Mail Platform", "Olu Adeyemi")]
    [InlineData("Zoe Unknown", "")]
    public void Titles_are_looked_up_whole_and_split_only_when_nobody_has_them(string title, string holders) =>
        Held(Event("DTSTART:20260706T060000Z", "DTEND:20260706T180000Z", $"SUMMARY:{title}"), ("2026-07-06T12:00:00Z", holders));

    [Theory]
    [InlineData("On Call - {name} - *", "on call -  Olu Adeyemi - Mail", "Olu Adeyemi")]
    [InlineData("{name} (*)", "Adeyemi\\, Olu (primary)", "Olu Adeyemi")]
    [InlineData("On Call - {name}", "Riley Reyes", "Riley Reyes")]
    [InlineData("On Call - {name}", "Holiday", "")]
    public void A_pattern_takes_the_name_out_of_a_title(string pattern, string title, string holder) =>
        Assert.Equal(
            holder,
            At(
                Read(
                    Event("DTSTART:20260706T060000Z", "DTEND:20260706T180000Z", $"SUMMARY:{title}"),
                    new CalendarReading(DateTimeZone.Utc, new TitlePattern(pattern))
                ),
                "2026-07-06T12:00:00Z"
            )
        );

    [Theory]
    [InlineData("iso-8859-15", "text/calendar; charset=ISO-8859-15")]
    [InlineData("windows-1252", "text/calendar;charset=\"windows-1252\"")]
    [InlineData("utf-16", null)]
    [InlineData("utf-8", null)]
    [InlineData("utf-8", "text/calendar; charset=US-ASCII")]
    [InlineData("utf-8", "text/calendar; charset=made-up")]
    public void Bytes_are_unfolded_and_then_decoded_by_what_the_server_says(string charset, string? contentType)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        var text = Feed(Event("DTSTART:20260706T060000Z", "DTEND:20260706T180000Z", "SUMMARY:Léna\r\n  Lindqvist"));
        byte[] bytes = [.. charset == "utf-16" ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];

        Assert.Equal(
            "Léna Lindqvist",
            At(
                ShiftCalendar.Read(charset == "utf-8" ? FoldedInACharacter(bytes) : bytes, contentType, Readings.Plain),
                "2026-07-06T12:00:00Z"
            )
        );
    }

    [Theory]
    [InlineData("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", true, false)]
    [InlineData("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:never\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", true, true)]
    [InlineData("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260706\r\nEND:VEVENT\r\n", false, true)]
    public void An_empty_calendar_is_an_empty_roster_and_one_that_is_cut_off_or_not_understood_at_all_is_in_doubt(
        string text,
        bool isEmpty,
        bool isDoubtful
    )
    {
        var calendar = ShiftCalendar.Read(Encoding.UTF8.GetBytes(text), null, Readings.Plain);

        Assert.Equal((isEmpty, isDoubtful), (calendar.IsEmpty, calendar.Doubt is not null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<!doctype html><title>Sign in</title>")]
    public void What_is_no_calendar_is_refused(string text) =>
        Assert.Equal(
            "it is no iCalendar",
            Assert.Throws<FormatException>(() => ShiftCalendar.Read(Encoding.UTF8.GetBytes(text), "text/html", Readings.Plain)).Message
        );

    [Fact]
    public async Task Without_people_every_name_counts_and_the_shifts_of_the_days_are_shown()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "a.ics");
        await File.WriteAllTextAsync(
            file,
            Feed(Event("DTSTART:20260706T060000Z", "DTEND:20260706T180000Z", "RRULE:FREQ=DAILY", "SUMMARY:Zoe")),
            TestContext.Current.CancellationToken
        );

        var shown = await CommandLine.JsonAsync("roster", "show", file, "--at", "2026-07-06T00:00:00Z", "--days", "2");

        Assert.Equal(
            ["2026-07-06T06:00:00Z", "2026-07-07T06:00:00Z"],
            shown.GetProperty("shifts").EnumerateArray().Select(shift => shift.GetProperty("start").GetString())
        );
        Assert.Equal(["Zoe"], shown.GetProperty("shifts")[0].Strings("names"));
    }

    private static int LeftOut(string file) =>
        Path.GetFileNameWithoutExtension(file)
            is "missing-zone"
                or "own-zone"
                or "scheme-in-tzid"
                or "bad-rule"
                or "end-before-start"
                or "nobody-left"
            ? 1
            : 0;

    private static string Written()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "people.json");
        File.WriteAllText(file, JsonSerializer.Serialize(People, WireJson.Options));
        return file;
    }

    private static string? Beside(string path, string ending) =>
        Path.ChangeExtension(path, ending) is var beside && File.Exists(beside) ? File.ReadAllText(beside) : null;

    private static string Names(string[] names) => names.Length == 0 ? "nobody" : string.Join(", ", names);

    private static byte[] FoldedInACharacter(byte[] bytes)
    {
        var at = Array.IndexOf(bytes, (byte)0xC3) + 1;
        return [.. bytes[..at], (byte)'\r', (byte)'\n', (byte)'\t', .. bytes[at..]];
    }

    private static void Held(string events, params (string Time, string Holders)[] expected)
    {
        var calendar = Read(events);
        Assert.Equal(expected, expected.Select(moment => (moment.Time, At(calendar, moment.Time))));
    }

    private static string At(ShiftCalendar calendar, string time) =>
        string.Join(", ", calendar.At(Time(time), new People(People)).People.Select(person => person.Name));

    private static Instant Time(string time) => InstantPattern.General.Parse(time).Value;

    private static ShiftCalendar Read(string events, CalendarReading? reading = null) =>
        ShiftCalendar.Read(Encoding.UTF8.GetBytes(Feed(events)), null, reading ?? Readings.Plain);

    private static string Feed(string events) => $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n{events}END:VCALENDAR\r\n";

    private static string Event(params string[] lines) =>
        $"BEGIN:VEVENT\r\n{string.Concat(lines.Where(line => line.Length > 0).Select(line => line + "\r\n"))}END:VEVENT\r\n";
}
