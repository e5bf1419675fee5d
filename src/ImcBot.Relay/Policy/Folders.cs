using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Policy;

/// <summary>The folders below which files may be changed, resolved on the server. Whatever is not plainly inside is outside.</summary>
internal sealed class Folders(IReadOnlyList<string> folders, Host host)
{
    /// <summary>One name for what has several on one volume.</summary>
    private const string RecycleBin = "${recycle-bin}";

    public PathGrammar Paths => host.Paths;

    public static async Task<Folders> OnAsync(Site site, RelayPolicy policy, CancellationToken cancellationToken)
    {
        var resolved = new List<string>();
        foreach (var folder in policy.Folders)
        {
            try
            {
                resolved.AddRange(
                    folder == RecycleBin
                        ? (await site.WorkVolumesAsync(cancellationToken)).SelectMany(site.RecycleBins)
                        : [await site.ResolveAsync(folder, cancellationToken)]
                );
            }
            catch (HostException exception) when (!exception.IsAway)
            {
                // A name that this server cannot resolve (no spare volume) allows nothing.
            }
        }

        return new Folders(resolved, site.Host);
    }

    /// <summary>Why a path may not be touched, as a sentence, or null.</summary>
    public async Task<string?> RefuseAsync(string path, CancellationToken cancellationToken) =>
        Paths.Malformed(path) is { } wrong ? wrong
        : !folders.Any(folder => Paths.IsWithin(path, folder)) ? $"{path} is in none of the folders that this relay's policy allows."
        : await host.Files.LinkAsync(path, cancellationToken) is { } link ? $"{link} is a link that leads elsewhere; {path} is not touched."
        : null;
}
