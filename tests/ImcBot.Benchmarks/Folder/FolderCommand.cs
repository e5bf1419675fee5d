using System.CommandLine;
using ImcBot.Benchmarks.Processes;
using ImcBot.Relay.Hosts.Lab;

namespace ImcBot.Benchmarks.Folder;

/// <summary>
/// <c>folder</c>: a log folder of 20 GB in 200,000 sparse files, measured and planned on a practice server, beside a bare walk. Exit code 1
/// above 200 MB of memory.
/// </summary>
internal static class FolderCommand
{
    private const long Bound = 200L << 20;

    public static Command Create()
    {
        var files = new Option<int>("--files") { Description = "How many log files", DefaultValueFactory = _ => 200_000 };
        var size = new Option<int>("--gigabytes")
        {
            Description = "Their size together; the files are sparse",
            DefaultValueFactory = _ => 20,
        };
        var command = new Command("folder", "Time and memory of measuring and planning a huge log folder.") { files, size };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(files), parsed.GetValue(size), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int files, int gigabytes, CancellationToken cancellationToken)
    {
        await using var server = await PracticeServer.StartAsync(cancellationToken);
        using var http = new HttpClient { BaseAddress = server.Address };
        var folder = Directory
            .EnumerateDirectories(server.Folder, "Log", SearchOption.AllDirectories)
            .Single(path => path.Contains("Imcdata", StringComparison.OrdinalIgnoreCase));
        FolderTrial.Plant(folder, files, (long)gigabytes << 30);
        var figures = await FolderTrial.MeasureAsync(
            folder,
            await LabHost.ConnectAsync(http, cancellationToken),
            server.Folder,
            cancellationToken
        );
        Console.WriteLine(figures);
        return figures.Peak < Bound ? 0 : 1;
    }
}
