using System.Globalization;
using System.Text.RegularExpressions;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>When work was done by hand, as the person says: a time in UTC, with its date where it was typed.</summary>
internal sealed partial record NoteTime(TimeOnly Time, DateOnly? Date = null)
{
    /// <summary>Reads <c>note --at 03:10 text</c> and <c>note --at 2026-12-31 03:10 text</c>.</summary>
    /// <exception cref="Unclear">What follows <c>--at</c> is no time, or no text follows it.</exception>
    public static (NoteTime? At, string Text) Read(string argument)
    {
        var spelling = new Spelling(argument);
        if (Flag().Match(spelling.Plainly) is not { Success: true } flag)
        {
            return (null, argument);
        }

        var text = spelling.TypedFrom(flag.Length);
        return text.Length > 0 && !Zone().IsMatch(text) && Read(flag.Groups["date"], flag.Groups["time"].Value) is { } at
            ? (at, text)
            : throw new Unclear(
                "Say when in UTC and what: note --at 03:10 restarted the service by hand. Of another day give the date as well: "
                    + "note --at 2026-12-31 03:10 took a backup."
            );
    }

    /// <summary>
    /// The moment that is meant (Unix microseconds): without a date the last one before now that the clock showed so, as far back as the
    /// incident goes.
    /// </summary>
    /// <exception cref="Unclear">It has not come yet, or it is before the incident began and no date says that this is meant.</exception>
    public long In(Incident incident, long now)
    {
        var today = DateOnly.FromDateTime(UnixTime.FromMicros(now).UtcDateTime);
        var at = On(Date ?? today);
        if (Date is null && at > now)
        {
            at = On(today.AddDays(-1));
        }

        var began = Math.Min(incident.FirstDown ?? incident.OpenedAt, incident.OpenedAt);
        return at > now
                ? throw new Unclear($"{Moment.Utc(at)} is still to come: it is {Moment.Utc(now)} now. Say when it was done, in UTC.")
            : Date is null && at < began - (began % Micros.Minute)
                ? throw new Unclear(
                    $"{this} is read as UTC: that was {Moment.Utc(at)}, before {incident.Name} began ({Moment.Utc(began)}), and it is "
                        + $"{Moment.Utc(now)} now. Say the time in UTC; if it was so long ago, give the date: "
                        + $"note --at {this with { Date = DateOnly.FromDateTime(UnixTime.FromMicros(at).UtcDateTime) }} and what."
                )
            : at;
    }

    public override string ToString() =>
        $"{(Date is { } date ? date.ToString("yyyy-MM-dd ", CultureInfo.InvariantCulture) : "")}"
        + Time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private long On(DateOnly date) => new DateTimeOffset(date, Time, TimeSpan.Zero).Micros();

    private static NoteTime? Read(Group date, string time)
    {
        var day = default(DateOnly);
        return
            TimeOnly.TryParseExact(
                Separators().Replace(time, ""),
                ["H:mm", "HHmm", "h:mmtt"],
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var at
            )
            && (
                !date.Success
                || DateOnly.TryParseExact(date.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            )
            ? new NoteTime(at, date.Success ? day : null)
            : null;
    }

    // Of another clock than UTC's: the time is not what was typed.
    [GeneratedRegex(
        @"\A(?:(?:UTC|GMT|Z)?\s?[+\u2212-]\s?\d"
            + @"|(?:CES?T|WES?T|EES?T|BST|IST|MSK|[ECMP][SD]T|A[ECW][SD]T|NZ[SD]T|JST|KST|SGT|HKT|MES?Z|[Ll]ocal(?: time)?)\b)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Zone();

    // Keyboards make one dash of two.
    [GeneratedRegex(
        @"\A--?at(?:[\s=:]+(?:(?<date>\d{4}-\d\d-\d\d)(?:T|\s+))?(?<time>\d{1,2}:\d\d\s?[ap]\.?m\b\.?:?|\S*)\s*"
            + @"(?:(?:UTC|GMT|Z)(?=\s|\z)\s*)?|\z)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Flag();

    [GeneratedRegex(@"[\s.]|[:Zz]$", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
