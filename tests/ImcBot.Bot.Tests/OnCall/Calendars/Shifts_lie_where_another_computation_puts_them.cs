using System.Globalization;
using System.Text;
using ImcBot.Bot.OnCall.Calendars;
using NodaTime;
using Xunit;

namespace ImcBot.Bot.Tests.OnCall.Calendars;

/// <summary>
/// Feeds made by chance, against a second way of computing that shares nothing with the reader: days are counted one by one, the rules of
/// the zones stand here by hand, and instants are numbers of seconds. Two years, every full hour, and a minute and a second around every
/// end of a shift and every change of clocks. <c>IMCBOT_ROSTERS</c> says how many feeds, <c>IMCBOT_SEED</c> where they begin.
/// </summary>
public sealed class Shifts_lie_where_another_computation_puts_them
{
    private const long Day = 24 * 3600;

    private static readonly People Everybody = new(null);

    private static readonly DateTime From = new(2025, 12, 1),
        To = new(2027, 12, 1);

    [Fact]
    public void Whoever_holds_a_shift_is_the_same()
    {
        var (first, count) = (Setting("IMCBOT_SEED", 1), Setting("IMCBOT_ROSTERS", 40));
        for (var seed = first; seed < first + count; seed++)
        {
            var feed = new Feed(new Random(seed));
            var calendar = ShiftCalendar.Read(Encoding.UTF8.GetBytes(feed.Text), null, Readings.Plain);
            Assert.Empty(calendar.NotUnderstood);
            foreach (var day in feed.Moments().GroupBy(time => time / Day))
            {
                // As the bot asks at the last of the day, as the command does at the others.
                var shifts = calendar.Between(Instant.FromUnixTimeSeconds(day.Key * Day), Instant.FromUnixTimeSeconds((day.Key + 1) * Day));
                foreach (var time in day)
                {
                    var instant = Instant.FromUnixTimeSeconds(time);
                    var held =
                        time == day.Max()
                            ? calendar.At(instant, Everybody)
                            : calendar.Of(shifts.Where(shift => shift.IsHeldAt(instant)), Everybody);
                    var (expected, found) = (
                        string.Join(", ", feed.HoldersAt(time)),
                        string.Join(", ", held.People.Select(person => person.Name).Order(StringComparer.Ordinal))
                    );
                    Assert.True(
                        expected == found,
                        $"Seed {seed}, {DateTimeOffset.FromUnixTimeSeconds(time):u}: '{expected}' expected, '{found}' found.\n{feed.Text}"
                    );
                }
            }
        }
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : usual;

    /// <summary>Offsets in minutes, and when summer is; written down from the law, not from a table of zones.</summary>
    private sealed record Clock(string Line, string Described, int Winter, int Summer, Func<int, (DateTime Begin, DateTime End)>? SummerOf)
    {
        private const string Own =
            "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone "
            + "1\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
            + "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

        public static readonly Clock[] All =
        [
            new("Z", "", 0, 0, null),
            new(";TZID=Asia/Tokyo", "", 540, 540, null),
            new(";TZID=Europe/Berlin", "", 60, 120, Europe),
            new(";TZID=Customized Time Zone 1", Own, 60, 120, Europe),
            new(";TZID=America/Chicago", "", -360, -300, America),
            new(";TZID=Central Standard Time", "", -360, -300, America),
            new(";TZID=America/St_Johns", "", -210, -150, America),
            new(";TZID=Asia/Kathmandu", "", 345, 345, null),
            new(";TZID=Australia/Adelaide", "", 570, 630, Australia),
            new(";TZID=AUS Eastern Standard Time", "", 600, 660, Australia),
            new(";TZID=Australia/Lord_Howe", "", 630, 660, LordHowe),
            new(";TZID=Pacific/Auckland", "", 720, 780, NewZealand),
        ];

        /// <summary>
        /// Clocks on the wall to seconds since 1970: a time that is skipped by the offset before, one that comes twice at its first.
        /// </summary>
        public long Seconds(DateTime wall)
        {
            var minutes =
                SummerOf?.Invoke(wall.Year) is { } summer && IsWithin(wall, summer.Begin.AddMinutes(Summer - Winter), summer.End)
                    ? Summer
                    : Winter;
            return ((DateTimeOffset)DateTime.SpecifyKind(wall, DateTimeKind.Utc)).ToUnixTimeSeconds() - (minutes * 60);
        }

        public IEnumerable<long> Changes() =>
            SummerOf is null
                ? []
                : Enumerable
                    .Range(From.Year, 3)
                    .Select(year => SummerOf(year))
                    .SelectMany(summer => new[] { Seconds(summer.Begin), Seconds(summer.End) - (Summer - Winter) * 60L });

        /// <summary>In the south a year ends in the middle of its summer.</summary>
        private static bool IsWithin(DateTime wall, DateTime begin, DateTime end) =>
            begin < end ? wall >= begin && wall < end : wall >= begin || wall < end;

        private static (DateTime, DateTime) Europe(int year) => (LastSunday(year, 3).AddHours(2), LastSunday(year, 10).AddHours(3));

        private static (DateTime, DateTime) America(int year) =>
            (FirstSunday(year, 3).AddDays(7).AddHours(2), FirstSunday(year, 11).AddHours(2));

        private static (DateTime, DateTime) Australia(int year) => (FirstSunday(year, 10).AddHours(2), FirstSunday(year, 4).AddHours(3));

        private static (DateTime, DateTime) LordHowe(int year) => (FirstSunday(year, 10).AddHours(2), FirstSunday(year, 4).AddHours(2));

        private static (DateTime, DateTime) NewZealand(int year) => (LastSunday(year, 9).AddHours(2), FirstSunday(year, 4).AddHours(3));

        private static DateTime FirstSunday(int year, int month) =>
            Enumerable.Range(1, 7).Select(day => new DateTime(year, month, day)).Single(day => day.DayOfWeek == DayOfWeek.Sunday);

        private static DateTime LastSunday(int year, int month) =>
            Enumerable
                .Range(0, 7)
                .Select(back => new DateTime(year, month, DateTime.DaysInMonth(year, month)).AddDays(-back))
                .Single(day => day.DayOfWeek == DayOfWeek.Sunday);
    }

    private sealed class Feed
    {
        private static readonly string[] Days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

        private readonly List<(long Start, long End, string Name)> _shifts = [];
        private readonly HashSet<Clock> _clocks = [];
        private readonly StringBuilder _events = new();

        public Feed(Random random)
        {
            for (var number = 0; number < random.Next(1, 5); number++)
            {
                AddSeries(random, number);
            }

            Text = $"BEGIN:VCALENDAR\r\n{string.Concat(_clocks.Select(clock => clock.Described))}{_events}END:VCALENDAR\r\n";
        }

        public string Text { get; }

        public string[] HoldersAt(long time) =>
            [
                .. _shifts
                    .Where(shift => shift.Start <= time && time < shift.End)
                    .Select(shift => shift.Name)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ];

        public IEnumerable<long> Moments()
        {
            var (from, to) = (
                ((DateTimeOffset)DateTime.SpecifyKind(From, DateTimeKind.Utc)).ToUnixTimeSeconds(),
                ((DateTimeOffset)DateTime.SpecifyKind(To, DateTimeKind.Utc)).ToUnixTimeSeconds()
            );
            var edges = _shifts
                .SelectMany(shift => new[] { shift.Start, shift.End })
                .Concat(_clocks.SelectMany(clock => clock.Changes()))
                .SelectMany(edge => new[] { edge - 60, edge - 1, edge, edge + 60 });
            for (var hour = from; hour < to; hour += 3600)
            {
                yield return hour;
            }

            foreach (var edge in edges.Where(edge => edge >= from && edge < to).Distinct())
            {
                yield return edge;
            }
        }

        private void AddSeries(Random random, int number)
        {
            var clock = Clock.All[random.Next(Clock.All.Length)];
            _clocks.Add(clock);
            var isDay = clock.Line == "Z" && random.Next(4) == 0;
            var start = From.AddDays(random.Next(500)).AddMinutes(isDay ? 0 : random.Next(96) * 15);
            var length = TimeSpan.FromMinutes(isDay ? random.Next(1, 8) * 1440 : random.Next(1, 600) * 15);
            var (rule, days) = Rule(random, start);
            var starts = days.ToList();
            var (until, last) = Last(random, starts, clock);
            starts = [.. starts.Where(day => last is not { } end || day <= end)];
            var except = random.Next(3) == 0 && starts.Count > 2 ? starts[random.Next(1, starts.Count)] : (DateTime?)null;
            var swapped = random.Next(3) == 0 && starts.Count > 4 ? starts[random.Next(1, starts.Count)] : (DateTime?)null;
            swapped = swapped == except ? null : swapped;
            foreach (var day in starts.Where(day => day != except && day != swapped))
            {
                _shifts.Add((clock.Seconds(day), clock.Seconds(day + length), $"P{number}"));
            }

            _events.Append(
                $"BEGIN:VEVENT\r\nUID:{number}\r\n{Line("DTSTART", start)}{Line("DTEND", start + length)}RRULE:{rule}{until}"
                    + $"\r\nSUMMARY:P{number}\r\n{(except is { } off ? Line("EXDATE", off) : "")}END:VEVENT\r\n"
            );
            if (swapped is { } other)
            {
                var moved = other.AddHours(isDay ? 0 : random.Next(-5, 6));
                _shifts.Add((clock.Seconds(moved), clock.Seconds(moved + length), $"Q{number}"));
                _events.Append(
                    $"BEGIN:VEVENT\r\nUID:{number}\r\nRECURRENCE-ID"
                        + $"{(isDay ? $";VALUE=DATE:{other:yyyyMMdd}" : $":{DateTimeOffset.FromUnixTimeSeconds(clock.Seconds(other)).UtcDateTime:yyyyMMdd'T'HHmmss'Z'}")}\r\n{Line("DTSTART", moved)}{Line("DTEND", moved + length)}SUMMARY:Q{number}\r\nEND:VEVENT\r\n"
                );
            }

            string Line(string name, DateTime time) =>
                isDay ? $"{name};VALUE=DATE:{time:yyyyMMdd}\r\n"
                : clock.Line == "Z" ? $"{name}:{time:yyyyMMdd'T'HHmmss}Z\r\n"
                : $"{name}{clock.Line}:{time:yyyyMMdd'T'HHmmss}\r\n";
        }

        // Day by day from the first one, by what the rule says of a day.
        private static (string Rule, IEnumerable<DateTime> Starts) Rule(Random random, DateTime start)
        {
            var every = random.Next(1, 4);
            var all = Enumerable.Range(0, (int)(To - start).TotalDays + 10).Select(day => start.AddDays(day));
            var week = start.Date.AddDays(-(((int)start.DayOfWeek + 6) % 7));
            DayOfWeek[] weekdays = [start.DayOfWeek, (DayOfWeek)random.Next(7), (DayOfWeek)random.Next(7)];
            return random.Next(4) switch
            {
                0 => ($"FREQ=DAILY;INTERVAL={every}", all.Where(day => (day - start).Days % every == 0)),
                1 => ($"FREQ=WEEKLY;INTERVAL={every}", all.Where(day => (day - start).Days % (7 * every) == 0)),
                2 => (
                    $"FREQ=WEEKLY;INTERVAL={every};BYDAY={string.Join(',', weekdays.Distinct().Select(day => Days[(int)day]))}",
                    all.Where(day => weekdays.Contains(day.DayOfWeek) && (day.Date - week).Days / 7 % every == 0)
                ),
                _ => (
                    $"FREQ=MONTHLY;INTERVAL={every}",
                    all.Where(day => day.Day == start.Day && (((day.Year - start.Year) * 12) + day.Month - start.Month) % every == 0)
                ),
            };
        }

        private static (string Text, DateTime? Last) Last(Random random, List<DateTime> starts, Clock clock)
        {
            var at = random.Next(starts.Count);
            return random.Next(4) switch
            {
                0 => ($";COUNT={at + 1}", starts[at]),
                1 => ($";UNTIL={starts[at]:yyyyMMdd}", starts[at]),
                2 => (
                    $";UNTIL={DateTimeOffset.FromUnixTimeSeconds(clock.Seconds(starts[at])).UtcDateTime:yyyyMMdd'T'HHmmss'Z'}",
                    starts[at]
                ),
                _ => ("", null),
            };
        }
    }
}
