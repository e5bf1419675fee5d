using System.CommandLine;
using System.Diagnostics;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core;
using ImcBot.Core.Incidents;
using ImcBot.Testing;

namespace ImcBot.Benchmarks.Transcript;

/// <summary>How long an export takes, and how much memory the process needs for it, one process per format.</summary>
internal static class TranscriptCommand
{
    /// <summary>Beside the formats: the engine reads the incident; as it does it first, and every signature asked.</summary>
    private const string Read = "read",
        ReadAndAsked = "read, each signature";

    public static Command Create()
    {
        var entries = new Option<int>("--entries") { DefaultValueFactory = _ => 100_000, Description = "Entries of the journal." };
        var format = new Option<string?>("--format") { Description = "Only this one, in this process, from the journal in --journal." };
        var journal = new Option<string?>("--journal") { Description = "Folder of the journal; filled when it holds none." };
        var command = new Command("transcript", "Exports a long journal in every format: seconds, peak memory, size.")
        {
            entries,
            format,
            journal,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(entries), parsed.GetValue(format), parsed.GetValue(journal), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int entries, string? format, string? folder, CancellationToken cancellationToken)
    {
        if (format is not null)
        {
            await MeasureAsync(format, folder!, cancellationToken);
            return 0;
        }

        folder ??= Directory.CreateTempSubdirectory("imcbot-transcript").FullName;
        await FillAsync(folder, entries, cancellationToken);
        Console.WriteLine(
            $"| {entries:N0} entries as | seconds | processor seconds | with the program's start | seconds, second time | processor "
                + "seconds | peak memory | file |"
        );
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var each in (string[])[.. TranscriptWriter.Formats, Read, ReadAndAsked])
        {
            // A process of its own, so that peak memory is that of this format alone; with the collector of the bot, not the relay's
            // sparing one.
            var start = new ProcessStartInfo(
                "dotnet",
                [typeof(TranscriptCommand).Assembly.Location, "transcript", "--format", each, "--journal", folder]
            )
            {
                Environment =
                {
                    ["DOTNET_GCConserveMemory"] = "0",
                    ["DOTNET_GCGen0MaxBudget"] = "0",
                    ["DOTNET_gcConcurrent"] = "1",
                },
            };
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(cancellationToken);
        }

        return 0;
    }

    private static async Task MeasureAsync(string format, string folder, CancellationToken cancellationToken)
    {
        using var key = new JournalKey(KeyFile.LoadOrCreate(Path.Combine(folder, "journal.key")));
        var journal = new Journals(await JournalFile.OpenAsync(Path.Combine(folder, "imcbot.db"), cancellationToken), key);
        var runbooks = new RunbookRepository(journal, []);
        var (transcripts, loader) = (new TranscriptWriter(journal, runbooks), new IncidentLoader(journal, runbooks));
        var file = Path.Combine(folder, $"out.{format}");
        var first = await ExportAsync();
        using var self = Process.GetCurrentProcess();
        var (whole, peak) = (self.TotalProcessorTime.TotalSeconds, self.PeakWorkingSet64 >> 20);
        var again = await ExportAsync();
        Console.WriteLine(
            $"| {format} | {first.Seconds:0.0} | {first.Processor:0.0} | {whole:0.0} | {again.Seconds:0.0} | {again.Processor:0.0} "
                + $"| {peak} MB | {new FileInfo(file).Length >> 20} MB |"
        );

        async Task<(double Seconds, double Processor)> ExportAsync()
        {
            var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            await using (var output = File.Create(file))
            {
                var work = format switch
                {
                    Read => VerifiedAsync(loader.ReadOnAsync(7, null, cancellationToken)),
                    ReadAndAsked => VerifiedAsync(loader.ReadAsync(7, cancellationToken)),
                    _ => transcripts.WriteAsync(7, format, output, cancellationToken),
                };
                await work;
            }

            return (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
    }

    private static async Task VerifiedAsync(Task<LoadedIncident?> reading)
    {
        if (await reading is not { Frozen: null, Incident: not null })
        {
            throw new InvalidOperationException("The journal does not verify.");
        }
    }

    /// <summary>
    /// An incident that goes on for weeks: it is walked and searched, and then people talk, the relay goes and comes, events arrive.
    /// </summary>
    private static async Task FillAsync(string folder, int entries, CancellationToken cancellationToken)
    {
        using var key = new JournalKey(KeyFile.LoadOrCreate(Path.Combine(folder, "journal.key")));
        var journal = new Journals(await JournalFile.OpenAsync(Path.Combine(folder, "imcbot.db"), cancellationToken), key);
        if (await journal.CountAsync(7, cancellationToken) is { } there)
        {
            Console.WriteLine($"The journal in {folder} has {there} entries already.");
            return;
        }

        await journal.Blobs.KeepAsync(File.ReadAllBytes(Repository.Path("manifests/runbooks/Q317653.yaml")), cancellationToken);
        var spool = new FakeSpool(321, new HashSet<int> { 150 }, IndexSet.Empty, 17, 40, 60);
        var night = new Rehearsal("message") { Seconds = 1 };
        night.Round = run =>
        {
            var report = spool.Take(run);
            night.ServiceUp = spool.Up;
            return report;
        };
        night.Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        while (night.Told.Count < entries)
        {
            Say(night, night.Told.Count);
        }

        var head = Head.Before(7);
        foreach (var (fact, decision) in night.Told)
        {
            head = await journal.AppendAsync(head, fact, null, decision, fact.At, cancellationToken);
        }
    }

    private static void Say(Rehearsal night, int count) =>
        _ = (count % 10) switch
        {
            < 6 => night
                .Wait(20)
                .Tell(at => new Noted(
                    at,
                    Some.Responder,
                    $"message {count}: the queue is still long, partners call every few minutes and ask",
                    false
                )),
            6 => night.Wait(20).Tell(at => new Noted(at, Some.OnCall, $"note {count}: looked at the disk again", true)),
            7 => night.Wait(20).Tell(at => new RelaySilent(at)),
            8 => night.Wait(20).Tell(at => new RelayHeard(at)),
            _ => night.Wait(20).Tell(at => new Commanded(at, CommandVerb.Take, Some.OnCall, null, new Sealed(""))),
        };
}
