using System.CommandLine;
using System.Diagnostics;
using ImcBot.Relay.Products.Exchange.Messages;
using ImcBot.Testing;
using ImcBot.Testing.Mail;

namespace ImcBot.Benchmarks.Suspicion;

/// <summary>
/// <c>suspicion</c>: whether a planted defect puts its message among the five most suspicious of 100 real ones, and what scanning costs.
/// </summary>
internal static class SuspicionCommand
{
    private const double Bound = 0.9;
    private const int LargeFile = 50 << 20;

    public static Command Create()
    {
        var placements = new Option<int>("--placements") { Description = "Seeded spools for each defect.", DefaultValueFactory = _ => 200 };
        var mail = new Option<string?>("--mail")
        {
            Description = "Folder tree of real messages.",
            DefaultValueFactory = _ => Repository.Shared("data/mail"),
        };
        var command = new Command("suspicion", "Culprits among the five most suspicious; scanning of real and of large files")
        {
            placements,
            mail,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(placements), parsed.GetValue(mail)));
        return command;
    }

    private static async Task<int> RunAsync(int placements, string? mail)
    {
        if (mail is null)
        {
            Console.Error.WriteLine("There is no folder of real mail beside the repository; name one with --mail.");
            return 2;
        }

        using var scanner = new MessageScanner();
        var trial = await SuspicionTrial.BeginAsync(
            mail,
            async file => (await scanner.ScanAsync(new MemoryStream(file), CancellationToken.None)).Features
        );
        Console.WriteLine(
            $"{trial.Messages} real messages, of which {trial.Suspicious(null)} look suspicious by themselves; a store older than "
                + "every fix\n"
        );
        Console.WriteLine($"| defect | among the five of {SuspicionTrial.Spool} |\n|---|---:|");
        var missed = 0;
        var all = 0;
        foreach (var defect in Planting.All.Keys)
        {
            var hits = await trial.HitsAsync(defect, placements, null, seed: 7);
            all += hits;
            missed += hits < Bound * placements ? 1 : 0;
            Console.WriteLine($"| {defect} | {100.0 * hits / placements:0.0} %{(hits < Bound * placements ? " !" : "")} |");
        }

        Console.WriteLine($"| all | {100.0 * all / placements / Planting.All.Count:0.0} % |");
        return missed + await LargeAsync() == 0 ? 0 : 1;
    }

    /// <summary>The time and the memory of one file of 50 MB, of each shape.</summary>
    private static async Task<int> LargeAsync()
    {
        var slow = 0;
        Console.WriteLine($"\n| 50 MB | time | processor time | allocated |\n|---|---:|---:|---:|");
        foreach (var (shape, file) in LargeMail.Shapes(LargeFile))
        {
            using var scanner = new MessageScanner();
            await scanner.ScanAsync(new MemoryStream(file, 0, 1 << 20), CancellationToken.None);
            var before = GC.GetTotalAllocatedBytes();
            var processor = Environment.CpuUsage.TotalTime;
            var since = Stopwatch.GetTimestamp();
            await scanner.ScanAsync(new MemoryStream(file), CancellationToken.None);
            var taken = Stopwatch.GetElapsedTime(since);
            var used = Environment.CpuUsage.TotalTime - processor;
            slow += used.TotalSeconds < 1 ? 0 : 1;
            Console.WriteLine(
                $"| {shape} | {taken.TotalMilliseconds:0} ms | {used.TotalMilliseconds:0} ms{(used.TotalSeconds < 1 ? "" : " !")} | "
                    + $"{(GC.GetTotalAllocatedBytes() - before) / 1024.0 / 1024.0:0.0} MB |"
            );
        }

        return slow;
    }
}
