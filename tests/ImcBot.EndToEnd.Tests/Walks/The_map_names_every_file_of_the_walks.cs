using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImcBot.Lab;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Walks;

/// <summary>
/// A drill by programs that tell which files they enter, held against the two walks in <c>src/README.md</c>: a vote, and the run that it
/// allows.
/// </summary>
public sealed partial class The_map_names_every_file_of_the_walks(ITestOutputHelper output)
{
    private static readonly string[] Traced = ["ImcBot.Contracts", "ImcBot.Core", "ImcBot.Bot", "ImcBot.Relay"];

    /// <summary>So long after an entry what it leads to has been done; what is entered later is what runs all the time.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(0.7);

    /// <summary>An entry has the time at which the engine takes it; so long before the activity has come in.</summary>
    private static readonly TimeSpan WayIn = TimeSpan.FromSeconds(0.06);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_file_that_it_names_exists()
    {
        var listed = Listed();

        Assert.NotEmpty(listed);
        Assert.All(listed, file => Assert.True(File.Exists(Repository.Path(file)), file));
    }

    [Fact]
    public async Task A_recorded_walk_enters_no_file_that_the_map_does_not_name()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("IMCBOT_WALKS") == "1",
            "Rewrites the programs and proves the runbooks with them, which takes a minute or two; IMCBOT_WALKS=1 runs it."
        );
        var folder = Directory.CreateTempSubdirectory("imcbot-walk").FullName;
        var (programs, data) = (Path.Combine(folder, "programs"), Path.Combine(folder, "data"));
        Gather(programs);

        await RunAsync(
            Path.Combine(programs, "ImcBot.Lab.dll"),
            ["drill", "--faults", "log", "--count", "20", "--seed", "3", "--data", data, "--json"]
        );

        var trace = CallTrace.Read(Directory.EnumerateFiles(Path.Combine(data, "logs")));
        var entries = Entries(Path.Combine(data, "transcript.jsonl"));
        var (voted, acted) = (entries.First(entry => entry.Fact == "voted").At, entries.First(entry => entry.Fact == "acted").At);
        var atRest = trace.Entered(at =>
            at > entries[0].At && at < entries[^1].At && !IsWalk(at) && entries.All(entry => (entry.At - at).Duration() > Settling)
        );
        var walked = trace.Entered(IsWalk).Except(atRest, StringComparer.Ordinal).ToList();
        output.WriteLine(string.Join('\n', walked.Order(StringComparer.Ordinal)));

        Assert.NotEmpty(walked);
        Assert.Empty(walked.Except(Listed(), StringComparer.Ordinal).Order(StringComparer.Ordinal));

        bool IsWalk(DateTimeOffset at) => at >= voted - WayIn && at <= acted;
    }

    /// <summary>The files that the map's walks name, by their paths in the repository.</summary>
    private static HashSet<string> Listed()
    {
        var map = File.ReadAllText(Repository.Path("src/README.md"));
        return Row()
            .Matches(map)
            .Select(row => row.Groups[1].Value)
            .Concat(
                from folder in Folder().Matches(map)
                from file in Name().Matches(folder.Groups[2].Value)
                select $"{folder.Groups[1].Value}/{file.Groups[1].Value}"
            )
            .Select(file => $"src/{file}")
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The built programs in one folder, as they are when published, those of bot and relay telling what they enter.</summary>
    private static void Gather(string folder)
    {
        foreach (var program in new[] { "ImcBot.Lab", "ImcBot.Relay", "ImcBot.Bot" })
        {
            var built = Path.GetDirectoryName(Programs.Find(program))!;
            foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(folder, Path.GetRelativePath(built, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }

        foreach (var program in Traced)
        {
            CallTrace.Prepare(Path.Combine(folder, $"{program}.dll"));
        }
    }

    private async Task RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, $"{await said}{await complained}");
    }

    private static IReadOnlyList<(string Fact, DateTimeOffset At)> Entries(string transcript) =>
        [
            .. from line in File.ReadLines(transcript).Select(line => JsonNode.Parse(line)!)
            where line["entry"] is JsonObject
            select (
                (line["fact"] ?? line["entry"]!["fact"])!["$type"]!.ToString(),
                DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(line["entry"]!["at"]!.GetValue<long>())
            ),
        ];

    [GeneratedRegex(@"^\| `(ImcBot\.[\w./]+\.cs)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| `(ImcBot\.[\w./]+)` \| (`\w[\w.]*\.cs`.*) \|", RegexOptions.Multiline)]
    private static partial Regex Folder();

    [GeneratedRegex(@"`([\w.]+\.cs)`")]
    private static partial Regex Name();
}
