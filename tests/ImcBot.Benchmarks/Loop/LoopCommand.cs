using System.CommandLine;

namespace ImcBot.Benchmarks.Loop;

/// <summary>
/// <c>loop</c>: how long the whole loop takes, from event 4102 to the all-clear, and from a clone to a usable page. Nothing is asserted.
/// </summary>
internal static class LoopCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "Messages of each drill.", DefaultValueFactory = _ => 200 };
        var runs = new Option<int>("--runs") { Description = "Drills.", DefaultValueFactory = _ => 3 };
        var clone = new Option<bool>("--clone") { Description = "Also times a fresh clone until its page answers." };
        var command = new Command("loop", "Times drills of message:1 and, with --clone, a newcomer's first start.") { count, runs, clone };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(count), parsed.GetValue(runs), parsed.GetValue(clone), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int count, int runs, bool clone, CancellationToken cancellationToken)
    {
        var drills = new List<DrillTimes>();
        for (var run = 0; run < runs; run++)
        {
            drills.Add(await DrillTimes.MeasureAsync(count, seed: run + 1, cancellationToken));
        }

        Console.WriteLine($"| what (message:1, {count} messages, {runs} drills) | median | worst | aim |");
        Console.WriteLine("|---|---|---|---|");
        Print("event 4102 to incident card", drills.Select(drill => drill.EventToCard), "2 s");
        Print("survey of every cause", drills.Select(drill => drill.Survey), "5 s");
        Print("4102 to first good mail", drills.Select(drill => drill.FirstGoodMail), "");
        Print("whole drill", drills.Select(drill => drill.Whole), "60 s");
        if (clone)
        {
            Print("fresh clone to usable page", [await FirstStart.MeasureAsync(cancellationToken)], "90 s");
        }

        return 0;
    }

    private static void Print(string what, IEnumerable<double> seconds, string aim)
    {
        var sorted = seconds.Order().ToList();
        Console.WriteLine($"| {what} | {sorted[sorted.Count / 2]:0.0} s | {sorted[^1]:0.0} s | {aim} |");
    }
}
