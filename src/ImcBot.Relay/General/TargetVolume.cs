using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>Whether mail may be moved to another volume.</summary>
internal static class TargetVolume
{
    /// <summary>What stays free: 1 GB (a quarter of a small volume) or a fifth, whichever is more.</summary>
    private const long Reserve = 1L << 30;

    private static readonly string[] Stores = [@"Exchsrvr\Mdbdata", @"Exchsrvr\Dsadata", @"Exchsrvr\Imcdata"];

    /// <summary>How mail of a spool folder gets to its hold folder, in words for a plan. Throws as <see cref="CheckAsync"/> does.</summary>
    /// <param name="volume">Where the hold folder is; null: where the spool is.</param>
    public static async Task<string> WayAsync(Site site, string? volume, string spool, long bytes, CancellationToken cancellationToken)
    {
        if (!IsOther(volume, spool))
        {
            return "by rename";
        }

        await CheckAsync(site, volume!, bytes, WindowsPath.Name(spool), cancellationToken);
        return $"to {WindowsPath.Volume(volume!)}, copied and verified";
    }

    /// <summary>Why the spool's mail must not be held there now, or null: the volume may have filled since the plan.</summary>
    public static async Task<string?> RefuseAsync(Site site, string? volume, string spool, long bytes, CancellationToken cancellationToken)
    {
        try
        {
            _ = await WayAsync(site, volume, spool, bytes, cancellationToken);
            return null;
        }
        catch (HostException exception) when (exception.Kind is null)
        {
            return exception.Message;
        }
    }

    private static bool IsOther(string? volume, string spool) => volume is not null && !WindowsPath.Same(WindowsPath.Volume(volume), WindowsPath.Volume(spool));

    /// <summary>Throws <see cref="HostException"/> with the reason when the volume would be left too full, or holds a database or its logs:
    /// those stop at 10 MB free and take everything down with them (Q259751).</summary>
    public static async Task CheckAsync(Site site, string volume, long bytes, string what, CancellationToken cancellationToken)
    {
        var target = await site.VolumeAsync(volume, cancellationToken);
        var keep = Math.Max(Math.Min(Reserve, target.Total / 4), target.Total / 5);
        if (target.Free - bytes < keep)
        {
            throw new HostException($"{target.Name} has {Words.Bytes(target.Free)} free; {Words.Bytes(bytes)} of {what} would leave less than {Words.Bytes(keep)}.");
        }

        foreach (var folder in Stores)
        {
            foreach (var pattern in new[] { "*.edb", "edb*.log" })
            {
                if (await site.Host.Files.ListAsync($@"{target.Name}\{folder}", pattern, recursive: false, cancellationToken) is { Count: > 0 } found)
                {
                    throw new HostException($"{target.Name} holds {found[0].Path}; mail is not moved to a volume with a database or its logs.");
                }
            }
        }
    }
}
