using System.Security.Cryptography;

namespace ImcBot.Bot.Journal;

/// <summary>A P-256 private key in a file of its own, readable by this user only and never in the database.</summary>
internal static class KeyFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads the key, or makes it on the first start.</summary>
    /// <exception cref="InvalidOperationException">Others can read the file, or it holds no key.</exception>
    public static ECDsa LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }

        return Load(path);
    }

    /// <summary>The key, or null when there is no such file. Throws as <see cref="LoadOrCreate"/> does.</summary>
    public static ECDsa? LoadIfThere(string path) => File.Exists(path) ? Load(path) : null;

    private static ECDsa Load(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new InvalidOperationException(
                $"Others can read the key {path}. Make it private (chmod 600), or replace it if they may have."
            );
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidOperationException(
                $"{path} holds no private key. Restore it from the backup; without it the journal cannot be continued.",
                exception
            );
        }
    }

    private static void Create(string path)
    {
        PrivateFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Written beside and renamed, so that a kill in between leaves no half a key.
        var draft = $"{path}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(key.ExportPkcs8PrivateKeyPem());
        }

        File.Move(draft, path);
    }
}
