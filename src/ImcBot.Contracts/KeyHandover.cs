using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ImcBot.Contracts;

/// <summary>
/// A relay's old key says which key comes after it. Stands in the relay's ledger, and in every row that a later key signs.
/// </summary>
/// <param name="Next">JWK of the key from now on.</param>
/// <param name="At">Relay clock, Unix microseconds.</param>
public sealed record KeyHandover(string Next, long At)
{
    private const string TokenType = "imcbot-handover+jws";

    public static string Sign(KeyHandover handover, ECDsa old, string publicKey) => SignedText.Sign(TokenType, handover, old, publicKey);

    /// <summary>Reads a hand-over whose signature holds, with the JWK of the key that signed it.</summary>
    public static bool TryRead(string signed, [NotNullWhen(true)] out KeyHandover? handover, [NotNullWhen(true)] out string? old) =>
        SignedText.TryRead(TokenType, signed, out handover, out old);

    /// <summary>
    /// The fingerprints that these hand-overs lead along, oldest first; null when one does not hold or does not follow the one before.
    /// </summary>
    public static IReadOnlyList<string>? Chain(IReadOnlyList<string> handovers)
    {
        var prints = new List<string>();
        foreach (var signed in handovers)
        {
            if (!TryRead(signed, out var handover, out var old) || (prints.Count > 0 && prints[^1] != KeyPrint.Of(old)))
            {
                return null;
            }

            prints.AddRange(prints.Count > 0 ? [KeyPrint.Of(handover.Next)] : [KeyPrint.Of(old), KeyPrint.Of(handover.Next)]);
        }

        return prints;
    }
}
