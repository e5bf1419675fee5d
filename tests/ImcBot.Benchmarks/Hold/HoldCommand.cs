using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Queues;

namespace ImcBot.Benchmarks.Hold;

/// <summary>
/// <c>hold</c>: how long the relay takes to hold and to return many files, against a bare rename loop and one pass that reads and hashes.
/// </summary>
internal static class HoldCommand
{
    private const double Bound = 1.5;
    private const long MemoryBound = 250L << 20;

    private static readonly QuestionId Question = new(1, 1);

    public static Command Create()
    {
        var files = new Option<int>("--files") { Description = "How many messages.", DefaultValueFactory = _ => 100_000 };
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often both are measured, in turn; the median counts.",
            DefaultValueFactory = _ => 3,
        };
        var folder = new Option<string>("--folder")
        {
            Description = "Where the files are made; on the disk to measure.",
            DefaultValueFactory = _ => Path.GetTempPath(),
        };
        var command = new Command("hold", "Holds and returns many files, against bare renames and one read-and-hash pass")
        {
            files,
            rounds,
            folder,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(files), parsed.GetValue(rounds), parsed.GetValue(folder)!, cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int files, int rounds, string folder, CancellationToken cancellationToken)
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, $"imcbot-hold-{Environment.ProcessId}")).FullName;
        try
        {
            var disk = new DiskHost(root);
            var bytes = Fill(disk.In, files);
            Console.WriteLine($"{files:N0} files of {bytes / files:N0} bytes in the mean");
            Bare(disk.In, root);
            var results = new List<(Cost Bare, Cost Hold, Cost Return)>();
            for (var round = 0; round < rounds; round++)
            {
                var bare = Bare(disk.In, root);
                var (hold, back) = await RelayAsync(disk, root, cancellationToken);
                results.Add((bare, hold, back));
                Console.WriteLine(
                    $"bare {bare}; hold {hold}, return {back}; ratio {(hold.Seconds + back.Seconds) / bare.Seconds:0.00}, of "
                        + $"processor time {(hold.Processor + back.Processor) / bare.Processor:0.00}"
                );
            }

            var ratio = results
                .Select(result => (result.Hold.Seconds + result.Return.Seconds) / result.Bare.Seconds)
                .Order()
                .ElementAt(rounds / 2);
            using var self = Process.GetCurrentProcess();
            Console.WriteLine(
                $"ratio {ratio:0.00} (bound {Bound}), peak memory {self.PeakWorkingSet64 >> 20} MB (bound {MemoryBound >> 20})"
            );
            return ratio <= Bound && self.PeakWorkingSet64 <= MemoryBound ? 0 : 1;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Renames there, one pass of reading and hashing, renames back.</summary>
    private static Cost Bare(string folder, string root)
    {
        var aside = Directory.CreateDirectory(Path.Combine(root, "bare")).FullName;
        GC.Collect();
        var since = Cost.Begin();
        var names = Directory.GetFiles(folder).Select(Path.GetFileName).ToList();
        foreach (var name in names)
        {
            File.Move(Path.Combine(folder, name!), Path.Combine(aside, name!));
        }

        var hashes = new List<byte[]>(names.Count);
        foreach (var name in names)
        {
            using var file = new FileStream(Path.Combine(aside, name!), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            hashes.Add(SHA256.HashData(file));
        }

        foreach (var name in names)
        {
            File.Move(Path.Combine(aside, name!), Path.Combine(folder, name!));
        }

        return since.End();
    }

    /// <summary>
    /// A hold and a return of everything, each from its order to the start of the mail service; the watch that follows waits for mail.
    /// </summary>
    private static async Task<(Cost Hold, Cost Return)> RelayAsync(DiskHost disk, string root, CancellationToken cancellationToken)
    {
        var ledgerFile = Path.Combine(root, $"ledger-{Guid.NewGuid():N}.db");
        using var database = new Database(ledgerFile);
        var ledger = new RelayLedger(database);
        var site = new Site(disk.Host, new HostProfile(1, 1, 5, 5, 1), TimeProvider.System, ProductSet.All);
        var call = Call.To("mail.search", ("starts", "9"), ("store-crashes", "9"), ("minutes", "60"));
        var effect = await new MailSearch(ledger).PlanAsync(call, site, cancellationToken);
        var plan = new Plan(Question, "relay", "DISK", new Remedy([call], null, [], []), [effect], Impact.Disruptive, null, []);

        var hold = await MeasureAsync(1, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        var search = ledger.FindSearch(Question)!;
        var back = await MeasureAsync(2, new RoundOrder(RoundKind.Return, IndexSet.UpTo(search.Found), IndexSet.Empty, search.Digest));
        Directory.Delete(Path.Combine(root, "ImcBotHold"), recursive: true);
        return (hold, back);

        async Task<Cost> MeasureAsync(int run, RoundOrder order)
        {
            GC.Collect();
            var since = Cost.Begin();
            var cost = since;
            disk.Starting = () => cost = since.End();
            var context = new RunContext(new Job(new RunId(Question, run), JobKind.Act, Order: order), plan, site, ledger, disk, 0);
            await SearchRound.RunAsync(context, effect, order, () => Task.CompletedTask, cancellationToken);
            return cost;
        }
    }

    /// <summary>Plausible mail: half of it plain text, half with a text and an encoded attachment.</summary>
    private static long Fill(string folder, int files)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(5);
        long bytes = 0;
        for (var index = 0; index < files; index++)
        {
            var text = Message(index, random);
            File.WriteAllText(Path.Combine(folder, $"M{index:0000000}"), text, Encoding.ASCII);
            bytes += text.Length;
        }

        return bytes;
    }

    private static string Message(int index, Random random)
    {
        var text = new StringBuilder($"ImCr\u0001\0peer.example.net\0ann{index}@shop.example.net\0bob@example.com\0\0EwLs")
            .Append(
                $"Received: from peer.example.net by exch01.example.com; Mon, 2 Mar 2026 02:40:00 +0000\r\nFrom: Ann <ann{index}"
                    + "@shop.example.net>\r\n"
            )
            .Append(
                $"To: bob@example.com\r\nSubject: order {index}\r\nMessage-ID: <{index}@shop.example.net>\r\nDate: Mon, 2 Mar 2026 "
                    + "02:40:00 +0000\r\nMIME-Version: 1.0\r\n"
            );
        var lines = string.Concat(
            Enumerable.Range(0, random.Next(10, 60)).Select(line => $"Line {line} of what Ann has to say about order {index}.\r\n")
        );
        if (index % 2 == 0)
        {
            return text.Append("Content-Type: text/plain; charset=us-ascii\r\n\r\n").Append(lines).ToString();
        }

        var data = new byte[random.Next(500, 8_000)];
        random.NextBytes(data);
        return text.Append("Content-Type: multipart/mixed; boundary=\"cut\"\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\n")
            .Append(lines)
            .Append("--cut\r\nContent-Type: application/octet-stream; name=\"order.dat\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
            .Append(Convert.ToBase64String(data, Base64FormattingOptions.InsertLineBreaks))
            .Append("\r\n--cut--\r\n")
            .ToString();
    }

    /// <summary>Seconds by the clock and of processor time; as begun, both are readings.</summary>
    private readonly record struct Cost(double Seconds, double Processor)
    {
        public static Cost Begin() =>
            new(Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, Environment.CpuUsage.TotalTime.TotalSeconds);

        public Cost End()
        {
            var now = Begin();
            return new Cost(now.Seconds - Seconds, now.Processor - Processor);
        }

        public override string ToString() => $"{Seconds:0.00} s (processor {Processor:0.00} s)";
    }
}
