using System.Globalization;
using System.Text.RegularExpressions;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// One unit as <c>systemctl show</c> tells it: names and values, a line each, units parted by an empty line (systemctl(1), "show";
/// org.freedesktop.systemd1(5)).
/// </summary>
internal sealed partial class UnitProperties(IReadOnlyDictionary<string, string> values)
{
    /// <summary>What is asked for.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Id",
        "Description",
        "LoadState",
        "ActiveState",
        "SubState",
        "UnitFileState",
        "Result",
        "ExecMainCode",
        "ExecMainStatus",
        "NRestarts",
        "TimeoutStopUSec",
        "CanReload",
        "Requires",
        "Requisite",
        "BindsTo",
        "PartOf",
        "RequiredBy",
        "BoundBy",
        "ConsistsOf",
        "TriggeredBy",
        "Type",
        "RemainAfterExit",
        "ConditionResult",
        "InactiveExitTimestampMonotonic",
        "ExecMainExitTimestampMonotonic",
    ];

    /// <summary>How the process ended (waitid(2)).</summary>
    private const string Killed = "2",
        Dumped = "3";

    /// <summary>What ends a process is told before it has ended, and its log may be written late.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>What a shell adds to a signal's number to make an exit code of it.</summary>
    private const int OfSignal = 128;

    public string Id => this["Id"];

    public bool IsThere => this["LoadState"] is not ("not-found" or "");

    public bool IsMasked => this["LoadState"] is "masked";

    public bool NeedsReset => this["Result"] is "start-limit-hit" or "start-limit";

    /// <summary>
    /// It runs once when something needs it, has done so, and is not there any more: whatever needs it has what it needs.
    /// </summary>
    public bool HasDoneItsWork =>
        this["Type"] is "oneshot" && this["RemainAfterExit"] is "no" && this["ActiveState"] is "inactive" && this["Result"] is "success";

    /// <summary>
    /// It should run and was never begun since the system was, as where a mount or a unit that it needs failed; systemd calls that a
    /// success. Where a condition of its own keeps it from running, that is as people wrote it.
    /// </summary>
    private bool IsNeverStarted =>
        this["ActiveState"] is "inactive"
        && this["InactiveExitTimestampMonotonic"] is "0"
        && this["ConditionResult"] is not "no"
        && Intent is ServiceIntent.Wanted;

    /// <summary>Units whose stop is its stop too count with those that it needs.</summary>
    public ServiceInfo Info =>
        new(
            Id,
            this["Description"] is { Length: > 0 } text ? text : Id,
            this["ActiveState"] switch
            {
                "active" or "reloading" or "refreshing" => ServiceState.Running,
                "activating" => ServiceState.StartPending,
                "deactivating" => ServiceState.StopPending,
                "inactive" or "failed" => ServiceState.Stopped,
                _ => ServiceState.Unknown,
            },
            List("Requires", "Requisite", "BindsTo", "PartOf"),
            this["ActiveState"] is "failed" ? Math.Max(1, this["ExecMainCode"] is Killed or Dumped ? OfSignal + Code : Code)
                : IsNeverStarted ? 1
                : 0,
            0
        );

    public ServiceDetail Detail =>
        new(
            Intent,
            this["Result"] switch
            {
                "success" when IsNeverStarted => ServiceEnd.NeverStarted,
                "success" => ServiceEnd.Orderly,
                "exit-code" => ServiceEnd.ExitCode,
                "signal" => ServiceEnd.Signal,
                "core-dump" => ServiceEnd.CoreDump,
                "oom-kill" => ServiceEnd.OutOfMemory,
                "timeout" => ServiceEnd.Timeout,
                "watchdog" => ServiceEnd.Watchdog,
                "start-limit-hit" or "start-limit" => ServiceEnd.StartLimit,
                "resources" or "protocol" or "exec-condition" => ServiceEnd.Resources,
                _ => ServiceEnd.Unknown,
            },
            Code,
            Number("NRestarts"),
            List("TriggeredBy"),
            List("RequiredBy", "BoundBy", "ConsistsOf"),
            Span(this["TimeoutStopUSec"]),
            this["CanReload"] is "yes"
        );

    /// <summary>
    /// A minute before its process ended, Unix microseconds; 0 where it never did. systemd counts as this process does, from the system's
    /// start, so no clock that was set since moves it.
    /// </summary>
    public long After(TimeProvider time) =>
        long.TryParse(this["ExecMainExitTimestampMonotonic"], NumberStyles.None, CultureInfo.InvariantCulture, out var ended) && ended > 0
            ? Clock.Micros(time.GetUtcNow() - time.GetElapsedTime(0) + TimeSpan.FromMicroseconds(ended) - Margin)
            : 0;

    private ServiceIntent Intent =>
        IsMasked || this["UnitFileState"] is "masked" or "masked-runtime" ? ServiceIntent.Masked
        : List("TriggeredBy").Count > 0 ? ServiceIntent.OnDemand
        : this["UnitFileState"] is "disabled" ? ServiceIntent.Disabled
        : this["UnitFileState"] is "enabled" or "enabled-runtime" ? ServiceIntent.Wanted
        : ServiceIntent.Unknown;

    private int Code => Number("ExecMainStatus");

    private string this[string name] => values.GetValueOrDefault(name) ?? "";

    public static IReadOnlyList<UnitProperties> Read(string shown) =>
        [
            .. shown
                .ReplaceLineEndings("\n")
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(block => new UnitProperties(
                    block
                        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                        .Select(line => line.Split('=', 2))
                        .Where(pair => pair.Length == 2)
                        .GroupBy(pair => pair[0], StringComparer.Ordinal)
                        .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1], StringComparer.Ordinal)
                )),
        ];

    /// <summary>Reads <c>1min 30s</c>; null for <c>infinity</c> and for what is no time (systemd.time(7)).</summary>
    public static TimeSpan? Span(string text)
    {
        var parts = Part().Matches(text);
        if (text.Length == 0 || parts.Count == 0 || Part().Replace(text, "").Trim().Length > 0)
        {
            return null;
        }

        return TimeSpan.FromMicroseconds(
            parts.Sum(part =>
                double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture)
                * part.Groups[2].Value switch
                {
                    "us" => 1d,
                    "ms" => 1e3,
                    "s" => 1e6,
                    "min" => 60e6,
                    "h" => 3600e6,
                    "d" => 86_400e6,
                    "w" => 7 * 86_400e6,
                    "month" => 30.44 * 86_400e6,
                    _ => 365.25 * 86_400e6,
                }
            )
        );
    }

    private int Number(string name) =>
        int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private List<string> List(params ReadOnlySpan<string> names)
    {
        var units = new List<string>();
        foreach (var name in names)
        {
            units.AddRange(this[name].Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(units, StringComparer.Ordinal));
        }

        return units;
    }

    [GeneratedRegex(@"(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w|month|y)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
