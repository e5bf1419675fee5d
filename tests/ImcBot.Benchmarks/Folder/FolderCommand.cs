using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using ImcBot.Relay.Hosts.Lab;
using ImcBot.Testing;

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
        var root = Directory.CreateTempSubdirectory("imcbot-folder-").FullName;
        var program = Repository.Path(
            "src/ImcBot.Lab/bin/"
                + $"{typeof(FolderCommand).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration}"
                + "/net10.0/ImcBot.Lab.dll"
        );
        using var server = Process.Start(
            new ProcessStartInfo("dotnet", [program, "server", "--root", root, "--port", "0", "--count", "0"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        try
        {
            using var http = new HttpClient { BaseAddress = await AddressAsync(server, cancellationToken) };
            var folder = Directory
                .EnumerateDirectories(root, "Log", SearchOption.AllDirectories)
                .Single(path => path.Contains("Imcdata", StringComparison.OrdinalIgnoreCase));
            FolderTrial.Plant(folder, files, (long)gigabytes << 30);
            var figures = await FolderTrial.MeasureAsync(
                folder,
                await LabHost.ConnectAsync(http, cancellationToken),
                root,
                cancellationToken
            );
            Console.WriteLine(figures);
            return figures.Peak < Bound ? 0 : 1;
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<Uri> AddressAsync(Process server, CancellationToken cancellationToken)
    {
        while (await server.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at)
            {
                _ = server.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new Uri(line[at..].Trim() + "/");
            }
        }

        throw new InvalidOperationException("The practice server ended before it told its address.");
    }
}
