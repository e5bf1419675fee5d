using System.Globalization;
using System.Text.Json;
using ImcBot.EndToEnd.Tests.Server;
using ImcBot.Lab;
using ImcBot.Lab.Launch;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>The lab as its user starts it: what ends is told, and the rest goes on, so that its absence can be practised.</summary>
public sealed class A_part_of_the_running_lab_ends(ITestOutputHelper output) : IAsyncDisposable
{
    private static readonly (string Name, string Program)[] Programs =
    [
        ("relay", "ImcBot.Relay"),
        ("bot", "ImcBot.Bot.dll"),
        ("server", "ImcBot.Lab.dll"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-lab-").FullName;
    private readonly string _log = Path.Combine(Directory.CreateTempSubdirectory("imcbot-lab-log-").FullName, "lab.log");
    private readonly HttpClient _http = new();
    private Part? _lab;

    [Fact]
    public async Task The_others_go_on_and_it_is_said_what_ended_and_what_brings_it_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked for in /proc and ended by signals.");
        var parts = await OpenAsync();

        foreach (var (name, _) in Programs)
        {
            Signals.Send(parts[name], Signals.Kill);
            await SaidAsync($"The {name} ended with exit code 137.");
            parts.Remove(name);
            await SaidAsync(
                "The others go on, so that its absence can be practised. Nothing starts it again by itself: Ctrl+C ends the others, then "
                    + $"--data {_folder} brings everything back.",
                times: Programs.Length - parts.Count
            );

            Assert.Equal(parts.OrderBy(part => part.Key), Running().OrderBy(part => part.Key));
            await AllAnswerAsync(parts.Keys);
        }

        await _lab!.EndAsync();
        Assert.Equal(0, await _lab.Exited);
        Assert.Equal("Ended.", _lab.LastLines[^1]);

        parts = await OpenAsync();
        await AllAnswerAsync(parts.Keys);
        await _lab.EndAsync();
        Assert.DoesNotContain(parts.Values, id => Directory.Exists($"/proc/{id}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
        {
            foreach (var line in _lab.LastLines)
            {
                output.WriteLine(line);
            }

            await _lab.DisposeAsync();
        }

        _http.Dispose();
    }

    /// <summary>Opens the lab, again after it has ended, and tells its parts with their processes.</summary>
    private async Task<Dictionary<string, int>> OpenAsync()
    {
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }

        File.Delete(_log);
        _lab = Part.Start("lab", "ImcBot.Lab", ["--port", "0", "--data", _folder], [], Path.GetDirectoryName(_log)!, TimeProvider.System);
        await SaidAsync("The practice room is open: http://127.0.0.1:");
        var parts = Running();
        Assert.Equal(["bot", "relay", "server"], parts.Keys.Order(StringComparer.Ordinal));
        return parts;
    }

    private Task SaidAsync(string sentence, int times = 1) =>
        RunningServer.UntilAsync(
            () => Task.FromResult(Said().Count(line => line.StartsWith(sentence, StringComparison.Ordinal)) == times),
            () => $"The lab did not say {times} times '{sentence}' but:{Environment.NewLine}{string.Join(Environment.NewLine, Said())}"
        );

    /// <summary>All that it has said since it was opened last.</summary>
    private string[] Said()
    {
        using var log = new StreamReader(new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return log.ReadToEnd().Split(Environment.NewLine);
    }

    /// <summary>The page always, and what is said to be there still.</summary>
    private async Task AllAnswerAsync(IEnumerable<string> parts)
    {
        var site = JsonSerializer.Deserialize<SiteMemory>(await File.ReadAllTextAsync(Path.Combine(_folder, "site.json"), Token))!;
        string[] addresses =
        [
            $"{site.Room}/api/room",
            .. parts.Contains("bot") ? [$"{site.Bot}/healthz"] : Array.Empty<string>(),
            .. parts.Contains("server") ? [$"{site.Server}/host"] : Array.Empty<string>(),
        ];
        foreach (var address in addresses)
        {
            using var response = await _http.GetAsync(new Uri($"http://127.0.0.1:{address}"), Token);
            Assert.True(response.IsSuccessStatusCode, $"{address} answers {(int)response.StatusCode}.");
        }
    }

    /// <summary>The lab's own children that live, by what they are.</summary>
    private Dictionary<string, int> Running() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == _lab!.Id)
            .ToDictionary(id => Programs.Single(program => Read(id, "cmdline").Contains(program.Program, StringComparison.Ordinal)).Name);

    /// <summary>The parent of a process that has not ended; 0 for any other.</summary>
    private static int ParentOf(int id) =>
        Read(id, "stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [not "Z", var parent, ..]
            ? int.Parse(parent, CultureInfo.InvariantCulture)
            : 0;

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
