using System.Security.Cryptography;
using System.Text;
using ImcBot.Contracts;

namespace ImcBot.Bot.Journal;

/// <summary>Signs the journal's entries (ES256), or only verifies them when it holds no more than a public key.</summary>
internal sealed class JournalKey(ECDsa key) : IDisposable
{
    /// <summary>The public key (PEM), as it goes into an export.</summary>
    public string Public { get; } = key.ExportSubjectPublicKeyInfoPem();

    /// <summary>How people compare keys: SHA-256 of the public key, lower-case hex.</summary>
    public string Print => ContentDigest.Of(Encoding.UTF8.GetBytes(Public.Trim()));

    /// <summary>
    /// Reads a public key. Throws <see cref="ArgumentException"/> or <see cref="CryptographicException"/> when it is none.
    /// </summary>
    public static JournalKey FromPublic(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new JournalKey(key);
    }

    public byte[] Sign(byte[] bytes)
    {
        // A key object is not promised to bear two callers at once.
        lock (key)
        {
            return key.SignData(bytes, HashAlgorithmName.SHA256);
        }
    }

    public bool Verifies(byte[] bytes, byte[] signature)
    {
        lock (key)
        {
            return key.VerifyData(bytes, signature, HashAlgorithmName.SHA256);
        }
    }

    public void Dispose() => key.Dispose();
}
