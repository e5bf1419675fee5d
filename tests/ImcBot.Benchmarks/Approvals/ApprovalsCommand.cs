using System.CommandLine;

namespace ImcBot.Benchmarks.Approvals;

/// <summary>
/// <c>approvals</c>: from the moment somebody writes "approve" until the relay's ledger has the run as begun, with real processes: in a
/// quiet thread, and while others write in the
/// same channel. Exit code 1 when the 95th percentile of the busy half is above twice that of the quiet one.
/// </summary>
internal static class ApprovalsCommand
{
    private const double Most = 2;

    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "Approvals of each half", DefaultValueFactory = _ => 100 };
        var writers = new Option<int>("--writers") { Description = "People who write meanwhile", DefaultValueFactory = _ => 8 };
        var pause = new Option<int>("--pause")
        {
            Description = "Milliseconds between two messages of one of them",
            DefaultValueFactory = _ => 1000,
        };
        var command = new Command("approvals", "Time from an approval's arrival to the run's beginning, quiet and in a busy channel.")
        {
            count,
            writers,
            pause,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed.GetValue(count),
                    parsed.GetValue(writers),
                    TimeSpan.FromMilliseconds(parsed.GetValue(pause)),
                    cancellationToken
                )
        );
        return command;
    }

    private static Task Nothing(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<int> RunAsync(int count, int writers, TimeSpan pause, CancellationToken cancellationToken)
    {
        await using var channel = await BusyChannel.OpenAsync(Console.Error.WriteLine, cancellationToken);
        await channel.ApproveAsync(ApprovedWalk.Steps, Nothing, cancellationToken);
        List<double> quiet = [],
            busy = [];
        // In turn, so that both halves meet the same machine.
        while (quiet.Count < count)
        {
            quiet.AddRange(await channel.ApproveAsync(ApprovedWalk.Steps, Nothing, cancellationToken));
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var chatter = channel.ChatterAsync(writers, pause, ending.Token);
            busy.AddRange(await channel.ApproveAsync(ApprovedWalk.Steps, Nothing, cancellationToken));
            await ending.CancelAsync();
            await chatter;
        }

        Console.WriteLine($"| milliseconds from 'approve' to begun | p50 | p95 | most | approvals |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        Times.Print("quiet", quiet);
        Times.Print($"while {writers} others write ({channel.Written} messages)", busy);
        var ratio = Times.At(busy, 0.95) / Times.At(quiet, 0.95);
        Console.WriteLine($"Ratio of the 95th percentiles: {ratio:0.00} (at most {Most:0})");
        return ratio <= Most ? 0 : 1;
    }
}
