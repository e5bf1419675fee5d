using System.Text.Json;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>The program as it is shipped, from its command line.</summary>
public sealed class The_published_relay_runs_on_Windows : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("imcbot-data-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_all_answers_every_question_of_the_article()
    {
        using var bench = new WineBench();
        await bench.BringAsync(Installation.ImcService, ServiceState.Running);
        await bench.BringAsync("McShield", ServiceState.Running);

        var (code, lines) = await RunAsync("check", "all", "--json");
        var verdicts = lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => $"{line.GetProperty("check").GetString()} {line.GetProperty("verdict").GetString()}")
            .ToList();

        Assert.Equal(1, code);
        Assert.Equal(12, verdicts.Count);
        Assert.Contains("disk.free clear", verdicts);
        Assert.Contains("smtp-log.level finding", verdicts);
        Assert.Contains("antivirus.state finding", verdicts);
        Assert.Contains("threads.value finding", verdicts);
        Assert.Contains("file.version clear", verdicts);
        Assert.DoesNotContain(verdicts, verdict => verdict.EndsWith("unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_by_name_reads_the_named_server()
    {
        var (code, lines) = await RunAsync("check", "file.version", "--host", Environment.MachineName, "--json");

        Assert.Equal(0, code);
        Assert.Contains("5.5.2656.60", Assert.Single(lines));
    }

    [Fact]
    public async Task Doctor_finds_every_way_into_the_server_open()
    {
        using var bench = new WineBench();
        await bench.BringAsync(Installation.ImcService, ServiceState.Stopped);

        var (_, lines) = await RunAsync("doctor", "--eicar", "--json");
        var looked = lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(line => line.GetProperty("what").GetString()!, line => line.GetProperty("ok").GetBoolean());

        Assert.All(
            ["ledger", "server", "services", "registry", "events", "shares", "imcdata", "clock", "port", "antivirus"],
            what => Assert.True(looked[what], what)
        );
    }

    [Fact]
    public async Task A_plan_is_shown_and_told_to_be_beyond_what_this_relay_may_do()
    {
        var (code, lines) = await RunAsync("plan", "threads.set", "--with", "value=50");

        Assert.Equal(1, code);
        Assert.Contains("set Max Threads(Private+Public) from 5 (0x5) to 50 (0x32)", string.Join('\n', lines));
    }

    [Fact]
    public async Task Wrong_use_ends_with_2() =>
        Assert.Equal(2, (await RunAsync("check", "service.start", "--with", "service=MSExchangeIMC")).Code);

    [Fact]
    public async Task Install_registers_the_service_and_uninstall_removes_it()
    {
        var server = WinePrefix.Connect(byName: false);

        var installed = await RunAsync("install");
        var service = (await server.Services.ListAsync(Token)).Find("ImcBotRelay");
        await server.Writer("INC-9/9#9").StartAsync("ImcBotRelay", Token);
        var uninstalled = await RunAsync("uninstall");

        Assert.Equal((0, "ImcBot relay", 0), (installed.Code, service?.Display, uninstalled.Code));
        Assert.DoesNotContain(await server.Services.ListAsync(Token), left => left is { Name: "ImcBotRelay", State: ServiceState.Running });
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private Task<(int Code, string[] Lines)> RunAsync(params string[] arguments) => PublishedRelay.RunAsync(_data, arguments);
}
