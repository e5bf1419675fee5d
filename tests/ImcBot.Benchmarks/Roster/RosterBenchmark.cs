using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ImcBot.Bot.Commands;
using ImcBot.Bot.OnCall;

namespace ImcBot.Benchmarks.Roster;

/// <summary>
/// <c>roster</c>: <c>imcbot roster show</c> of a feed of 2 MB, with people, times and days, beside a bare parse of the same text by
/// Ical.Net in the same run. Exit code 1 above three times as long.
/// </summary>
internal static class RosterBenchmark
{
    private const double Most = 3;

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often each is measured; the median counts",
            DefaultValueFactory = _ => 7,
        };
        var command = new Command("roster", "Time of reading and showing a calendar of 2 MB.") { rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(rounds), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-roster-").FullName;
        var (feed, people) = (Path.Combine(folder, "feed.ics"), Path.Combine(folder, "people.json"));
        await File.WriteAllTextAsync(feed, Feed(), cancellationToken);
        await File.WriteAllTextAsync(
            people,
            """[{"name":"Olu Adeyemi","id":"olu"},{"name":"lena.lindqvist@example.org","id":"lena"}]""",
            cancellationToken
        );
        var (bare, shown) = (new List<double>(), new List<double>());
        for (var round = -2; round < rounds; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            GC.KeepAlive(Ical.Net.Calendar.Load(await File.ReadAllTextAsync(feed, cancellationToken)));
            var parsed = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            begun = Stopwatch.GetTimestamp();
            await BotCommand
                .Create()
                .Parse([
                    "roster",
                    "show",
                    feed,
                    "--people",
                    people,
                    "--json",
                    "--at",
                    "2026-03-29T00:30:00Z",
                    "--at",
                    "2026-07-06T12:00:00Z",
                    "--days",
                    "7",
                ])
                .InvokeAsync(new() { Output = TextWriter.Null }, cancellationToken);
            if (round >= 0)
            {
                bare.Add(parsed);
                shown.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        }

        Directory.Delete(folder, recursive: true);
        var (one, other) = (bare.Order().ElementAt(rounds / 2), shown.Order().ElementAt(rounds / 2));
        Console.WriteLine(
            $"bare parse {one:0} ms ({bare.Min():0} to {bare.Max():0}), roster show {other:0} ms ({shown.Min():0} to {shown.Max():0}"
                + $"), {other / one:0.00} times"
        );
        return other <= Most * one ? 0 : 1;
    }

    /// <summary>
    /// Shifts of years, one after the other, every third a series with its end, exceptions and a change, up to the limit.
    /// </summary>
    private static string Feed()
    {
        var text = new StringBuilder(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//Roster//EN\r\nX-WR-TIMEZONE:Europe/Berlin\r\n"
        );
        for (var number = 0; text.Length < CalendarReader.MostBytes - 1500; number++)
        {
            var start = new DateTime(2019, 1, 1, 8, 0, 0).AddHours(12 * number);
            var who =
                number % 2 == 0
                    ? "SUMMARY:Olu Adeyemi"
                    : "SUMMARY:Mail on call\r\nATTENDEE;CN=Lena Lindqvist;PARTSTAT=ACCEPTED:mailto:lena.lindqvist@example.org";
            var rule =
                number % 3 == 0
                    ? $"RRULE:FREQ=WEEKLY;INTERVAL={(number % 4) + 1};UNTIL={start.AddDays(90):yyyyMMdd}"
                        + $"\r\nEXDATE;TZID=Europe/Berlin:{Text(start.AddDays(28))}\r\n"
                    : "";
            text.Append(
                $"BEGIN:VEVENT\r\nUID:shift-{number}@roster.example.org\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:"
                    + $"{Text(start)}\r\nDTEND;TZID=Europe/Berlin:{Text(start.AddHours(12))}\r\n{rule}{who}\r\nDESCRIPTION:made for a "
                    + "measurement\r\nEND:VEVENT\r\n"
            );
            if (number % 9 == 0)
            {
                text.Append(
                    $"BEGIN:VEVENT\r\nUID:shift-{number}"
                        + $"@roster.example.org\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Berlin:{Text(start)}"
                        + "\r\nDTSTART;TZID=Europe/Berlin:"
                        + $"{Text(start.AddHours(1))}\r\nDTEND;TZID=Europe/Berlin:{Text(start.AddHours(12))}\r\n{who}\r\nEND:VEVENT\r\n"
                );
            }
        }

        return text.Append("END:VCALENDAR\r\n").ToString();
    }

    private static string Text(DateTime time) => time.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
}
