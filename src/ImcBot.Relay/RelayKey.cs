using System.Security.Cryptography;
using ImcBot.Contracts;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Relay;

/// <summary>The relay's own key (ES256). Its private half never leaves the data folder.</summary>
internal sealed class RelayKey : IDisposable
{
    private readonly ECDsa _key;

    private RelayKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        PublicKey =
            $$"""{"kty":"EC","crv":"P-256","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""";
    }

    /// <summary>JWK of the public half.</summary>
    public string PublicKey { get; }

    /// <summary>
    /// Without the library's cache, which goes by the key's thumbprint and would sign with a handle that an earlier owner has closed.
    /// </summary>
    public SigningCredentials Credentials =>
        new(new ECDsaSecurityKey(_key), SecurityAlgorithms.EcdsaSha256)
        {
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };

    /// <summary>A row of the ledger under this key's signature.</summary>
    public string Sign(LedgerRow row) => LedgerStatement.Sign(row, _key, PublicKey);

    /// <summary>This key's word that the other comes after it.</summary>
    public string HandOver(RelayKey next, long at) => KeyHandover.Sign(new KeyHandover(next.PublicKey, at), _key, PublicKey);

    /// <summary>
    /// Reads the key, or makes one that only this user may read. Throws <see cref="DataFolderException"/> when the file is damaged.
    /// </summary>
    public static RelayKey Open(string path)
    {
        if (File.Exists(path))
        {
            return Read(path);
        }

        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PrivateFile.Write(path, key.ExportPkcs8PrivateKeyPem());
        return new RelayKey(key);
    }

    /// <summary>Reads the key of a relay that has one. Throws <see cref="DataFolderException"/> when it is missing or damaged.</summary>
    public static RelayKey Read(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key.KeySize == 256 ? new RelayKey(key) : throw new CryptographicException("it is no P-256 key");
        }
        catch (Exception exception)
            when (exception is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new DataFolderException(
                $"The relay's key {path} cannot be read ({exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}). Put it back "
                    + "from a backup, or delete it and enrol again.",
                exception
            );
        }
    }

    public void Dispose() => _key.Dispose();
}

/// <summary>Files that only the relay's own user may read.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a file that is complete or not there at all.</summary>
    public static void Write(string path, string text)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(fresh, options))
        {
            using var writer = new StreamWriter(stream);
            writer.Write(text);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
