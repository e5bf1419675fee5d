using System.Buffers;
using System.Text.RegularExpressions;

namespace ImcBot.Relay.Hosts;

/// <summary>Which spellings count: where a system reads many as one place, only the plain one does.</summary>
internal sealed partial class PathGrammar
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/:*?\"<>|");

    /// <summary>What is wrong with the spelling of a path, as a sentence, or null.</summary>
    public string? Malformed(string path)
    {
        if (!(HasDrives ? Drive().IsMatch(path) : path.StartsWith('/')))
        {
            return HasDrives
                ? $"'{path}' is no full path on a drive of the server; network and device paths are refused. Write it like {Example}."
                : $"'{path}' is no full path of the server; write it like {Example}.";
        }

        var parts = path.TrimEnd(Separator).Split(Separator).Skip(1);
        return parts.Select(part => HasDrives ? OnWindows(part) : OnUnix(part)).FirstOrDefault(wrong => wrong is not null) is { } wrong
            ? $"'{path}' {wrong}; write it plainly and in full."
            : null;
    }

    /// <summary>
    /// As <see cref="Malformed"/>, of a path that may begin with a name such as <c>${temp}</c>; no server is asked what that stands for.
    /// </summary>
    public string? MalformedAfterName(string path) => Malformed(Named().Replace(path, HasDrives ? @"D:\named" : "/named", 1));

    /// <summary>Why the argument of a call is no path of this system at all, as a sentence, or null.</summary>
    public string? Foreign(string path) =>
        (HasDrives ? path.StartsWith('/') : path[0] is not ('/' or '$'))
            ? $"'{path}' is a path of another system than this relay's server; there a path is written like {Example}."
            : null;

    private static string? OnWindows(string part) =>
        part is "" or "." or ".." ? "climbs or has an empty part"
        : part.EndsWith('.') || part.EndsWith(' ') ? "has a part that ends with a dot or a blank, which Windows drops"
        : part.AsSpan().ContainsAny(Forbidden) || part.Any(char.IsControl) ? "has a letter that no name may have"
        : ShortName().IsMatch(part) ? "has a short name, which may stand for any folder"
        : Device().IsMatch(part) ? "names a device"
        : null;

    private static string? OnUnix(string part) =>
        part is "" or "." or ".." ? "climbs or has an empty part"
        : part.Contains('\\', StringComparison.Ordinal) || part.Any(char.IsControl) ? "has a backslash or a letter that cannot be shown"
        : null;

    [GeneratedRegex(@"^[A-Za-z]:(\\|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Drive();

    [GeneratedRegex(@"^[^.]{1,8}~\d+(\..{0,3})?$", RegexOptions.CultureInvariant)]
    private static partial Regex ShortName();

    [GeneratedRegex(@"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();

    [GeneratedRegex(@"^\$\{[a-z-]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
