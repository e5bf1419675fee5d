using System.CommandLine;

namespace ImcBot.Benchmarks.Approvals;

/// <summary>
/// <c>decided</c>: from the moment somebody writes "approve" in a thread of its own until the relay's ledger has the run as begun, with
/// real processes and their tokens, signatures and commits; beside it the least that such a loop could be, once after each of them: the
/// machine has been as idle before the one as before the other.
/// </summary>
internal static class DecidedCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "Approvals, at least.", DefaultValueFactory = _ => 500 };
        var command = new Command("decided", "Time from an approval's arrival to the run's beginning, beside a bare loop.") { count };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(count), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int count, CancellationToken cancellationToken)
    {
        await using var channel = await BusyChannel.OpenAsync(Console.Error.WriteLine, cancellationToken);
        await using var bare = await BareLoop.StartAsync();
        List<double> decided = [],
            least = [];
        await channel.ApproveAsync(ApprovedWalk.Steps, bare.RunAsync, cancellationToken);
        var before = channel.Resident;
        while (decided.Count < count)
        {
            decided.AddRange(
                await channel.ApproveAsync(ApprovedWalk.Steps, async token => least.Add(await bare.RunAsync(token)), cancellationToken)
            );
        }

        // What was measured must have been carried out too.
        var done = await channel.FinishedAsync(cancellationToken);
        if (done != decided.Count + ApprovedWalk.Steps)
        {
            throw new InvalidOperationException($"{decided.Count + ApprovedWalk.Steps} runs were approved and {done} have finished.");
        }

        Console.WriteLine("| milliseconds from 'approve' to begun | p50 | p95 | most | times |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        Times.Print("bare loop", least);
        Times.Print("bot and relay", decided);
        Console.WriteLine(
            $"Ratios: p50 {Times.At(decided, 0.5) / Times.At(least, 0.5):0.0}, p95 {Times.At(decided, 0.95) / Times.At(least, 0.95):0.0}"
        );
        Console.WriteLine(
            $"{decided.Count / ApprovedWalk.Steps} incidents came and went, one after the other: the bot had {before} MB resident "
                + $"before and has {channel.Resident} MB now."
        );
        return 0;
    }
}
