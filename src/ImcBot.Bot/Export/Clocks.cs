using ImcBot.Bot.Journal;
using ImcBot.Contracts;

namespace ImcBot.Bot.Export;

/// <summary>How far a report's clocks were from the bot's when it arrived: what its way took is in it.</summary>
/// <param name="Relay">Microseconds; positive where the relay's clock is ahead.</param>
/// <param name="Server">The same of the server's own clock; null where the report does not tell it.</param>
internal readonly record struct ClockOffset(int Seq, long Relay, long? Server)
{
    public static ClockOffset Of(Entry entry, Report report) => new(entry.Seq, report.At - entry.At, report.ServerAt - entry.At);

    public override string ToString() =>
        $"relay clock {Review.Seconds(Relay)}, server clock {(Server is { } server ? Review.Seconds(server) : "not told")}";
}

/// <summary>The offsets that lie farthest apart: of all reports the least and the most are kept.</summary>
internal sealed class Clocks
{
    public int Count { get; private set; }

    public (ClockOffset Least, ClockOffset Most) Relay { get; private set; }

    /// <summary>Null when no report told the server's clock.</summary>
    public (ClockOffset Least, ClockOffset Most)? Server { get; private set; }

    public void Take(Entry entry, Report report)
    {
        var offset = ClockOffset.Of(entry, report);
        Relay =
            Count++ == 0
                ? (offset, offset)
                : (offset.Relay < Relay.Least.Relay ? offset : Relay.Least, offset.Relay > Relay.Most.Relay ? offset : Relay.Most);
        if (offset.Server is not null)
        {
            Server = Server is not { } known
                ? (offset, offset)
                : (offset.Server < known.Least.Server ? offset : known.Least, offset.Server > known.Most.Server ? offset : known.Most);
        }
    }
}
