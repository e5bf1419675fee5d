using System.CommandLine;
using ImcBot.Lab.Drills;

namespace ImcBot.Lab.Commands;

/// <summary><c>imcbot-lab matrix</c>: every drill there is, as a Markdown table; exit code 0 only when all were as they must be.</summary>
internal static class MatrixCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many messages wait at the start of each.", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "Makes the server's choices repeatable.", DefaultValueFactory = _ => 7 };
        var only = new Option<string?>("--only") { Description = "Only the combinations that contain this, such as threads." };
        var minutes = new Option<double>("--minutes") { Description = "Gives one drill up after so long.", DefaultValueFactory = _ => 5 };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Keeps everything. Default: a new folder below the system's temporary one." };
        var command = new Command("matrix", "Drills every fault, every pair, all six, and each fault with every request refused; takes half an hour.") { count, seed, only, minutes, data };
        command.SetAction(async (parsed, cancel) =>
        {
            var folder = parsed.GetValue(data)?.FullName ?? Directory.CreateTempSubdirectory("imcbot-matrix-").FullName;
            var matrix = new Matrix(folder, parsed.GetValue(count), parsed.GetValue(seed), TimeSpan.FromMinutes(parsed.GetValue(minutes)), Console.WriteLine, TimeProvider.System);
            return await matrix.RunAsync(parsed.GetValue(only), cancel) ? 0 : 1;
        });
        return command;
    }
}
