using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Postfix;
using ImcBot.Lab.Server.Mail;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Postfix;

/// <summary>A practice Postfix in a process of its own with a folder of its own; both go when the test ends, however it ends.</summary>
internal sealed class RunningPostfix : IAsyncDisposable
{
    private const int MostLooks = 600;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient http = new();
    private readonly Uri address;
    private readonly string root;
    private Part? process;

    private RunningPostfix(string root, int port) => (this.root, address) = (root, new($"http://127.0.0.1:{port}/"));

    public int MailPort { get; } = Ports.Free();

    public ServerDesk Desk => new(http, address);

    public PostfixFolder Folder => PostfixFolder.Of(root, MailPort)[0];

    /// <summary>Skips the test where this machine has no Postfix, or the test may not run it.</summary>
    public static async Task<RunningPostfix> StartAsync(string faults)
    {
        try
        {
            PostfixPackage.Need();
            PostfixPackage.NeedVolumes(faults.Split(','));
        }
        catch (SkippedException skipped)
        {
            Assert.Skip(skipped.Message);
        }

        var folder = Directory.CreateTempSubdirectory("imcbot-postfix").FullName;
        UnixModes.Add(folder, UnixFileMode.OtherExecute);
        var server = new RunningPostfix(folder, Ports.Free());
        await server.StartAgainAsync(faults);
        return server;
    }

    public async Task StartAgainAsync(string faults = "")
    {
        process = Part.Start(
            "server",
            "ImcBot.Lab",
            ["postfix", "--port", $"{address.Port}", "--data", root, "--smtp", $"{MailPort}", "--count", "12", "--faults", faults],
            [],
            root,
            TimeProvider.System
        );
        await UntilAsync(truth => (faults.Length == 0 || truth.Faults.Count > 0) && Ports.Listens(MailPort));
    }

    /// <summary>A filter that has died takes a while to be back.</summary>
    public Task UntilFilteredAsync() => UntilAsync(_ => Ports.Listens(Folder.Ports.Filter));

    public Task EndAsync() => process!.EndAsync();

    /// <summary>Ends the server and nothing else: Postfix and its filter live on.</summary>
    public Task KillServerAsync()
    {
        System.Diagnostics.Process.GetProcessById(process!.Id).Kill();
        return process.Exited;
    }

    /// <summary>The truth once something is so.</summary>
    public async Task<GroundTruth> UntilAsync(Func<GroundTruth, bool> isSo)
    {
        for (var looks = 0; looks < MostLooks; looks++)
        {
            Assert.False(process!.Exited.IsCompleted, string.Join('\n', process.LastLines));
            try
            {
                if (await Desk.TruthAsync(TestContext.Current.CancellationToken) is var truth && isSo(truth))
                {
                    return truth;
                }
            }
            catch (HttpRequestException)
            {
                // It does not answer yet.
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException(File.Exists(Folder.Log) ? string.Join('\n', File.ReadLines(Folder.Log).TakeLast(20)) : "No log.");
    }

    public string Log => File.ReadAllText(Folder.Log);

    public async ValueTask DisposeAsync()
    {
        await process!.DisposeAsync();
        http.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
