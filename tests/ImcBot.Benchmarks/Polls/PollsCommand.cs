using System.CommandLine;
using System.Globalization;
using ImcBot.Benchmarks.Processes;
using ImcBot.Benchmarks.Turns;
using ImcBot.Bot.Journal;

namespace ImcBot.Benchmarks.Polls;

/// <summary><c>polls</c>: what a relay costs that only polls, and how soon one of many gets work when its server says something.</summary>
internal static class PollsCommand
{
    // As long as the bot holds a poll.
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(25);

    public static Command Create()
    {
        var count = new Option<int>("--relays") { DefaultValueFactory = _ => 1000, Description = "Relays that poll." };
        var facts = new Option<int>("--facts") { DefaultValueFactory = _ => 100, Description = "Servers that say something." };
        var bots = new Option<string[]>("--bot") { Description = "DLL of another build of the bot, to be measured first." };
        var command = new Command("polls", "Processor time a polling relay, and the time from a fact to the job.") { count, facts, bots };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                await using var teams = await TeamsStub.StartAsync();
                Console.WriteLine("| bot | polls | of a core a relay | fact -> job p50 | p95 | most | incidents | load |");
                Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
                foreach (var bot in (string?[])[.. parsed.GetValue(bots) ?? [], null])
                {
                    await MeasureAsync(bot, parsed.GetValue(count), parsed.GetValue(facts), teams, cancellationToken);
                }

                return 0;
            }
        );
        return command;
    }

    private static async Task MeasureAsync(string? program, int count, int facts, TeamsStub teams, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("imcbot-polls-").FullName;
        await ServedBot.PrepareAsync(program, data, teams, cancellationToken);
        using var relays = new PollingRelays(count);
        await relays.EnterAsync(data, cancellationToken);
        var (times, load) = (new List<double>(), 0.0);
        await using (var bot = ServedBot.Start(program, data, teams))
        {
            await bot.AnswersAsync("readyz", cancellationToken);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var polling = relays.PollAsync(bot.Address, Held, ending.Token);
            await Task.WhenAny(polling, Task.Delay(2 * Held, TimeProvider.System, cancellationToken));
            load = await bot.LoadAsync(2 * Held, cancellationToken);
            for (var fact = 0; fact < facts; fact++)
            {
                times.Add(await relays.AlertAsync(fact * (count / facts), bot.Address, cancellationToken));
            }

            await ending.CancelAsync();
            await polling;
        }

        await using var db = await JournalFile.At(Path.Combine(data, "imcbot.db")).CreateDbContextAsync(cancellationToken);
        var (opened, busy) = (db.Incidents.Count(), (await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0]);
        if (opened != facts)
        {
            throw new InvalidOperationException($"{facts} servers said something, and there are {opened} incidents.");
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {program ?? "this build"} | {relays.Polls:N0} | {load / count:0.0000} % | {At(times, 0.5):0} ms | {At(times, 0.95):0} ms "
                    + $"| {times.Max():0} ms | {opened} | {busy} |"
            )
        );
    }

    private static double At(List<double> times, double share) => times.Order().ElementAt((int)Math.Ceiling(share * times.Count) - 1);
}
