using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>Whether items may be moved to another volume.</summary>
internal static class TargetVolume
{
    /// <summary>What stays free: 1 GB (a quarter of a small volume) or a fifth, whichever is more.</summary>
    private const long Reserve = 1L << 30;

    /// <summary>How the items of a queue get to their hold folder, in words for a plan. Throws as <see cref="CheckAsync"/> does.</summary>
    /// <param name="volume">Where the hold folder is; null: where the queue is.</param>
    public static async Task<string> WayAsync(Site site, string? volume, string queue, long bytes, CancellationToken cancellationToken)
    {
        if (!IsOther(site.Host.Paths, volume, queue))
        {
            return "by rename";
        }

        await CheckAsync(site, volume!, bytes, site.Host.Paths.Name(queue), cancellationToken);
        return $"to {site.Host.VolumeOf(volume!)}, copied and verified";
    }

    /// <summary>Why the items must not be held there now, or null: the volume may have filled since the plan.</summary>
    public static async Task<string?> RefuseAsync(Site site, string? volume, string queue, long bytes, CancellationToken cancellationToken)
    {
        try
        {
            _ = await WayAsync(site, volume, queue, bytes, cancellationToken);
            return null;
        }
        catch (HostException exception) when (exception.Kind is null)
        {
            return exception.Message;
        }
    }

    private static bool IsOther(PathGrammar paths, string? volume, string queue) =>
        volume is not null && !paths.Same(paths.Volume(volume), paths.Volume(queue));

    /// <summary>
    /// Throws <see cref="HostException"/> with the reason when the volume would be left too full, or holds a database or its logs.
    /// </summary>
    public static async Task CheckAsync(Site site, string volume, long bytes, string what, CancellationToken cancellationToken)
    {
        var target = await site.VolumeAsync(volume, cancellationToken);
        var keep = Math.Max(Math.Min(Reserve, target.Total / 4), target.Total / 5);
        if (target.Free - bytes < keep)
        {
            throw new HostException(
                $"{target.Name} has {Words.Bytes(target.Free)} free; {Words.Bytes(bytes)} of {what} would leave less than "
                    + $"{Words.Bytes(keep)}."
            );
        }

        foreach (var product in site.Products)
        {
            if (await product.DatabaseOnAsync(site, target.Name, cancellationToken) is { } database)
            {
                throw new HostException($"{target.Name} holds {database}; nothing is moved to a volume with a database or its logs.");
            }
        }
    }
}
