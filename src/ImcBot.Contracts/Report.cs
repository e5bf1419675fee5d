namespace ImcBot.Contracts;

/// <summary>What a relay tells of one run. Kept on the relay's disk until the bot has taken it.</summary>
/// <param name="Summary">One line for people; no message body, no recipient.</param>
/// <param name="Data">Small named facts for decisions and cards (see each check in the relay).</param>
/// <param name="At">Relay clock, Unix microseconds.</param>
public sealed record Report(RunId Run, JobKind Kind, Verdict Verdict, string Summary, IReadOnlyDictionary<string, string> Data, long At)
{
    /// <summary>For <see cref="JobKind.Plan"/>: the plan's bytes.</summary>
    public byte[]? Plan { get; init; }

    /// <summary>For <see cref="JobKind.Act"/>: one line for each effect, in order.</summary>
    public IReadOnlyList<EffectOutcome>? Effects { get; init; }

    /// <summary>For a run of <c>mail.search</c>.</summary>
    public RoundReport? Round { get; init; }

    /// <summary>For <see cref="JobKind.Act"/>: what the relay's ledger has of it, signed, see <see cref="LedgerStatement"/>;
    /// null from a relay that is older than this.</summary>
    public string? Statement { get; init; }

    /// <summary>Server clock, Unix microseconds, read when the report was made; null when it did not answer, or from a relay that
    /// is older than this.</summary>
    public long? ServerAt { get; init; }
}

/// <summary>How one effect of an executed plan ended.</summary>
public sealed record EffectOutcome(string Use, Verdict Verdict, string Summary);
