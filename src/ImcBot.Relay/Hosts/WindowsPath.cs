namespace ImcBot.Relay.Hosts;

/// <summary>Paths of the server: Windows paths, whatever the relay itself runs on.</summary>
internal static class WindowsPath
{
    public static string Name(string path) => path[(path.LastIndexOf('\\') + 1)..];

    /// <summary>The folder that a path lies in.</summary>
    public static string Folder(string path) => path.LastIndexOf('\\') is > 0 and var cut ? path[..cut] : path;

    /// <summary>Every folder on the way to a path, from below the drive down to the path itself.</summary>
    public static IEnumerable<string> Steps(string path)
    {
        var parts = path.TrimEnd('\\').Split('\\');
        return Enumerable.Range(2, Math.Max(0, parts.Length - 1)).Select(count => string.Join('\\', parts.Take(count)));
    }

    public static string Join(string folder, string name) => $"{folder.TrimEnd('\\')}\\{name}";

    /// <summary>The drive with its colon, such as <c>D:</c>. Throws <see cref="HostException"/> for a path without one.</summary>
    public static string Volume(string path) => path is [var letter, ':', ..] && char.IsAsciiLetter(letter)
        ? $"{char.ToUpperInvariant(letter)}:"
        : throw new HostException($"'{path}' has no drive letter; write it like D:\\Temp.");

    public static bool Same(string one, string other) => string.Equals(one.TrimEnd('\\'), other.TrimEnd('\\'), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a path is the folder itself or anything below it.</summary>
    public static bool IsWithin(string path, string folder) =>
        Same(path, folder) || path.StartsWith(folder.TrimEnd('\\') + '\\', StringComparison.OrdinalIgnoreCase);
}
