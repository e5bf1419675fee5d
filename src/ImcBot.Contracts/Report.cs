namespace ImcBot.Contracts;

/// <summary>What a relay tells of one run. Kept on the relay's disk until the bot has taken it.</summary>
/// <param name="Summary">One line for people; no message body, no recipient.</param>
/// <param name="Data">Small named facts for decisions and cards (see each check in the relay).</param>
/// <param name="At">Relay clock, Unix microseconds.</param>
/// <param name="Plan">For <see cref="JobKind.Plan"/>: the plan's bytes.</param>
/// <param name="Effects">For <see cref="JobKind.Act"/>: one line for each effect, in order.</param>
/// <param name="Round">For a run of <c>mail.search</c>.</param>
/// <param name="ServerAt">Server clock, Unix microseconds, read when the report was made; null when it did not answer, or from a relay that
/// is older than this.</param>
/// <param name="Statement">For <see cref="JobKind.Act"/>: what the relay's ledger has of it, signed, see <see cref="LedgerStatement"/>;
/// null from a relay that is older than this.</param>
public sealed record Report(
    RunId Run,
    JobKind Kind,
    Verdict Verdict,
    string Summary,
    IReadOnlyDictionary<string, string> Data,
    long At,
    byte[]? Plan = null,
    IReadOnlyList<EffectOutcome>? Effects = null,
    RoundReport? Round = null,
    string? Statement = null,
    long? ServerAt = null
);

/// <summary>How one effect of an executed plan ended.</summary>
public sealed record EffectOutcome(string Use, Verdict Verdict, string Summary);
