using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions;

/// <summary>Names such as <c>${imcdata}</c> in a call's arguments, resolved on the server, never on the management host.</summary>
internal static class PathNames
{
    /// <summary>Where items are held, on their queue's own volume so that holding is a rename.</summary>
    public const string HoldFolder = "ImcBotHold";

    private static readonly Dictionary<string, Func<Site, CancellationToken, Task<string>>> Everywhere = new(StringComparer.Ordinal)
    {
        ["temp"] = (site, cancellationToken) => EnvironmentAsync(site, "TEMP", cancellationToken),
        ["systemroot"] = (site, cancellationToken) => EnvironmentAsync(site, "SystemRoot", cancellationToken),
        ["hold"] = async (site, cancellationToken) => site.HoldOn((await site.WorkVolumesAsync(cancellationToken))[0]),
        ["recycle-bin"] = async (site, cancellationToken) =>
            await RecycleBinAsync(site, (await site.WorkVolumesAsync(cancellationToken))[0], cancellationToken),
        ["spare-volume"] = SpareAsync,
    };

    /// <summary>The call with every path argument resolved.</summary>
    public static async Task<Call> ResolveAsync(this Site site, Call call, CancellationToken cancellationToken)
    {
        var with = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in call.With)
        {
            with[name] = await site.ResolveAsync(text, cancellationToken);
        }

        return call with
        {
            With = with,
        };
    }

    /// <summary>Where items are held on the volume that a path lies on.</summary>
    public static string HoldOn(this Site site, string path) => site.Host.Paths.Join(site.Host.VolumeOf(path), HoldFolder);

    /// <summary>Where the recycle bin of the volume that a path lies on may be: on NTFS, on FAT, and since Windows Vista.</summary>
    public static IReadOnlyList<string> RecycleBins(this Site site, string path) =>
        [.. new[] { "RECYCLER", "RECYCLED", "$Recycle.Bin" }.Select(name => site.Host.Paths.Join(site.Host.VolumeOf(path), name))];

    /// <summary>Those of them that are there; a volume that two systems have used may have two.</summary>
    public static async Task<IReadOnlyList<string>> RecycleBinsAsync(this Site site, string path, CancellationToken cancellationToken)
    {
        var there = new List<string>();
        foreach (var bin in site.RecycleBins(path))
        {
            if (await site.Host.Files.ListAsync(bin, "*", recursive: false, cancellationToken) is not null)
            {
                there.Add(bin);
            }
        }

        return there;
    }

    /// <summary>One text with its name resolved; any other text as it is.</summary>
    public static async Task<string> ResolveAsync(this Site site, string text, CancellationToken cancellationToken)
    {
        if (!text.StartsWith("${", StringComparison.Ordinal))
        {
            return text;
        }

        var end = text.IndexOf('}', StringComparison.Ordinal);
        if (end < 0)
        {
            throw new HostException($"'{text}' has no closing brace.");
        }

        var name = text[2..end];
        var find =
            Everywhere.GetValueOrDefault(name)
            ?? site.First(product => product.Paths.GetValueOrDefault(name))
            ?? throw new HostException(
                $"'${{{name}}}' is not known; use one of {string.Join(", ", Known(site).Select(known => $"${{{known}}}"))}."
            );
        var root = await find(site, cancellationToken);
        return root + site.Host.Paths.Native(text[(end + 1)..]);
    }

    /// <summary>Null for a name that this server cannot resolve: it allows nothing.</summary>
    public static async Task<string?> ResolvedAsync(this Site site, string text, CancellationToken cancellationToken)
    {
        try
        {
            return await site.ResolveAsync(text, cancellationToken);
        }
        catch (HostException exception) when (!exception.IsAway)
        {
            return null;
        }
    }

    private static async Task<string> EnvironmentAsync(Site site, string name, CancellationToken cancellationToken) =>
        (await site.Host.Machine.EnvironmentAsync(cancellationToken))
            .FirstOrDefault(pair => string.Equals(pair.Key, name, StringComparison.OrdinalIgnoreCase))
            .Value
        ?? throw new HostException($"{site.Host.Name} has no environment variable {name}.");

    private static IEnumerable<string> Known(Site site) =>
        Everywhere.Keys.Concat(site.Products.SelectMany(product => product.Paths.Keys)).Order(StringComparer.Ordinal);

    private static async Task<string> RecycleBinAsync(Site site, string path, CancellationToken cancellationToken) =>
        (await site.RecycleBinsAsync(path, cancellationToken)).FirstOrDefault(site.RecycleBins(path)[0]);

    /// <summary>The volume with the most free space that holds neither a product's work nor the system.</summary>
    private static async Task<string> SpareAsync(Site site, CancellationToken cancellationToken)
    {
        string[] taken =
        [
            site.Host.VolumeOf(await EnvironmentAsync(site, "SystemRoot", cancellationToken)),
            .. await site.WorkVolumesAsync(cancellationToken),
        ];
        return (await site.Host.Volumes.ListAsync(cancellationToken))
                .Where(volume => !taken.Any(other => site.Host.Paths.Same(volume.Name, other)))
                .MaxBy(volume => volume.Free)
                ?.Name
            ?? throw new HostException(
                $"{site.Host.Name} has no volume to spare beside {string.Join(" and ", taken.Distinct(site.Host.Paths.Comparer))}."
            );
    }
}
