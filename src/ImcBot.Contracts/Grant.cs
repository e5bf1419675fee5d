namespace ImcBot.Contracts;

/// <summary>The signed, short-lived permission that the relay verifies by itself: the claims of an ES256 JWT.</summary>
/// <param name="Question">The one question it is for.</param>
/// <param name="Plan">Digest of the approved plan.</param>
/// <param name="Relay">The only relay that may use it.</param>
/// <param name="Approvers">Entra object ids of those who approved.</param>
/// <param name="Impact">The highest impact it allows.</param>
/// <param name="Runs">How many runs of the question may begin, from 1.</param>
/// <param name="Minutes">How long after the first run the last may begin.</param>
/// <param name="IssuedAt">Unix seconds.</param>
/// <param name="ExpiresAt">Unix seconds; 10 minutes after issue by default.</param>
/// <param name="Order">For a round of a search: the only <see cref="RoundOrder.Digest"/> it allows.</param>
/// <param name="Nonce">That of the <see cref="Poll"/> it answers: it counts as an answer to that one only. Null for a relay that sent
/// none.</param>
public sealed record Grant(
    QuestionId Question,
    string Plan,
    string Relay,
    IReadOnlyList<string> Approvers,
    Impact Impact,
    int Runs,
    int Minutes,
    long IssuedAt,
    long ExpiresAt,
    string? Order = null,
    string? Nonce = null
)
{
    /// <summary>The JWT's <c>typ</c>; any other is refused.</summary>
    public const string TokenType = "imcbot-grant+jwt";

    /// <summary>The JWT's <c>iss</c>.</summary>
    public const string Issuer = "imcbot";

    /// <summary>Claim names.</summary>
    public const string QuestionClaim = "question",
        PlanClaim = "plan",
        ApproversClaim = "approvers",
        ImpactClaim = "impact",
        RunsClaim = "runs",
        MinutesClaim = "minutes",
        OrderClaim = "order",
        NonceClaim = "nonce";
}
