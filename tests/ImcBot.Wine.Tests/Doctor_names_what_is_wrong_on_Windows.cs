using System.Text.Json;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Session;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>
/// Faults planted in the prefix and in the data folder, and the published relay's doctor. Rights cannot be taken away here: Wine asks
/// nobody for them.
/// </summary>
public sealed class Doctor_names_what_is_wrong_on_Windows : IDisposable
{
    private const string Policy = "highest-impact: destructive\nfolders: ['${imcdata}']\nservices: [MSExchangeIMC]\n";

    private readonly WineBench _bench = new();
    private readonly string _data = Directory.CreateTempSubdirectory("imcbot-data-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_without_the_mail_service()
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        var key = @"HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIMC";
        var kept = Path.Combine(_data, "kept.reg");
        await WindowsProgram.RunAsync("reg", "export", key, kept, "/y");
        await WindowsProgram.RunAsync("sc", "delete", Installation.ImcService);
        try
        {
            Assert.Contains("no service MSExchangeIMC", await SaidAsync("services"));
        }
        finally
        {
            await WindowsProgram.RunAsync(
                "sc",
                "create",
                Installation.ImcService,
                "binPath=",
                @"C:\Exchsrvr\Connect\Msexcimc\Bin\msexcimc.exe MSExchangeIMC",
                "DisplayName=",
                "Microsoft Exchange Internet Mail Service",
                "type=",
                "own",
                "start=",
                "demand"
            );
            await WindowsProgram.RunAsync("reg", "import", kept);
        }
    }

    [Theory]
    [InlineData(@"D:\Exchange\Imcdata", "imcdata", @"RootDir is wrong: it names D:\Exchange\Imcdata")]
    [InlineData(@"D:\TEMP", "imcdata", "has no folder In")]
    [InlineData(null, "registry", "has no RootDir")]
    public async Task A_RootDir_that_is_wrong_or_missing(string? root, string what, string said)
    {
        var before = (await _bench.Site.ValueAsync(Installation.ImcParameters, "RootDir", Token))!;
        await _bench.Writer.DeleteValueAsync(Installation.ImcParameters, "RootDir", Token);
        if (root is not null)
        {
            await _bench.Writer.SetValueAsync(Installation.ImcParameters, new RegistryValue("RootDir", ValueKind.Sz, root), Token);
        }

        try
        {
            Assert.Contains(said, await SaidAsync(what));
        }
        finally
        {
            await _bench.Writer.SetValueAsync(Installation.ImcParameters, before, Token);
        }
    }

    [Fact]
    public async Task A_volume_that_the_server_does_not_share()
    {
        var before = (await _bench.Site.ValueAsync(Installation.ImcParameters, "RootDir", Token))!;
        await _bench.Writer.SetValueAsync(Installation.ImcParameters, new RegistryValue("RootDir", ValueKind.Sz, @"G:\Imcdata"), Token);
        try
        {
            Assert.Contains("the administrative share G$ is off", await SaidAsync("shares", "--host", Environment.MachineName));
        }
        finally
        {
            await _bench.Writer.SetValueAsync(Installation.ImcParameters, before, Token);
        }
    }

    [Fact]
    public async Task A_server_that_nobody_can_find() => Assert.Contains("NOSUCHHOST", await SaidAsync("registry", "--host", "NOSUCHHOST"));

    [Fact]
    public async Task A_bot_that_does_not_answer()
    {
        Enrol(Environment.MachineName);

        Assert.Contains("http://127.0.0.1:1 does not answer", await SaidAsync("bot"));
    }

    [Fact]
    public async Task A_relay_that_is_enrolled_for_another_server()
    {
        Enrol("EXCH02");

        Assert.Contains("the relay is enrolled for EXCH02", await SaidAsync("name"));
    }

    [Fact]
    public async Task A_relay_that_nobody_has_enrolled() => Assert.Contains("not enrolled", await SaidAsync("enrolment"));

    [Theory]
    [InlineData(null, "there is no policy file")]
    [InlineData("highest-impact: read\n", "refuses everything that changes the server")]
    public async Task A_policy_that_refuses(string? policy, string said) => Assert.Contains(said, await SaidUnderAsync(policy, "policy"));

    [Fact]
    public async Task A_mail_service_whose_port_is_closed()
    {
        Assert.SkipWhen(WinePrefix.NoPort25 is null, "Port 25 answers here, as it should.");
        await _bench.BringAsync(Installation.ImcService, ServiceState.Running);

        Assert.Contains("port 25", await SaidAsync("port"));
    }

    public void Dispose()
    {
        _bench.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>
    /// STATUS_FAIL_FAST_EXCEPTION: Wine has no call for another machine's clock, which doctor looks at last, and now and then ends who calls it.
    /// </summary>
    private const int EndedByWine = unchecked((int)0xC0000602);

    private Task<string> SaidAsync(string what, params string[] arguments) => SaidUnderAsync(Policy, what, arguments);

    private async Task<string> SaidUnderAsync(string? policy, string what, params string[] arguments)
    {
        if (policy is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_data, "policy.yaml"), policy, Token);
        }

        var (code, lines) = await PublishedRelay.RunAsync(_data, ["doctor", "--json", .. arguments]);
        var found = lines.Select(line => JsonDocument.Parse(line).RootElement).Single(line => line.GetProperty("what").GetString() == what);

        Assert.False(found.GetProperty("ok").GetBoolean());
        Assert.True(code is 1 or EndedByWine, $"It ended with {code}.");
        return found.GetProperty("said").GetString()!;
    }

    /// <summary>
    /// As after an enrolment. This process has no elliptic keys there, so the key is one that was made before; it opens nothing.
    /// </summary>
    private void Enrol(string host)
    {
        new Membership("http://127.0.0.1:1", "relay-1", host, """{"keys":[]}""").Write(Path.Combine(_data, "membership.json"));
        File.WriteAllText(
            Path.Combine(_data, "relay.key"),
            """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5iB8EFNS1I1stU7A
            lf6ufXCiAV4hfFjbPu8phuHidoehRANCAATHOyqi6VHp0i9cIpafa8wMhxa+S9Aw
            lvB1FljTxRlWiIqspGm/HBd2Vs+tKH6/djuWNYWW9kPYvJyBSj9egx2L
            -----END PRIVATE KEY-----
            """
        );
    }
}
