using System.CommandLine;
using System.Diagnostics;

namespace ImcBot.Benchmarks.Approvals;

/// <summary>
/// <c>posts</c>: commands in many threads at once, answered by the real bot in a channel that keeps Teams' limits. Exit code 1 when the
/// channel had to refuse a post, or a thread has its answers in another order than its questions.
/// </summary>
internal static class PostsCommand
{
    public static Command Create()
    {
        var threads = new Option<int>("--threads") { Description = "Threads that are written in at once", DefaultValueFactory = _ => 20 };
        var each = new Option<int>("--each") { Description = "Questions in each", DefaultValueFactory = _ => 50 };
        var command = new Command("posts", "Order and pace of a thousand answers over twenty threads.") { threads, each };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(threads), parsed.GetValue(each), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int threads, int each, CancellationToken cancellationToken)
    {
        await using var channel = await BusyChannel.OpenAsync(Console.Error.WriteLine, cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        var answers = await channel.AskAsync(threads, each, cancellationToken);
        var inOrder = answers.Count(thread => thread.SequenceEqual(Enumerable.Range(0, each)));
        Console.WriteLine(
            $"{answers.Sum(thread => thread.Count)} answers in {threads} threads within "
                + $"{Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s: {inOrder} threads in order, {channel.PostsRefused} posts "
                + "refused by the channel."
        );
        return inOrder == threads && channel.PostsRefused == 0 ? 0 : 1;
    }
}
