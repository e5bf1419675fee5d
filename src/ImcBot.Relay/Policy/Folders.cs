using System.Buffers;
using System.Text.RegularExpressions;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Policy;

/// <summary>The folders below which files may be changed, resolved on the server. Whatever is not plainly inside is outside.</summary>
internal sealed partial class Folders(IReadOnlyList<string> folders, IFiles files)
{
    /// <summary>One name for what has several on one volume.</summary>
    private const string RecycleBin = "${recycle-bin}";

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/:*?\"<>|");

    public static async Task<Folders> OnAsync(Site site, RelayPolicy policy, CancellationToken cancellationToken)
    {
        var resolved = new List<string>();
        foreach (var folder in policy.Folders)
        {
            try
            {
                resolved.AddRange(folder == RecycleBin ? (await site.WorkVolumesAsync(cancellationToken)).SelectMany(PathNames.RecycleBins)
                    : [await site.ResolveAsync(folder, cancellationToken)]);
            }
            catch (HostException exception) when (!exception.IsAway)
            {
                // A name that this server cannot resolve (no spare volume) allows nothing.
            }
        }

        return new Folders(resolved, site.Host.Files);
    }

    /// <summary>Why a path may not be touched, as a sentence, or null.</summary>
    public async Task<string?> RefuseAsync(string path, CancellationToken cancellationToken) =>
        Malformed(path) is { } wrong ? wrong
        : !folders.Any(folder => WindowsPath.IsWithin(path, folder)) ? $"{path} is in none of the folders that this relay's policy allows."
        : await files.LinkAsync(path, cancellationToken) is { } link ? $"{link} is a link that leads elsewhere; {path} is not touched."
        : null;

    /// <summary>What is wrong with the spelling of a path. Windows reads many spellings as one place; only the plain one counts.</summary>
    public static string? Malformed(string path)
    {
        if (!Rooted().IsMatch(path))
        {
            return $@"'{path}' is no full path on a drive of the server; network and device paths are refused. Write it like D:\Temp.";
        }

        foreach (var part in path.TrimEnd('\\')[2..].Split('\\').Skip(1))
        {
            var wrong = part is "" or "." or ".." ? "climbs or has an empty part"
                : part.EndsWith('.') || part.EndsWith(' ') ? "has a part that ends with a dot or a blank, which Windows drops"
                : part.AsSpan().ContainsAny(Forbidden) || part.Any(char.IsControl) ? "has a letter that no name may have"
                : ShortName().IsMatch(part) ? "has a short name, which may stand for any folder"
                : Device().IsMatch(part) ? "names a device"
                : null;
            if (wrong is not null)
            {
                return $"'{path}' {wrong}; write it plainly and in full.";
            }
        }

        return null;
    }

    /// <summary>The path with a drive in place of a name such as <c>${temp}</c>, so that the rest can be judged before any server is asked.</summary>
    public static string WithoutName(string path) => Name().Replace(path, "D:\\named", 1);

    [GeneratedRegex(@"^[A-Za-z]:(\\|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Rooted();

    [GeneratedRegex(@"^[^.]{1,8}~\d+(\..{0,3})?$", RegexOptions.CultureInvariant)]
    private static partial Regex ShortName();

    [GeneratedRegex(@"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();

    [GeneratedRegex(@"^\$\{[a-z-]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
