using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>The host's event log said something more.</summary>
internal sealed record Alerted(long At, HostAlert Alert) : Fact(At);

/// <summary>A check answered.</summary>
internal sealed record Checked(long At, Report Report) : Fact(At)
{
    internal override Report? Reported => Report;
}

/// <summary>The relay is there again.</summary>
internal sealed record RelayHeard(long At) : Fact(At);

/// <summary>The relay has not polled for the time its profile allows.</summary>
/// <param name="HeardAt">When it last did, Unix microseconds; null in journals older than this.</param>
internal sealed record RelaySilent(long At, long? HeardAt = null) : Fact(At);

/// <summary>The relay said hello for the first time: the host's own times are known from now on.</summary>
internal sealed record Introduced(long At, HostProfile Profile, Builds? Builds = null) : Fact(At);
