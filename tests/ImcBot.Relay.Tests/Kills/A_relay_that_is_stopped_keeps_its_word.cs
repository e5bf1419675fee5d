using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ImcBot.Relay.Tests.Kills;

/// <summary>The relay's own process, killed or asked to end, with and without its bot.</summary>
public sealed class A_relay_that_is_stopped_keeps_its_word : IAsyncLifetime
{
    private static readonly QuestionId Question = new(7, 3);

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-word-").FullName;
    private readonly FakeServer _server = new(TimeProvider.System);
    private readonly ServedBot _bot = new();
    private readonly WebApplication _serverApp = Loopback.Builder().Build();
    private readonly WebApplication _botApp = Loopback.Builder().Build();
    private RelayProcess? _relay;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RelayProcess.Program is null, "The relay is not built: run 'dotnet build' in the folder of ImcBot.sln first.");
        ServedServer.Map(_serverApp, _server);
        _bot.Map(_botApp);
        await _serverApp.StartAsync(Token);
        await _botApp.StartAsync(Token);
        _relay = new RelayProcess(_folder, _serverApp.Urls.First(), _bot.GrantKeys, _botApp.Urls.First());
        _relay.Enrol();
        _relay.Start();
    }

    [Fact]
    public async Task A_paused_scanner_is_started_again_at_its_deadline_though_relay_and_bot_were_killed()
    {
        _server.SetState("McShield", ServiceState.Running);
        var plan = await PlanAsync(Call.To("antivirus.pause", ("service", "McShield"), ("for", "2s")));
        var paused = await _bot.AskAsync(new Job(new RunId(Question, 1), JobKind.Act, Plan: plan), Token);
        _relay!.Kill();
        await _botApp.StopAsync(Token);
        Assert.Equal((Verdict.Clear, ServiceState.Stopped), (paused.Verdict, _server.State("McShield")));

        _relay.Start();

        await UntilAsync(() => _server.State("McShield") == ServiceState.Running);
        Assert.Equal(["stop McShield", "start McShield"], _server.Record.Select(change => change.What));
    }

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("HUP", 1)]
    [InlineData("QUIT", 3)]
    public async Task Asked_to_end_in_the_middle_of_a_run_it_ends_after_the_run_and_tells_it_at_its_next_start(string signal, int number)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are a matter of Unix.");
        Assert.SkipWhen(
            IsIgnored(number),
            $"SIG{signal} is ignored here, as nohup or a shell's background does, and so by every process that is started."
        );
        _server.SetState(FakeServer.Imc, ServiceState.Stopped);
        var plan = await PlanAsync(Call.To("service.start", ("service", FakeServer.Imc)));
        var asked = _bot.AskAsync(new Job(new RunId(Question, 1), JobKind.Act, Plan: plan), Token);
        await UntilAsync(() => _server.Record.Count == 1);

        Assert.Equal(0, await _relay!.StopAsync(Token, signal));
        _relay.Start();

        Assert.Equal(Verdict.Clear, (await asked).Verdict);
        Assert.Single(_server.Record);
    }

    public async ValueTask DisposeAsync()
    {
        _relay?.Dispose();
        await _serverApp.DisposeAsync();
        await _botApp.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> PlanAsync(Call call)
    {
        var report = await _bot.AskAsync(new Job(new RunId(Question, 1), JobKind.Plan, Remedy: new Remedy([call], null, [], [])), Token);
        return ContentDigest.Of(report.Plan ?? throw new InvalidOperationException($"No plan: {report.Summary}"));
    }

    /// <summary>A bit for each ignored signal, where Linux tells them.</summary>
    private static bool IsIgnored(int signal) =>
        File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (Convert.ToInt64(line["SigIgn:".Length..].Trim(), 16) >> (signal - 1) & 1) == 1;

    private static async Task UntilAsync(Func<bool> done)
    {
        while (!done())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }
}
