namespace ImcBot.Relay.Hosts;

/// <summary>
/// How a system spells its paths, whatever the relay itself runs on. A driver says which its server has: <see cref="Host.Paths"/>.
/// </summary>
internal sealed partial class PathGrammar
{
    private readonly char _other;

    private PathGrammar(char separator, char other, StringComparer comparer, string example)
    {
        (Separator, _other, Comparer, Example) = (separator, other, comparer, example);
    }

    /// <summary>Below a drive, parted by backslashes, in letters of either case.</summary>
    public static PathGrammar Windows { get; } = new('\\', '/', StringComparer.OrdinalIgnoreCase, @"D:\Temp");

    /// <summary>Below one root, parted by slashes; letters of another case are another path.</summary>
    public static PathGrammar Unix { get; } = new('/', '\\', StringComparer.Ordinal, "/var/tmp");

    public char Separator { get; }

    /// <summary>Tells which paths, and which names of files, are one.</summary>
    public StringComparer Comparer { get; }

    /// <summary>A full path as people write it there.</summary>
    public string Example { get; }

    private bool HasDrives => Separator == '\\';

    private StringComparison Comparison => HasDrives ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>The grammar that a full path is written in; its root tells.</summary>
    public static PathGrammar Of(string path) => path.StartsWith('/') ? Unix : Windows;

    public string Name(string path) => path[(path.LastIndexOf(Separator) + 1)..];

    /// <summary>The folder that a path lies in; a path that lies in none is its own.</summary>
    public string Folder(string path) =>
        path.LastIndexOf(Separator) switch
        {
            > 0 and var cut => path[..cut],
            0 when !HasDrives => "/",
            _ => path,
        };

    /// <summary>Every folder on the way to a path, from below drive or root down to the path itself.</summary>
    public IEnumerable<string> Steps(string path)
    {
        var parts = path.TrimEnd(Separator).Split(Separator);
        return Enumerable.Range(2, Math.Max(0, parts.Length - 1)).Select(count => string.Join(Separator, parts.Take(count)));
    }

    public string Join(string folder, string name) => $"{folder.TrimEnd(Separator)}{Separator}{name}";

    /// <summary>The path without a separator at its end; the root of all keeps its own.</summary>
    public string Plain(string path) => path is "/" && !HasDrives ? path : path.TrimEnd(Separator);

    /// <summary>A text that may have been written for either system, with this one's separators.</summary>
    public string Native(string text) => text.Replace(_other, Separator);

    /// <summary>
    /// The drive with its colon, such as <c>D:</c>; on Unix the root <c>/</c>, since what is mounted where only a driver can ask:
    /// <see cref="Host.VolumeOf"/>. Throws <see cref="HostException"/> for a path with neither.
    /// </summary>
    public string Volume(string path) =>
        (HasDrives, path) switch
        {
            (true, [var letter, ':', ..]) when char.IsAsciiLetter(letter) => $"{char.ToUpperInvariant(letter)}:",
            (true, _) => throw new HostException($"'{path}' has no drive letter; write it like {Example}."),
            (false, ['/', ..]) => "/",
            (false, _) => throw new HostException($"'{path}' does not begin at the root; write it like {Example}."),
        };

    public bool Same(string one, string other) => Comparer.Equals(one.TrimEnd(Separator), other.TrimEnd(Separator));

    /// <summary>
    /// Whether a path is the folder itself or anything below it. A path that climbs is within nothing: where it leads is not looked up.
    /// </summary>
    public bool IsWithin(string path, string folder) =>
        (Same(path, folder) || path.StartsWith(folder.TrimEnd(Separator) + Separator, Comparison)) && !Climbs(path);

    private bool Climbs(string path)
    {
        foreach (var part in path.AsSpan().SplitAny(Separator, HasDrives ? _other : Separator))
        {
            if (Climbs(path.AsSpan(part)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Windows drops dots and blanks at a part's end, so there more than two may climb.</summary>
    private bool Climbs(ReadOnlySpan<char> part) => part is "." or ".." || (HasDrives && !part.IsEmpty && part.Trim(" .").IsEmpty);
}
