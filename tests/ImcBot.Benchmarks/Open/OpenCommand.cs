using System.CommandLine;
using System.Globalization;
using ImcBot.Benchmarks.Processes;
using ImcBot.Benchmarks.Turns;

namespace ImcBot.Benchmarks.Open;

/// <summary>
/// <c>open</c>: what incidents cost that stand open while nothing happens: how soon a bot that starts on them is ready, what it takes at
/// rest, and whether each still answers.
/// </summary>
internal static class OpenCommand
{
    private const int MostAsked = 100;

    // Each card is drawn again after a start, 30 a second.
    private const int DrawnPerSecond = 30;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var counts = new Option<int[]>("--count")
        {
            DefaultValueFactory = _ => [1000, 10_000],
            Description = "Open incidents, each a round.",
        };
        var bot = new Option<string?>("--bot") { Description = "DLL of another build of the bot." };
        var command = new Command("open", "Time to ready, load at rest and memory of a bot with many open incidents.") { counts, bot };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(counts)!, parsed.GetValue(bot), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int[] counts, string? bot, CancellationToken cancellationToken)
    {
        await using var teams = await TeamsStub.StartAsync();
        Console.WriteLine(
            "| open | /healthz | /readyz | settled | processor until then | at rest, of a core | resident | answered | load |"
        );
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var count in counts)
        {
            // Only a second start is measured: the first one makes tables and keys.
            var data = Directory.CreateTempSubdirectory("imcbot-open-").FullName;
            await ServedBot.PrepareAsync(bot, data, teams, cancellationToken);
            await OpenIncidents.FillAsync(data, count, cancellationToken);
            await MeasureAsync(bot, data, count, teams, cancellationToken);
        }

        return 0;
    }

    private static async Task MeasureAsync(string? program, string data, int count, TeamsStub teams, CancellationToken cancellationToken)
    {
        int answered;
        double health,
            ready,
            settled,
            rest;
        TimeSpan worked;
        long resident;
        await using (var bot = ServedBot.Start(program, data, teams, "--Bot:RelaySilentSeconds=30"))
        {
            health = await bot.AnswersAsync("healthz", cancellationToken);
            ready = await bot.AnswersAsync("readyz", cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(40, 20 + (count / DrawnPerSecond))), TimeProvider.System, cancellationToken);
            (settled, worked) = (bot.Seconds, bot.Worked);
            rest = await bot.LoadAsync(Rest, cancellationToken);
            resident = bot.Resident;
            answered = await AskAsync(bot, teams, count, cancellationToken);
        }

        var entries = await OpenIncidents.ProveAsync(data, count, cancellationToken);
        var load = (await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0];
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {count:N0} ({entries:N0} entries) | {health:0.0} s | {ready:0.0} s | {settled:0} s | {worked.TotalSeconds:0.0} s | {rest:0.0} % | {resident} MB | {answered} | {load} |"
            )
        );
    }

    /// <summary>Asks for the state in threads all over the journal, and waits for an answer to each.</summary>
    private static async Task<int> AskAsync(ServedBot bot, TeamsStub teams, int count, CancellationToken cancellationToken)
    {
        var (before, asked) = (teams.Posts, 0);
        for (var number = 1; number <= count; number += Math.Max(1, count / MostAsked))
        {
            await bot.HearAsync(teams, OpenIncidents.ThreadOf(number), "status", cancellationToken);
            asked++;
        }

        while (teams.Posts - before < asked)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }

        return asked;
    }
}
