using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ImcBot.Contracts;

/// <summary>A compact JWS (ES256) with the signer's public key in its header. Whose key it is, the caller must ask.</summary>
internal static class SignedText
{
    /// <param name="type">Says what is signed, so that one kind cannot be given for another.</param>
    /// <param name="publicKey">JWK of the key.</param>
    public static string Sign<T>(string type, T content, ECDsa key, string publicKey)
    {
        var text = $"{Encoded(Encoding.UTF8.GetBytes(HeaderOf(type, publicKey)))}." + $"{Encoded(WireJson.Options.Bytes(content))}";
        return $"{text}.{Encoded(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    /// <summary>Reads a text of this type whose signature holds.</summary>
    public static bool TryRead<T>(string type, string signed, [NotNullWhen(true)] out T? content, [NotNullWhen(true)] out string? publicKey)
        where T : class
    {
        (content, publicKey) = (null, null);
        try
        {
            if (signed.Split('.') is not [var header, var payload, var signature])
            {
                return false;
            }

            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            var jwk = head.RootElement.GetProperty("jwk");
            using var key = KeyOf(jwk);
            if (
                HeaderOf(type, jwk.GetRawText()) != Encoding.UTF8.GetString(Base64Url.DecodeFromChars(header))
                || !key.VerifyData(
                    Encoding.UTF8.GetBytes($"{header}.{payload}"),
                    Base64Url.DecodeFromChars(signature),
                    HashAlgorithmName.SHA256
                )
            )
            {
                return false;
            }

            (content, publicKey) = (WireJson.Options.Read<T>(Base64Url.DecodeFromChars(payload)), jwk.GetRawText());
            return content is not null;
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or CryptographicException
                        or ArgumentException
            )
        {
            return false;
        }
    }

    private static string HeaderOf(string type, string publicKey) => $$"""{"alg":"ES256","typ":"{{type}}","jwk":{{publicKey}}}""";

    private static string Encoded(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static ECDsa KeyOf(JsonElement jwk) =>
        ECDsa.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Point(jwk, "x"), Y = Point(jwk, "y") },
            }
        );

    private static byte[] Point(JsonElement jwk, string name) => Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());
}
