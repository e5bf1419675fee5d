using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ImcBot.Contracts;

/// <summary>One act as the relay's own ledger has it. Rows are a chain over all that a relay has done, in the order it was done with them.</summary>
/// <param name="Plan">Digest of the plan it was asked to carry out.</param>
/// <param name="Begun">Relay clock, Unix microseconds; null for a refusal, which begins nothing and is no row: it tells where the chain stood.</param>
/// <param name="Finished">Relay clock, Unix microseconds.</param>
/// <param name="Outcome"><see cref="OutcomeOf"/> of the report that was sent with it.</param>
/// <param name="Row">Number in the ledger, from 1; of a refusal that of the newest row.</param>
/// <param name="Nth">Number among the rows of its incident, from 1; of a refusal how many there were.</param>
/// <param name="Before">SHA-256 of the statement before this row; empty for the first. Of a refusal that of the newest row.</param>
public sealed record LedgerRow(RunId Run, string? Plan, long? Begun, long Finished, string Outcome, int Row, int Nth, string Before)
{
    public bool IsRefusal => Begun is null;

    /// <summary>SHA-256 of what a report tells, as both sides write it, whatever order its facts arrive in.</summary>
    public static string OutcomeOf(Report report) => ContentDigest.Of(JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            report.Verdict,
            report.Summary,
            Data = new SortedDictionary<string, string>(report.Data.ToDictionary(), StringComparer.Ordinal),
            report.At,
            report.Effects,
            report.Round,
        },
        WireJson.Options));
}

/// <summary>A ledger row under the relay's own signature: a compact JWS (ES256) with the relay's public key in its header.</summary>
/// <param name="PublicKey">JWK exactly as the relay sent it when it was enrolled, so that its <see cref="KeyPrint"/> can be compared.</param>
public sealed record LedgerStatement(LedgerRow Row, string PublicKey)
{
    private const string TokenType = "imcbot-ledger+jws";

    public static string Sign(LedgerRow row, ECDsa key, string publicKey)
    {
        var text = $"{Encoded(Encoding.UTF8.GetBytes(HeaderOf(publicKey)))}.{Encoded(JsonSerializer.SerializeToUtf8Bytes(row, WireJson.Options))}";
        return $"{text}.{Encoded(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    /// <summary>What names this statement in the next one.</summary>
    public static string HashOf(string statement) => ContentDigest.Of(Encoding.UTF8.GetBytes(statement));

    /// <summary>Reads a statement whose signature holds. Whose key it is, the caller must ask.</summary>
    public static bool TryRead(string statement, [NotNullWhen(true)] out LedgerStatement? read)
    {
        read = null;
        try
        {
            if (statement.Split('.') is not [var header, var payload, var signature])
            {
                return false;
            }

            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            var jwk = head.RootElement.GetProperty("jwk");
            using var key = KeyOf(jwk);
            if (HeaderOf(jwk.GetRawText()) != Encoding.UTF8.GetString(Base64Url.DecodeFromChars(header))
                || !key.VerifyData(Encoding.UTF8.GetBytes($"{header}.{payload}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256))
            {
                return false;
            }

            read = JsonSerializer.Deserialize<LedgerRow>(Base64Url.DecodeFromChars(payload), WireJson.Options) is { } row ? new LedgerStatement(row, jwk.GetRawText()) : null;
            return read is not null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static string HeaderOf(string publicKey) => $$"""{"alg":"ES256","typ":"{{TokenType}}","jwk":{{publicKey}}}""";

    private static string Encoded(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static ECDsa KeyOf(JsonElement jwk) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Point(jwk, "x"), Y = Point(jwk, "y") },
    });

    private static byte[] Point(JsonElement jwk, string name) => Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());
}
