using System.Text;

namespace ImcBot.Testing;

/// <summary>
/// Makes a text of lines (a calendar, a message) out of samples, the same one for the same number: lines lost, doubled, swapped, bent or
/// taken from another sample, bytes flipped, cut or put in.
/// </summary>
internal static class LineMutator
{
    private static readonly string[] Nasty =
    [
        "",
        ":",
        ";",
        "\"",
        "=",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "RRULE:FREQ=HOURLY;INTERVAL=0",
        "RRULE:FREQ=DAILY;COUNT=-1",
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=MONTHLY;BYDAY=0MO",
        "RRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z",
        "RRULE:FREQ=HOURLY;COUNT=20000;BYSETPOS=-1",
        "DTSTART:00010101T000000Z",
        "DTSTART;TZID=:20260706T000000",
        "DTSTART;VALUE=DATE:99991231",
        "DTEND:00000000T000000",
        "DURATION:P99999999999D",
        "DURATION:-PT1H",
        "RDATE;VALUE=PERIOD:20260706T000000Z/P1D,x/y",
        "EXDATE:,,,",
        "EXRULE:FREQ=DAILY",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260706T000000Z",
        "TZOFFSETTO:+9999",
        "TZOFFSETFROM:x",
        "SEQUENCE:99999999999",
        "ATTENDEE:",
        "SUMMARY:\\",
        "X-WR-TIMEZONE:Nowhere",
        " folded",
        "\tfolded",
        "From: \"@\" <@>",
        "From: (((((",
        "Subject: =?utf-8?B?/?=",
        "Content-Type: multipart/mixed; boundary=\"",
        "--",
        ">From x",
        "\r\r\r",
        "\0",
        "\u202e\ufffe",
        "To: a@b,\rc@d",
    ];

    public static byte[] Mutate(IReadOnlyList<string> samples, int number)
    {
        var random = new Random(number);
        var lines = samples[random.Next(samples.Count)].Split("\r\n").ToList();
        for (var changes = random.Next(1, 6); changes > 0 && lines.Count > 0; changes--)
        {
            Bend(lines, samples, random);
        }

        var bytes = new List<byte>(
            Encoding.UTF8.GetBytes(
                string.Join(
                    random.Next(8) == 0 ? "\n"
                        : random.Next(12) == 0 ? "\r\r\n"
                        : "\r\n",
                    lines
                )
            )
        );
        for (var changes = random.Next(4) == 0 ? random.Next(1, 6) : 0; changes > 0 && bytes.Count > 0; changes--)
        {
            Damage(bytes, random);
        }

        return [.. bytes];
    }

    private static void Bend(List<string> lines, IReadOnlyList<string> samples, Random random)
    {
        var at = random.Next(lines.Count);
        var other = samples[random.Next(samples.Count)].Split("\r\n");
        switch (random.Next(8))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 2:
                (lines[at], lines[^1]) = (lines[^1], lines[at]);
                break;
            case 3:
                lines[at] = Nasty[random.Next(Nasty.Length)];
                break;
            case 4:
                lines.Insert(at, Nasty[random.Next(Nasty.Length)]);
                break;
            case 5:
                lines.InsertRange(at, other.Skip(random.Next(other.Length)).Take(random.Next(1, 12)));
                break;
            case 6 when lines[at].IndexOf(':') is >= 0 and var colon:
                lines[at] = lines[at][..(colon + 1)] + Nasty[random.Next(Nasty.Length)];
                break;
            default:
                lines[at] = lines[at][..random.Next(lines[at].Length + 1)];
                break;
        }
    }

    private static void Damage(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 50), bytes.Count - at));
                break;
            case 2:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }
}
