using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// The time that incidents go by: the machine's time of day when it was last followed, carried on by the monotonic clock. Somebody who sets
/// the machine's clock changes no duration; the engine follows at a moment of its own and moves what is open along.
/// </summary>
internal sealed class EngineClock
{
    /// <summary>A smaller step is followed and nothing is moved: no deadline is off by more than this.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    /// <summary>Reading two clocks takes a moment, and both are held to the same second by the same time service.</summary>
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _machine;
    private volatile Anchor _anchor;

    public EngineClock(TimeProvider machine)
    {
        _machine = machine;
        _anchor = new(machine.Micros(), machine.GetTimestamp(), 0);
    }

    /// <summary>Now, in Unix microseconds.</summary>
    public long Now => Read().Now;

    /// <summary>
    /// Now, and by how much the clock has been set in all since this process began; microseconds both, and of one moment.
    /// </summary>
    public (long Now, long Steps) Read()
    {
        var anchor = _anchor;
        return (anchor.At + _machine.GetElapsedTime(anchor.Stamp).Micros(), anchor.Steps);
    }

    /// <summary>
    /// Follows the machine's clock. Returns by how many microseconds it was set since the last time, forward or back; 0 when by no more
    /// than the tolerance.
    /// </summary>
    public long Follow()
    {
        var (now, steps) = Read();
        var (machine, stamp) = (_machine.Micros(), _machine.GetTimestamp());
        var step = machine - now;
        if (Math.Abs(step) <= Noise.Micros())
        {
            return 0;
        }

        var isStep = Math.Abs(step) > Tolerance.Micros();
        _anchor = new(machine, stamp, isStep ? steps + step : steps);
        return isStep ? step : 0;
    }

    private sealed record Anchor(long At, long Stamp, long Steps);
}
