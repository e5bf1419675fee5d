using System.Buffers;
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

    public bool Fits
    {
        get
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            Span<char> hex = stackalloc char[2 * SHA256.HashSizeInBytes];
            Hash(Salt, Value, hash);
            return Convert.TryToHexStringLower(hash, hex, out _) && hex.SequenceEqual(Commitment);
        }
    }

    private static string Commit(byte[] salt, string value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(salt, value, hash);
        return Convert.ToHexStringLower(hash);
    }

    private static void Hash(byte[] salt, string value, Span<byte> hash)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(salt.Length + Encoding.UTF8.GetMaxByteCount(value.Length));
        salt.CopyTo(bytes, 0);
        SHA256.HashData(bytes.AsSpan(0, salt.Length + Encoding.UTF8.GetBytes(value, bytes.AsSpan(salt.Length))), hash);
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
