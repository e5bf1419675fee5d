using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Lab;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Relay.Tests.Kills;
using ImcBot.Testing;
using ImcBot.Testing.Link;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>
/// The relay's own program on the practice server, with real files, ports and certificates: one fault is planted, and that one is named.
/// </summary>
public sealed class The_doctor_as_a_program(PracticeServer server) : IClassFixture<PracticeServer>, IDisposable
{
    private const string Policy = "highest-impact: destructive\nfolders: ['${imcdata}']\nservices: [MSExchangeIMC]\n";

    private readonly string _data = Directory.CreateTempSubdirectory("imcbot-doctor-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_healthy_house_ends_with_0()
    {
        await using var bot = await AnsweringBot.StartAsync(Welcome(TimeSpan.Zero));
        Furnish(bot.Address);

        Assert.Equal((0, ""), await LookAsync());
    }

    [Fact]
    public async Task A_bot_that_nobody_reaches()
    {
        Furnish($"http://127.0.0.1:{Loopback.FreePort()}");

        Assert.StartsWith("bot: http://127.0.0.1", await WrongAsync());
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts()
    {
        using var authority = new TestAuthority();
        await using var proxy = new FaultProxy(new Uri("http://127.0.0.1:1"), authority);
        Furnish(proxy.Address.OriginalString);

        Assert.StartsWith(
            $"bot: the certificate of {proxy.Address.OriginalString} is wrong: the certificate of localhost (CN=bot of a test, valid until",
            await WrongAsync()
        );
    }

    [Fact]
    public async Task A_clock_that_is_off_by_an_hour()
    {
        await using var bot = await AnsweringBot.StartAsync(Welcome(TimeSpan.FromHours(1)));
        Furnish(bot.Address);

        Assert.Contains("this relay's clock is 60 minutes behind the bot's", await WrongAsync());
    }

    [Fact]
    public async Task Another_relay_that_is_enrolled_for_the_host()
    {
        await using var bot = await AnsweringBot.StartAsync("");
        bot.Refuse(
            410,
            "This relay was revoked. Enrol again with a new code. EXCH01 has another relay, exch01-def; revoke that one first if "
                + "this one is meant."
        );
        Furnish(bot.Address);

        Assert.StartsWith("bot: another relay is enrolled for this host.", await WrongAsync());
    }

    [Fact]
    public async Task A_policy_that_refuses()
    {
        await using var bot = await AnsweringBot.StartAsync(Welcome(TimeSpan.Zero));
        Furnish(bot.Address, "highest-impact: read\n");

        Assert.StartsWith("policy: the policy of this relay refuses everything", await WrongAsync());
    }

    [Fact]
    public async Task A_full_disk_under_the_ledger()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The device that is always full is one of Linux.");
        await using var bot = await AnsweringBot.StartAsync(Welcome(TimeSpan.Zero));
        Furnish(bot.Address);
        File.CreateSymbolicLink(Path.Combine(_data, "reserve.bin"), "/dev/full");

        Assert.Contains($"the disk of {_data} is full", await WrongAsync());
    }

    [Fact]
    public async Task A_RootDir_that_is_wrong()
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        await using var bot = await AnsweringBot.StartAsync(Welcome(TimeSpan.Zero));
        Furnish(bot.Address);
        await UntilItRunsAsync();
        await RootDirAsync(@"D:\Exchange\Imcdata");
        try
        {
            Assert.StartsWith(@"imcdata: RootDir is wrong: it names D:\Exchange\Imcdata", await WrongAsync());
        }
        finally
        {
            await RootDirAsync(FakeServer.Imcdata);
        }
    }

    [Fact]
    public async Task A_server_that_does_not_answer()
    {
        await using var bot = await AnsweringBot.StartAsync(Welcome(TimeSpan.Zero));
        Furnish(bot.Address);

        Assert.StartsWith("server: ", (await LookAsync($"http://127.0.0.1:{Loopback.FreePort()}")).Wrong);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private static string Welcome(TimeSpan late) => AnsweringBot.Welcome(TimeProvider.System.GetUtcNow() + late);

    private void Furnish(string bot, string policy = Policy)
    {
        PrivateFile.Write(Path.Combine(_data, "policy.yaml"), policy);
        RelayKey.Open(Path.Combine(_data, "relay.key")).Dispose();
        new Membership(bot, "exch01-abc", "EXCH01", """{"keys":[]}""").Write(Path.Combine(_data, "membership.json"));
    }

    /// <summary>A service that starts after the change would make the folders that it misses.</summary>
    private async Task UntilItRunsAsync()
    {
        var host = await LabHost.ConnectAsync(server.Http!, Token);
        while ((await host.Services.ListAsync(Token)).Find(Installation.ImcService) is not { State: ServiceState.Running })
        {
            await Task.Yield();
        }
    }

    private async Task RootDirAsync(string path)
    {
        var place = $"registry/values?key={Uri.EscapeDataString(Installation.ImcParameters)}&name=RootDir";
        using var done = await server.Http!.PutAsJsonAsync(place, new { kind = "sz", data = path }, Token);
        done.EnsureSuccessStatusCode();
    }

    private async Task<string> WrongAsync()
    {
        var (code, wrong) = await LookAsync();
        Assert.Equal(1, code);
        return wrong;
    }

    /// <summary>The exit code, and the one thing that is wrong.</summary>
    private async Task<(int Code, string Wrong)> LookAsync(string? host = null)
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        Assert.SkipWhen(RelayProcess.Program is null, "The relay is not built: run 'dotnet build' in the folder of ImcBot.sln first.");
        var start = new ProcessStartInfo(RelayProcess.Words[0], [.. RelayProcess.Words.Skip(1), "doctor", "--json", "--data", _data])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["IMCBOT_RELAY__HOST__URL"] = host ?? $"{server.Http!.BaseAddress}";
        using var doctor = Process.Start(start)!;
        var lines = (await doctor.StandardOutput.ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await doctor.WaitForExitAsync(Token);
        var wrong = lines.Select(line => JsonDocument.Parse(line).RootElement).Where(line => !line.GetProperty("ok").GetBoolean());
        return (
            doctor.ExitCode,
            string.Join(" | ", wrong.Select(line => $"{line.GetProperty("what").GetString()}: {line.GetProperty("said").GetString()}"))
        );
    }
}
