using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ImcBot.Contracts;

/// <summary>
/// One act as the relay's own ledger has it. Rows are a chain over all that a relay has done, in the order it was done with them.
/// </summary>
/// <param name="Plan">Digest of the plan it was asked to carry out.</param>
/// <param name="Begun">Relay clock, Unix microseconds; null for a refusal, which begins nothing and is no row: it tells where the chain
/// stood.</param>
/// <param name="Finished">Relay clock, Unix microseconds.</param>
/// <param name="Outcome"><see cref="OutcomeOf"/> of the report that was sent with it.</param>
/// <param name="Row">Number in the ledger, from 1; of a refusal that of the newest row.</param>
/// <param name="Nth">Number among the rows of its incident, from 1; of a refusal how many there were.</param>
/// <param name="Before">SHA-256 of the statement before this row; empty for the first. Of a refusal that of the newest row.</param>
/// <param name="Policy">SHA-256 of the policy file that it was done under; null from a relay that is older than this.</param>
/// <param name="Program"><see cref="ProgramDigest"/> of the relay that signs; null from one that is older than this.</param>
/// <param name="Handovers">Each <see cref="KeyHandover"/> from the relay's first key to the one that signs, oldest first; null when it
/// never changed.</param>
public sealed record LedgerRow(
    RunId Run,
    string? Plan,
    long? Begun,
    long Finished,
    string Outcome,
    int Row,
    int Nth,
    string Before,
    string? Policy = null,
    string? Program = null,
    IReadOnlyList<string>? Handovers = null
)
{
    public bool IsRefusal => Begun is null;

    /// <summary>SHA-256 of what a report tells, as both sides write it, whatever order its facts arrive in.</summary>
    public static string OutcomeOf(Report report) =>
        ContentDigest.Of(
            WireJson.Options.Bytes(
                new SignedOutcome(
                    report.Verdict,
                    report.Summary,
                    new SortedDictionary<string, string>(report.Data.ToDictionary(), StringComparer.Ordinal),
                    report.At,
                    report.Effects,
                    report.Round
                )
            )
        );
}

/// <summary>What of a report a row signs for.</summary>
internal sealed record SignedOutcome(
    Verdict Verdict,
    string Summary,
    SortedDictionary<string, string> Data,
    long At,
    IReadOnlyList<EffectOutcome>? Effects,
    RoundReport? Round
);

/// <summary>A ledger row under the relay's own signature: a compact JWS (ES256) with the relay's public key in its header.</summary>
/// <param name="PublicKey">JWK exactly as the relay sent it when it was enrolled, so that its <see cref="KeyPrint"/> can be
/// compared.</param>
public sealed record LedgerStatement(LedgerRow Row, string PublicKey)
{
    private const string TokenType = "imcbot-ledger+jws";

    public static string Sign(LedgerRow row, ECDsa key, string publicKey) => SignedText.Sign(TokenType, row, key, publicKey);

    /// <summary>What names this statement in the next one.</summary>
    public static string HashOf(string statement) => ContentDigest.Of(Encoding.UTF8.GetBytes(statement));

    /// <summary>Reads a statement whose signature holds. Whose key it is, the caller must ask.</summary>
    public static bool TryRead(string statement, [NotNullWhen(true)] out LedgerStatement? read)
    {
        read = SignedText.TryRead<LedgerRow>(TokenType, statement, out var row, out var publicKey)
            ? new LedgerStatement(row, publicKey)
            : null;
        return read is not null;
    }
}
