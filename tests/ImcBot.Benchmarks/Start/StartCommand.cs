using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ImcBot.Benchmarks.Approvals;
using ImcBot.Benchmarks.Processes;

namespace ImcBot.Benchmarks.Start;

/// <summary><c>start</c>: how soon a relay polls after it was started, and what it takes while it only polls.</summary>
internal static class StartCommand
{
    public static Command Create()
    {
        var published = new Option<string[]>("--published")
        {
            Description = "Folder that the relay was published to, to be measured in turn with the built one.",
        };
        var starts = new Option<int>("--starts") { DefaultValueFactory = _ => 5, Description = "Starts of each." };
        var rest = new Option<int>("--rest") { DefaultValueFactory = _ => 60, Description = "Seconds that each only polls then." };
        var command = new Command("start", "Time to a relay's first poll, its memory and load at rest, its size on disk.")
        {
            published,
            starts,
            rest,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    [null, .. parsed.GetValue(published) ?? []],
                    parsed.GetValue(starts),
                    TimeSpan.FromSeconds(parsed.GetValue(rest)),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(string?[] programs, int starts, TimeSpan rest, CancellationToken cancellationToken)
    {
        await using var server = await PracticeServer.StartAsync(cancellationToken);
        await using var bot = await GreetedBot.StartAsync();
        var measured = programs.Select(_ => new List<Start>()).ToList();
        for (var round = 0; round < starts; round++)
        {
            for (var program = 0; program < programs.Length; program++)
            {
                measured[program].Add(await MeasureAsync(programs[program], bot, server.Address, rest, cancellationToken));
            }
        }

        Console.WriteLine(
            "| relay | first poll p50 | least | most | processor until then | resident after | at rest, of a core | on disk | load |"
        );
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        var load = (await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0];
        foreach (var (program, times) in programs.Zip(measured))
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {program ?? "built"} | {Median(times, time => time.FirstPoll):0} ms | {times.Min(time => time.FirstPoll):0} ms "
                        + $"| {times.Max(time => time.FirstPoll):0} ms | {Median(times, time => time.Processor):0} ms "
                        + $"| {times.Min(time => time.Resident):0} to {times.Max(time => time.Resident):0} MB "
                        + $"| {Median(times, time => time.Load):0.00} % | {(program is null ? "" : $"{FreshRelay.SizeOf(program) >> 20} MB")} | {load} |"
                )
            );
        }

        return 0;
    }

    private static async Task<Start> MeasureAsync(
        string? program,
        GreetedBot bot,
        Uri server,
        TimeSpan rest,
        CancellationToken cancellationToken
    )
    {
        var polled = bot.FirstPollAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await using var relay = FreshRelay.Start(program, bot.Address, server);
        var first = Stopwatch.GetElapsedTime(began, await polled).TotalMilliseconds;
        var worked = relay.Worked;
        await Task.Delay(rest, TimeProvider.System, cancellationToken);
        return new Start(first, worked.TotalMilliseconds, relay.Resident, 100 * (relay.Worked - worked) / rest);
    }

    private static double Median(List<Start> starts, Func<Start, double> figure) => Times.At([.. starts.Select(figure)], 0.5);

    /// <param name="FirstPoll">Milliseconds from its start.</param>
    /// <param name="Processor">Milliseconds of processor time until its first poll.</param>
    /// <param name="Resident">Megabytes at the end of its rest.</param>
    /// <param name="Load">Percent of a core over its rest.</param>
    private sealed record Start(double FirstPoll, double Processor, double Resident, double Load);
}
