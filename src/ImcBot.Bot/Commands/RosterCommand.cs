using System.CommandLine;
using System.Globalization;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.OnCall.Calendars;
using NodaTime;
using NodaTime.Text;

namespace ImcBot.Bot.Commands;

/// <summary>Shows a calendar as the bot reads it.</summary>
internal static class RosterCommand
{
    private const int LongestLook = 366;

    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "An .ics file, or the https address of a feed." };
        var people = new Option<FileInfo?>("--people") { Description = """JSON: [{"name": …, "id": …}]. Without it every name counts.""" };
        var zone = new Option<string>("--zone")
        {
            Description = "Zone of times that name none (OnCall:Calendars:ROLE:Zone).",
            DefaultValueFactory = _ => "",
        };
        var pattern = new Option<string>("--pattern")
        {
            Description = "Where the name stands in a title, such as 'On Call - {name} - *' (OnCall:Calendars:ROLE:Pattern).",
            DefaultValueFactory = _ => "",
        };
        var at = new Option<string[]>("--at")
        {
            Description = "A time to look at, such as 2026-03-29T00:30:00Z; several times, or now.",
            DefaultValueFactory = _ => [],
        };
        var days = new Option<int?>("--days") { Description = "Shows the shifts of so many days from the first time on." };
        var type = new Option<string?>("--content-type")
        {
            Description = "What a server would have said of the file, such as 'text/calendar; charset=ISO-8859-1'.",
        };
        var show = new Command("show", "Says who is on call when, and what of the calendar was not understood. Tells nobody else.")
        {
            source,
            people,
            zone,
            pattern,
            at,
            days,
            type,
        };
        show.SetAction(
            (parsed, cancellationToken) =>
                ShowAsync(
                    parsed,
                    parsed.GetRequiredValue(source),
                    ReadingOf(parsed.GetValue(zone)!, parsed.GetValue(pattern)!),
                    new People(BotCommand.HoldersIn(parsed.GetValue(people))),
                    [.. parsed.GetValue(at)!.Select(TimeOf)],
                    DaysOf(parsed.GetValue(days)),
                    parsed.GetValue(type),
                    cancellationToken
                )
        );
        return new Command("roster", "Shows calendars of people on call.") { show };
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed,
        string source,
        CalendarReading reading,
        People people,
        Instant[] times,
        int? days,
        string? contentType,
        CancellationToken cancellationToken
    )
    {
        await using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddCalendars().BuildServiceProvider();
        times = times.Length > 0 ? times : [Instant.FromDateTimeOffset(services.GetRequiredService<TimeProvider>().GetUtcNow())];
        var (calendar, problem) = await services
            .GetRequiredService<CalendarReader>()
            .ReadAsync(source, reading, contentType, cancellationToken);
        var view = calendar is null ? RosterView.Unreadable(problem!, times) : RosterView.Of(calendar, people, times, days);
        BotCommand.Print(parsed, view.ToString(), days is null ? new { view.At, view.NotUnderstood } : view);
        return calendar is null ? BotCommand.NotDone : BotCommand.Done;
    }

    private static CalendarReading ReadingOf(string zone, string pattern) =>
        !TitlePattern.IsPattern(pattern) ? throw CommandException.WrongUse($"'{pattern}' must hold {{name}} exactly once.")
        : KnownZones.Find(zone) is { } known ? new CalendarReading(known, new TitlePattern(pattern))
        : throw CommandException.WrongUse($"No zone table knows '{zone}': use a name such as Europe/Berlin.");

    private static Instant TimeOf(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Instant.FromDateTimeOffset(time)
            : throw CommandException.WrongUse($"'{text}' is no time: write it as 2026-03-29T00:30:00Z.");

    private static int? DaysOf(int? days) =>
        days is null or (> 0 and <= LongestLook) ? days : throw CommandException.WrongUse($"--days is {days}; choose 1 to {LongestLook}.");
}

/// <summary>What is shown of a calendar.</summary>
internal sealed record RosterView(IReadOnlyList<RosterMoment> At, IReadOnlyList<RosterShift> Shifts, IReadOnlyList<string> NotUnderstood)
{
    public static RosterView Unreadable(string problem, Instant[] times) =>
        new([.. times.Select(time => new RosterMoment(Text(time), []))], [], [$"The roster cannot be read: {problem}."]);

    public static RosterView Of(ShiftCalendar calendar, People people, Instant[] times, int? days)
    {
        var (first, last) = (times.Min(), days is null ? times.Max() : Later(times.Max(), times[0] + Duration.FromDays(days.Value)));
        var all = calendar.Between(first, last + Duration.FromSeconds(1));
        OnShift[] holders = [.. times.Select(time => calendar.Of(all.Where(shift => shift.IsHeldAt(time)), people))];
        Shift[] shown = days is null
            ? []
            : [.. all.Where(shift => shift.Start < last && shift.End > times[0]).OrderBy(shift => shift.Start)];
        return new RosterView(
            [.. times.Zip(holders, (time, held) => new RosterMoment(Text(time), [.. held.People.Select(person => person.Name)]))],
            [
                .. shown.Select(shift => new RosterShift(
                    Text(shift.Start),
                    Text(shift.End),
                    [.. calendar.Of([shift], people).People.Select(person => person.Name)]
                )),
            ],
            [
                .. calendar.NotUnderstood,
                .. holders
                    .Append(calendar.Of(shown, people))
                    .SelectMany(held => held.Problems)
                    .Distinct(StringComparer.Ordinal)
                    .Select(problem => $"The roster {problem}"),
            ]
        );
    }

    public override string ToString() =>
        string.Join(
            Environment.NewLine,
            [
                .. At.Select(moment => $"{moment.Time}  {(moment.Names.Count == 0 ? "nobody" : string.Join(", ", moment.Names))}"),
                .. Shifts.Select(shift =>
                    $"{shift.Start} to {shift.End}  {(shift.Names.Count == 0 ? "nobody" : string.Join(", ", shift.Names))}"
                ),
                .. NotUnderstood.Count == 0 ? ["Everything in it was understood."] : NotUnderstood,
            ]
        );

    private static Instant Later(Instant one, Instant other) => one > other ? one : other;

    private static string Text(Instant instant) => InstantPattern.General.Format(instant);
}

/// <summary>Who is on call at one time, by priority.</summary>
internal sealed record RosterMoment(string Time, IReadOnlyList<string> Names);

/// <summary>One shift.</summary>
internal sealed record RosterShift(string Start, string End, IReadOnlyList<string> Names);
