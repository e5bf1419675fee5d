using System.CommandLine;
using System.Globalization;
using ImcBot.Benchmarks.Polls;
using ImcBot.Benchmarks.Processes;
using ImcBot.Benchmarks.Turns;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Benchmarks.Open;

/// <summary><c>gone</c>: what a bot keeps of incidents that people have opened and closed.</summary>
internal static class GoneCommand
{
    private const int Together = 20;

    private static readonly int[] Looks = [100, 500, 1000];

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // The collector gives memory back when it has nothing to do for a while.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 1000, Description = "Incidents that come and go." };
        var bot = new Option<string?>("--bot") { Description = "DLL of another build of the bot." };
        var command = new Command("gone", "Memory of a bot after many incidents have come and gone.") { count, bot };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(count), parsed.GetValue(bot), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int count, string? program, CancellationToken cancellationToken)
    {
        await using var teams = await TeamsStub.StartAsync();
        var data = Directory.CreateTempSubdirectory("imcbot-gone-").FullName;
        await ServedBot.PrepareAsync(program, data, teams, cancellationToken);
        using var relays = new PollingRelays(count);
        await relays.EnterAsync(data, cancellationToken);
        var databases = JournalFile.At(Path.Combine(data, "imcbot.db"));
        Console.WriteLine("| come and gone | resident | processor until then | posts | load |");
        Console.WriteLine("|---:|---:|---:|---:|---:|");
        await using (var bot = ServedBot.Start(program, data, teams))
        {
            await bot.AnswersAsync("readyz", cancellationToken);
            await PrintAsync(0);
            for (var gone = 0; gone < count; )
            {
                var next = Enumerable.Range(gone + 1, Math.Min(Together, count - gone)).ToList();
                await ComeAndGoAsync(next, bot, teams, databases, cancellationToken);
                gone += next.Count;
                if (gone == Together || gone == count || Looks.Contains(gone))
                {
                    await PrintAsync(gone);
                }
            }

            async Task PrintAsync(int gone)
            {
                await Task.Delay(Rest, TimeProvider.System, cancellationToken);
                var load = (await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0];
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {gone} | {bot.Resident} MB | {bot.Worked.TotalSeconds:0.0} s | {teams.Posts} | {load} |"
                    )
                );
            }
        }

        await ProveAsync(data, count, cancellationToken);
        return 0;
    }

    /// <summary>Returns when they are closed, and everything was posted.</summary>
    private static async Task ComeAndGoAsync(
        List<int> numbers,
        ServedBot bot,
        TeamsStub teams,
        IDbContextFactory<JournalDb> databases,
        CancellationToken cancellationToken
    )
    {
        foreach (var number in numbers)
        {
            await bot.HearAsync(teams, ThreadOf(number), $"open {PollingRelays.HostOf(number - 1)} Q317653", cancellationToken);
        }

        await UntilAsync(db => db.Incidents.CountAsync(cancellationToken), numbers[^1]);

        // The first time it is only asked whether that is meant.
        foreach (var number in numbers.Concat(numbers))
        {
            await bot.HearAsync(teams, ThreadOf(number), $"close INC-{number} measured", cancellationToken);
        }

        await UntilAsync(db => db.Incidents.CountAsync(row => row.IsOpen == 1, cancellationToken), 0);
        await UntilAsync(db => db.Pending.CountAsync(cancellationToken), 0);

        async Task UntilAsync(Func<JournalDb, Task<int>> figure, int wanted)
        {
            while (await databases.AskAsync(figure, cancellationToken) != wanted)
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>Reads every incident back, verified and folded; throws where one is still open or its journal does not hold.</summary>
    private static async Task ProveAsync(string folder, int count, CancellationToken cancellationToken)
    {
        using var key = new JournalKey(KeyFile.LoadOrCreate(Path.Combine(folder, "journal.key")));
        var journal = new Journals(JournalFile.At(Path.Combine(folder, "imcbot.db")), key);
        var loader = new IncidentLoader(journal, new RunbookRepository(journal, []));
        for (var number = 1; number <= count; number++)
        {
            if (await loader.ReadAsync(number, cancellationToken) is not { Frozen: null, Incident.IsOpen: false })
            {
                throw new InvalidOperationException($"INC-{number} is still open, or does not verify.");
            }
        }
    }

    private static string ThreadOf(int incident) => $"19:turns@thread.tacv2;messageid=8{incident}";
}
