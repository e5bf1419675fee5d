using System.Diagnostics;
using ImcBot.Contracts;
using ImcBot.Relay;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;

namespace ImcBot.Benchmarks.Folder;

/// <summary>What measuring and planning a huge log folder cost.</summary>
/// <param name="Bare">A walk over the same folder that only counts and adds, with nothing in between.</param>
/// <param name="Measured">The check smtp-log.level, which adds up the folder.</param>
/// <param name="Planned">The dry run of files.delete: path, size, time and id of each file, the largest chosen.</param>
/// <param name="Before">Largest working set before the first look, in bytes.</param>
/// <param name="Peak">Largest working set of the process so far, in bytes.</param>
internal sealed record FolderFigures(
    int Files,
    long Bytes,
    TimeSpan Bare,
    TimeSpan Measured,
    TimeSpan Planned,
    int Items,
    long Before,
    long Peak
)
{
    public override string ToString() =>
        $"{Files} files, {Bytes / (double)(1L << 30):0.0} GB: bare walk {Bare.TotalSeconds:0.00} s, measured "
        + $"{Measured.TotalSeconds:0.00} s, planned {Planned.TotalSeconds:0.00} s ({Items} items), peak {Peak / (1L << 20)} MB (before "
        + $"{Before / (1L << 20)} MB)";
}

/// <summary>Plants a sparse log folder and has the relay's own check and planner work on it. No file's content is read.</summary>
internal static class FolderTrial
{
    /// <summary>Makes sparse files of three days' age, all of one size.</summary>
    public static void Plant(string folder, int files, long bytes)
    {
        Directory.CreateDirectory(folder);
        var old = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-3);
        for (var number = 0; number < files; number++)
        {
            var path = Path.Combine(folder, $"L{number:0000000}.LOG");
            using (var file = new FileStream(path, FileMode.Create))
            {
                file.SetLength(bytes / files);
            }

            File.SetLastWriteTimeUtc(path, old);
        }
    }

    /// <param name="folder">The folder as this machine sees it; the server's own name for it is Log below its RootDir.</param>
    public static async Task<FolderFigures> MeasureAsync(string folder, Host host, string data, CancellationToken cancellationToken)
    {
        var (files, bytes) = (0, 0L);
        var bare = Stopwatch.StartNew();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("L*.LOG"))
        {
            files++;
            bytes += file.Length;
        }

        bare.Stop();
        using var own = Process.GetCurrentProcess();
        var before = own.PeakWorkingSet64;
        using var database = new Database(Path.Combine(data, "folder.db"));
        var ledger = new RelayLedger(database);
        var site = new Site(host, new HostProfile(2, 4, 15, 15, 3), TimeProvider.System, ProductSet.All);
        var actions = new ActionSet(
            ledger,
            RelayPolicy.ReadOnly with
            {
                Disposable = [new(@"${imcdata}\Log", "L*.log", TimeSpan.FromDays(1))],
            }
        );
        var check = await site.ResolveAsync(Call.To("smtp-log.level", ("at-most", "1"), ("folder", @"${imcdata}\Log")), cancellationToken);
        var measured = Stopwatch.StartNew();
        var finding = await actions.Checks["smtp-log.level"].CheckAsync(check, site, cancellationToken);
        measured.Stop();
        if (finding.Data["bytes"] != bytes.ToString())
        {
            throw new InvalidOperationException($"The check counted {finding.Data["bytes"]} bytes and the bare walk {bytes}.");
        }

        var planned = Stopwatch.StartNew();
        var remedy = new Remedy(
            [Call.To("files.delete", ("folder", @"${imcdata}\Log"), ("pattern", "L*.log"), ("older-than", "1d"))],
            null,
            [],
            []
        );
        var plan = await new Planner(actions, site, ledger, "folder").PlanAsync(new QuestionId(1, 1), remedy, cancellationToken);
        planned.Stop();
        own.Refresh();
        return new FolderFigures(
            files,
            bytes,
            bare.Elapsed,
            measured.Elapsed,
            planned.Elapsed,
            plan.Effects[0].Items.Count,
            before,
            own.PeakWorkingSet64
        );
    }
}
