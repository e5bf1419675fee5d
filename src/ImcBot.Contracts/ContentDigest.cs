using System.Security.Cryptography;

namespace ImcBot.Contracts;

/// <summary>How content is named everywhere (plans, manifests, runbooks, journal entries, policies): SHA-256, lower-case hex.</summary>
public static class ContentDigest
{
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
