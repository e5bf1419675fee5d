using System.CommandLine;

namespace ImcBot.Benchmarks.Turns;

/// <summary>
/// <c>turns</c>: how many message turns a second the bot takes, each journaled durably before its answer, beside a bare endpoint that
/// parses the same activity, commits one row in the same kind of database with the same durability, and answers. With <c>--answers</c> the
/// bot answers each turn in its thread as well, beside the SDK's adapter with a bot that does nothing else. All in one run, in turn; the
/// ratio is what counts.
/// </summary>
internal static class TurnsCommand
{
    private const double Aim = 0.5;

    public static Command Create()
    {
        var turns = new Option<int>("--turns") { Description = "Turns of each round.", DefaultValueFactory = _ => 2000 };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Rounds of each kind, in turn; the first is not counted, and in the next few code is still being compiled.",
            DefaultValueFactory = _ => 20,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads that people write in at the same time, each with its own incident.",
            DefaultValueFactory = _ => 8,
        };
        var only = new Option<string?>("--only") { Description = "Only 'bot' or 'bare', for a profiler." };
        var answers = new Option<bool>("--answers")
        {
            Description = "Each turn is a command that is answered in its thread; beside it the SDK's adapter with an echo.",
        };
        var command = new Command("turns", "Durable message turns a second, of the bot and of a bare endpoint.")
        {
            turns,
            rounds,
            threads,
            only,
            answers,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                parsed.GetValue(answers)
                    ? AnswerAsync(parsed.GetValue(turns), parsed.GetValue(rounds), parsed.GetValue(threads), cancellationToken)
                    : RunAsync(
                        parsed.GetValue(turns),
                        parsed.GetValue(rounds),
                        parsed.GetValue(threads),
                        parsed.GetValue(only),
                        cancellationToken
                    )
        );
        return command;
    }

    private static async Task<int> RunAsync(int turns, int rounds, int threads, string? only, CancellationToken cancellationToken)
    {
        await using var teams = await TeamsStub.StartAsync();
        await using var bare = await BareEndpoint.StartAsync();
        await using var bot = await TalkingBot.StartAsync(teams, threads, cancellationToken);
        var (ofBare, ofBot) = (new List<double>(), new List<double>());
        var (worked, workOfBare, workOfBot) = (Environment.CpuUsage.TotalTime, new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            if (only != "bot")
            {
                ofBare.Add(await Talk.MeasureAsync(bare.Address, teams, bot.Threads, turns, cancellationToken));
                workOfBare.Add(Worked(turns, ref worked));
            }

            if (only != "bare")
            {
                ofBot.Add(await Talk.MeasureAsync(bot.Address, teams, bot.Threads, turns, cancellationToken));
                workOfBot.Add(Worked(turns, ref worked));
            }
        }

        await bot.ProveAsync(only == "bare" ? 0 : turns * rounds, cancellationToken);
        if (only is not null)
        {
            Console.WriteLine($"{only}: {Median([.. ofBare, .. ofBot]):0} turns/s");
            return 0;
        }

        var ratio = Median(ofBot) / Median(ofBare);
        Console.WriteLine($"| {turns} turns a round, {threads} threads | turns/s, median of {rounds - 1} | least | most |");
        Console.WriteLine("|---|---:|---:|---:|");
        Console.WriteLine($"| bare endpoint | {Median(ofBare):0} | {ofBare.Skip(1).Min():0} | {ofBare.Skip(1).Max():0} |");
        Console.WriteLine($"| bot | {Median(ofBot):0} | {ofBot.Skip(1).Min():0} | {ofBot.Skip(1).Max():0} |");
        Console.WriteLine($"| ratio (aim {Aim}) | {ratio:0.00} | | |");
        Console.WriteLine($"Processor milliseconds a turn, writer included: bare {Median(workOfBare):0.00}, bot {Median(workOfBot):0.00}.");
        return ratio >= Aim ? 0 : 1;
    }

    private static async Task<int> AnswerAsync(int turns, int rounds, int threads, CancellationToken cancellationToken)
    {
        await using var teams = await TeamsStub.StartAsync();
        await using var echo = await EchoEndpoint.StartAsync();
        await using var bot = await TalkingBot.StartAsync(teams, threads, cancellationToken);
        var (ofEcho, ofBot) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            ofEcho.Add(await Talk.MeasureAsync(echo.Address, teams, bot.Threads, turns, cancellationToken));
            ofBot.Add(await Talk.MeasureAsync(bot.Address, teams, bot.Threads, turns, cancellationToken, $"{TeamsStub.Mention} note "));
        }

        await bot.ProveAsync(turns * rounds, cancellationToken);
        Console.WriteLine($"| {turns} answered turns a round, {threads} threads | turns/s, median of {rounds - 1} | least | most |");
        Console.WriteLine("|---|---:|---:|---:|");
        Console.WriteLine($"| the SDK's adapter, an echo | {Median(ofEcho):0} | {ofEcho.Skip(1).Min():0} | {ofEcho.Skip(1).Max():0} |");
        Console.WriteLine($"| bot | {Median(ofBot):0} | {ofBot.Skip(1).Min():0} | {ofBot.Skip(1).Max():0} |");
        Console.WriteLine($"| ratio (aim 1) | {Median(ofBot) / Median(ofEcho):0.00} | | |");
        return Median(ofBot) >= Median(ofEcho) ? 0 : 1;
    }

    /// <summary>Milliseconds of processor time a turn that this program has taken since it was asked last.</summary>
    private static double Worked(int turns, ref TimeSpan before)
    {
        var now = Environment.CpuUsage.TotalTime;
        var worked = (now - before).TotalMilliseconds / turns;
        before = now;
        return worked;
    }

    private static double Median(IReadOnlyList<double> rounds)
    {
        var counted = rounds.Skip(1).Order().ToList();
        return counted[counted.Count / 2];
    }
}
