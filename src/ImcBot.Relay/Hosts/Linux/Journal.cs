using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// The journal of this machine, read entry by entry from a cursor. The index of an entry is its time in Unix microseconds, one more where
/// two have the same; the cursor of the last entry that was given is kept in memory, so that a clock that is set back loses nothing.
/// </summary>
/// <param name="ask">Runs a program and gives the first lines that it writes, at most so many.</param>
internal sealed class Journal(Func<IReadOnlyList<string>, int, CancellationToken, Task<IReadOnlyList<string>>> ask, TimeProvider time)
{
    /// <summary>Everything that is a warning or worse.</summary>
    public static readonly IReadOnlyList<string> Warnings = ["--priority=warning"];

    /// <summary>What the kernel says.</summary>
    public static readonly IReadOnlyList<string> Kernel = ["--dmesg", "--boot=all"];

    private const string Program = "/usr/bin/journalctl",
        Fields = "--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT,UNIT,_COMM,MESSAGE_ID";

    /// <summary>The message with which journald tells how many it did not take (sd-messages(3), JOURNAL_DROPPED).</summary>
    private const string Suppressed = "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e";

    private const int Most = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20),
        Pace = TimeSpan.FromSeconds(2),
        Day = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);

    public Journal(LocalCommands commands, TimeProvider time)
        : this((vector, most, cancellationToken) => commands.LinesAsync(vector, most, Limit, cancellationToken), time) { }

    public static bool IsThere => File.Exists(Program) && Directory.Exists("/run/systemd/journal");

    /// <summary>What a unit and systemd about it have written, and how much of it was not taken.</summary>
    public static IReadOnlyList<string> Of(string unit) => [$"_SYSTEMD_UNIT={unit}", "+", $"UNIT={unit}", "_PID=1", "+", Suppressed];

    /// <summary>
    /// Has its own program make it smaller; only archived files go, the oldest first (journalctl(1), "--vacuum-size"). Throws
    /// <see cref="HostException"/> where that is not here or fails.
    /// </summary>
    /// <returns>What it says of it.</returns>
    public static async Task<string> ShrinkAsync(LocalCommands commands, long bytes, CancellationToken cancellationToken)
    {
        var (code, output, errors) = await commands.ReadAsync([Program, $"--vacuum-size={bytes}"], Limit, cancellationToken);
        var said = $"{output} {errors}".Trim();
        return code == 0 && !said.Contains("Failed to delete", StringComparison.Ordinal)
            ? said
            : throw new HostException($"The journal could not be shrunk: {said.TrimEnd('.')}.", HostError.Denied);
    }

    public Task<IReadOnlyList<LogEvent>> ReadAsync(
        string log,
        IReadOnlyList<string> matches,
        long after,
        TimeSpan wait,
        CancellationToken cancellationToken
    ) => IEventLog.PollAsync(() => PageAsync(log, matches, after, cancellationToken), Pace, wait, time, cancellationToken);

    public async Task<IReadOnlyList<LogEvent>> LastAsync(
        string log,
        IReadOnlyList<string> matches,
        int most,
        CancellationToken cancellationToken
    ) =>
        [
            .. (await AskAsync([$"--lines={most}", .. matches], most, cancellationToken))
                .Select(line => Read(log, line, 0))
                .OfType<LogEvent>(),
        ];

    private async Task<IReadOnlyList<LogEvent>> PageAsync(
        string log,
        IReadOnlyList<string> matches,
        long after,
        CancellationToken cancellationToken
    )
    {
        var place = _places.GetValueOrDefault(log);
        var isNext = place?.Index == after && after > 0;
        var lines = await AskAsync([isNext ? $"--after-cursor={place!.Cursor}" : Since(after), .. matches], Most, cancellationToken);
        var events = new List<LogEvent>();
        var index = isNext ? after : 0;
        while (true)
        {
            foreach (var line in lines)
            {
                if (Read(log, line, index) is not { } entry)
                {
                    continue;
                }

                index = entry.Index;
                if (index > after)
                {
                    events.Add(entry);
                    _places[log] = new Place(index, Cursor(line));
                }
            }

            // One second can have more entries than a page: what is newer comes after them.
            if (events.Count > 0 || lines.Count < Most || Cursor(lines[^1]) is not { Length: > 0 } last)
            {
                return events;
            }

            lines = await AskAsync([$"--after-cursor={last}", .. matches], Most, cancellationToken);
        }
    }

    /// <summary>
    /// From a second earlier, so that entries of one microsecond are counted the same again; older than a day nothing is told.
    /// </summary>
    private string Since(long after)
    {
        var earliest = Clock.Micros(time.GetUtcNow() - Day);
        var micros = Math.Max(after - 1_000_000, earliest);
        return string.Create(CultureInfo.InvariantCulture, $"--since=@{micros / 1_000_000}.{micros % 1_000_000:000000}");
    }

    private Task<IReadOnlyList<string>> AskAsync(IReadOnlyList<string> words, int most, CancellationToken cancellationToken) =>
        ask([Program, "--output=json", Fields, "--no-pager", "--quiet", .. words], most, cancellationToken);

    /// <summary>Null for what is no entry.</summary>
    /// <param name="last">The index of the entry before it.</param>
    public static LogEvent? Read(string log, string line, long last)
    {
        using var json = Parsed(line);
        if (json is null || !long.TryParse(Text(json, "__REALTIME_TIMESTAMP"), CultureInfo.InvariantCulture, out var at))
        {
            return null;
        }

        var source =
            Text(json, "_SYSTEMD_UNIT") is { Length: > 0 } unit && unit != "init.scope" ? unit
            : Text(json, "UNIT") is { Length: > 0 } told ? told
            : Text(json, "SYSLOG_IDENTIFIER");
        return new LogEvent(
            Math.Max(at, last + 1),
            log,
            at,
            source,
            Text(json, "SYSLOG_IDENTIFIER"),
            int.TryParse(Text(json, "PRIORITY"), CultureInfo.InvariantCulture, out var priority) ? priority : LogLine.Information,
            [],
            Text(json, "MESSAGE")
        );
    }

    private static string Cursor(string line)
    {
        using var json = Parsed(line);
        return json is null ? "" : Text(json, "__CURSOR");
    }

    private static JsonDocument? Parsed(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// A field that is no text is a list of bytes; one that was set several times is a list of texts, and the first counts.
    /// </summary>
    private static string Text(JsonDocument json, string field) => json.RootElement.TryGetProperty(field, out var value) ? Text(value) : "";

    private static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array when value.GetArrayLength() == 0 => "",
            JsonValueKind.Array when value[0].ValueKind is JsonValueKind.Number => Encoding.UTF8.GetString([
                .. value.EnumerateArray().Select(one => one.TryGetByte(out var part) ? part : (byte)'?'),
            ]),
            JsonValueKind.Array => Text(value[0]),
            _ => "",
        };

    private sealed record Place(long Index, string Cursor);
}
