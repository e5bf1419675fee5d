using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>A zone as a feed's own VTIMEZONE describes it (RFC 5545, 3.6.5), worked out from 1970 to 2100.</summary>
internal sealed class DescribedZone : DateTimeZone
{
    private static readonly LocalDateTime From = new(1970, 1, 1, 0, 0),
        To = new(2100, 1, 1, 0, 0);

    private static readonly OffsetPattern[] Forms =
    [
        OffsetPattern.CreateWithInvariantCulture("+HHmm"),
        OffsetPattern.CreateWithInvariantCulture("+HHmmss"),
    ];

    private readonly ZoneInterval[] _intervals;

    private DescribedZone(string id, ZoneInterval[] intervals)
        : base(id, intervals.Length == 1, intervals.Min(interval => interval.WallOffset), intervals.Max(interval => interval.WallOffset)) =>
        _intervals = intervals;

    /// <exception cref="FormatException">It cannot be worked out; the message is a part of a sentence.</exception>
    public static DescribedZone Read(CalendarPart described)
    {
        var id = described.First("TZID")?.Text ?? "";
        Onset[] onsets =
        [
            .. described.Parts.Where(part => part.Name is "STANDARD" or "DAYLIGHT").SelectMany(Onsets).OrderBy(onset => onset.At),
        ];
        return onsets.Length == 0
            ? throw new FormatException($"the VTIMEZONE '{id}' describes no offset")
            : new DescribedZone(id, [.. Intervals(onsets)]);
    }

    public override ZoneInterval GetZoneInterval(Instant instant) => Array.Find(_intervals, interval => interval.Contains(instant))!;

    private static IEnumerable<ZoneInterval> Intervals(Onset[] onsets)
    {
        onsets = [.. onsets.GroupBy(onset => onset.At).Select(same => same.Last())];
        yield return new ZoneInterval("before", null, onsets[0].At, onsets[0].Before, Offset.Zero);
        for (var at = 0; at < onsets.Length; at++)
        {
            yield return new ZoneInterval(
                onsets[at].Name,
                onsets[at].At,
                at + 1 < onsets.Length ? onsets[at + 1].At : null,
                onsets[at].After,
                Offset.Zero
            );
        }
    }

    private static IEnumerable<Onset> Onsets(CalendarPart part)
    {
        var (before, after) = (OffsetOf(part, "TZOFFSETFROM"), OffsetOf(part, "TZOFFSETTO"));
        var name = part.First("TZNAME")?.Text is { Length: > 0 } given ? given : part.Name;
        var first = part.First("DTSTART") is { } line
            ? CalendarTime.Local(line.Value)
            : throw new FormatException("a VTIMEZONE has a part without DTSTART");
        var zone = ForOffset(before);
        var rules = part.All("RRULE").Select(rule => RepeatRule.Read(rule.Value)).ToArray();
        return rules
            .SelectMany(rule => rule.Starts(new CalendarTime(first.Time, IsDate: false, zone), From, To))
            .Concat(part.All("RDATE").SelectMany(dates => dates.Value.Split(',')).Select(date => CalendarTime.Local(date).Time))
            .Append(first.Time)
            .Distinct()
            .Select(local => new Onset(local.WithOffset(before).ToInstant(), before, after, name));
    }

    private static Offset OffsetOf(CalendarPart part, string property)
    {
        var text = part.First(property)?.Value.Trim().Replace(":", "", StringComparison.Ordinal) ?? "";
        var signed = text is ['+' or '-', ..] ? text : $"+{text}";
        return Forms.Select(form => form.Parse(signed)).FirstOrDefault(read => read.Success)?.Value
            ?? throw new FormatException($"a VTIMEZONE has the {property} '{text}'");
    }

    private sealed record Onset(Instant At, Offset Before, Offset After, string Name);
}
