using System.CommandLine;

namespace ImcBot.Benchmarks.Isolation;

/// <summary>
/// <c>isolation</c>: how many rounds and store crashes the search for bad messages costs, beside its bounds and other ways.
/// </summary>
internal static class IsolationCommand
{
    public static Command Create()
    {
        var placements = new Option<int>("--placements")
        {
            Description = "Seeded placements of the bad messages for each row; the recorded campaign has 1000 and takes some minutes.",
            DefaultValueFactory = _ => 50,
        };
        var from = new Option<int>("--from")
        {
            Description = "The first seed. A campaign that was broken off is measured again, in parts of its seeds if need be.",
            DefaultValueFactory = _ => Trial.FirstSeed,
        };
        var output = new Option<FileInfo?>("--output") { Description = "Also write the tables to this Markdown file." };
        var command = new Command("isolation", "Rounds and store crashes of the search for bad messages.") { placements, from, output };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var report = new IsolationReport(parsed.GetValue(placements), parsed.GetValue(from), Console.Out);
                var text = report.Write();
                if (parsed.GetValue(output) is { } file)
                {
                    await File.WriteAllTextAsync(file.FullName, text, cancellationToken);
                }

                return report.Missed == 0 ? 0 : 1;
            }
        );
        return command;
    }
}
