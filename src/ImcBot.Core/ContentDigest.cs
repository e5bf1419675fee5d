using System.Security.Cryptography;

namespace ImcBot.Core;

/// <summary>How content is named: SHA-256, lower-case hex.</summary>
internal static class ContentDigest
{
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
