using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// Clear when In is empty, or when its oldest file leaves within the profile's watch time (at most two thirds of what a check may take).
/// Data: <c>in</c>, files in In.
/// </summary>
internal sealed class SpoolMoving : ICheck
{
    public const string Use = "spool.moving";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var folder = PathGrammar.Windows.Join(await site.ImcdataAsync(cancellationToken), "In");
        var since = site.Time.GetTimestamp();
        var patience = Math.Min(site.Profile.WatchSeconds, site.Profile.CheckSeconds * 2 / 3.0);
        string? oldest = null;
        while (true)
        {
            var files = await FolderItems.FilesAsync(site, folder, cancellationToken);
            if (files.Count == 0)
            {
                return Finding.Of(
                    Verdict.Clear,
                    oldest is null ? "In is empty: no mail waits." : "In is empty: the mail has gone on.",
                    ("in", "0")
                );
            }

            oldest ??= files[0].Name;
            if (files.TrueForAll(file => file.Name != oldest))
            {
                return Finding.Of(
                    Verdict.Clear,
                    $"Mail leaves In; {Words.Count(files.Count, "file")} still there.",
                    ("in", files.Count.ToString())
                );
            }

            var running = (await site.ServiceAsync(Installation.ImcService, cancellationToken)).State == ServiceState.Running;
            if (!running || site.Time.GetElapsedTime(since).TotalSeconds >= patience)
            {
                return Finding.Of(
                    Verdict.Finding,
                    $"{Words.Count(files.Count, "file")} in In and none leaves{(running ? "" : ": the service is not running")}.",
                    ("in", files.Count.ToString())
                );
            }

            await site.PauseAsync(cancellationToken);
        }
    }
}
