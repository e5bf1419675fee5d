using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace ImcBot.Contracts;

/// <summary>
/// Which binaries run: SHA-256 over what <c>LC_ALL=C; sha256sum *.dll *.exe | sha256sum</c> reads in the program's folder, so that anybody
/// can compare. A program published as one file is that file, with the libraries beside it.
/// </summary>
public static class ProgramDigest
{
    private static readonly Lazy<string> Once = new(() =>
        Of(AppContext.BaseDirectory, Assembly.GetEntryAssembly()?.GetName().Name, Environment.ProcessPath)
    );

    /// <summary>Of the program that asks; read once.</summary>
    public static string Own => Once.Value;

    /// <summary>Of a folder of binaries.</summary>
    /// <param name="name">The program's own assembly; where its <c>.dll</c> is not there, the program is one file.</param>
    /// <param name="process">The file that was started.</param>
    public static string Of(string folder, string? name, string? process)
    {
        string?[] alone = File.Exists(Path.Combine(folder, $"{name}.dll")) ? [] : [process];
        var files = Directory
            .GetFiles(folder, "*.dll")
            .Order(StringComparer.Ordinal)
            .Concat(Directory.GetFiles(folder, "*.exe").Order(StringComparer.Ordinal))
            .Concat(alone.OfType<string>().Where(File.Exists))
            .DistinctBy(Path.GetFileName, StringComparer.Ordinal);
        return ContentDigest.Of(Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{OfFile(file)}  {Path.GetFileName(file)}\n"))));
    }

    /// <summary>Piece by piece: a program of 20 MB read whole would stay in its own memory for as long as it runs.</summary>
    private static string OfFile(string path)
    {
        using var content = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
