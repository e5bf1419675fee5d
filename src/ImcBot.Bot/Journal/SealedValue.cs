using System.Security.Cryptography;
using System.Text;

namespace ImcBot.Bot.Journal;

/// <summary>What stands behind a commitment of the chain. Taking it away leaves the chain whole and the text gone.</summary>
/// <param name="Commitment">SHA-256 of salt and value, lower-case hex: what the entry's bytes hold.</param>
/// <param name="Salt">128 random bits, so that short texts cannot be guessed from their commitment.</param>
internal sealed record SealedValue(string Commitment, byte[] Salt, string Value)
{
    public static SealedValue Of(string value)
    {
        var (salt, text) = (RandomNumberGenerator.GetBytes(16), StoredText.Of(value));
        return new SealedValue(Commit(salt, text), salt, text);
    }

    public bool Fits => Commit(Salt, Value) == Commitment;

    private static string Commit(byte[] salt, string value) =>
        Convert.ToHexStringLower(SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(value)]));
}
