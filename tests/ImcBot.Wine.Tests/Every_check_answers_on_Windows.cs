using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Wine.Tests;

public sealed class Every_check_answers_on_Windows : IDisposable
{
    private readonly WineBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> OfLinuxAlone(bool isCheck) =>
        [.. Implemented.OfLinuxAlone.Where(use => Catalog.Entries[use].IsCheck == isCheck)];

    [Theory]
    [InlineData("disk.free", Verdict.Clear, "free on D:", "path", "${imcdata}", "at-least", "1MB")]
    [InlineData("smtp-log.level", Verdict.Finding, "Level 5 (Maximum)", "at-most", "1", "folder", @"${imcdata}\Log")]
    [InlineData("antivirus.state", Verdict.Finding, "NetShield runs and D:\\Exchsrvr\\Imcdata is not excluded", "path", "${imcdata}")]
    [InlineData("threads.value", Verdict.Finding, "Max Threads(Private+Public) is 5 (0x5).", "at-least", "20")]
    [InlineData("file.version", Verdict.Clear, "5.5.2656.60", "path", "${store}", "at-least", "5.5.2656.60")]
    [InlineData("file.version", Verdict.Finding, "5.5.2656.60; 5.5.2657.1 is current", "path", "${store}", "at-least", "5.5.2657.1")]
    [InlineData("programs.list", Verdict.Clear, "1 program installed")]
    [InlineData("service.running", Verdict.Clear, "MSExchangeIMC is running", "service", "MSExchangeIMC")]
    [InlineData("spool.moving", Verdict.Clear, "In is empty")]
    [InlineData("mail.suspects", Verdict.Clear, "No sign of a message")]
    [InlineData("events.none", Verdict.Clear, "None of these events", "ids", "4173")]
    [InlineData("inodes.free", Verdict.Clear, "has no limit of files", "path", "${imcdata}", "at-least", "1")]
    [InlineData("disk.top", Verdict.Clear, "Largest in", "path", "${imcdata}", "at-least", "1MB")]
    [InlineData("file.age", Verdict.Clear, "was written", "path", "${store}", "at-most", "99999d")]
    [InlineData("http.answers", Verdict.Finding, "does not answer", "url", "http://127.0.0.1:1/")]
    [InlineData("certificate.valid", Verdict.Finding, "holds no certificate", "file", "${store}", "at-least", "1d")]
    [InlineData("certificate.shown", Verdict.Clear, "holds no certificate", "file", "${store}", "port", "1")]
    [InlineData("service.why", Verdict.Clear, "exit code 0", "service", "MSExchangeIMC")]
    [InlineData("service.needs", Verdict.Clear, "has what it needs", "service", "MSExchangeIMC")]
    [InlineData("service.wanted", Verdict.Unknown, "does not tell", "service", "MSExchangeIMC")]
    [InlineData("config.checks", Verdict.Unknown, "is not known", "service", "MSExchangeIMC")]
    [InlineData("log.kinds", Verdict.Unknown, "Nothing that MSExchangeIMC has written", "service", "MSExchangeIMC")]
    public async Task A_check_says_what_is_there(string use, Verdict verdict, string said, params string[] with)
    {
        await _bench.BringAsync("McShield", ServiceState.Running);
        await _bench.BringAsync(Installation.ImcService, ServiceState.Running);

        _bench.Ledger.SetMark(Relay.Ledger.Marks.Healthy, await _bench.Site.NewestEventAsync(Token));
        var finding = await _bench.CheckAsync(use, [.. with.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        Assert.Equal(verdict, finding.Verdict);
        Assert.Contains(said, finding.Summary);
    }

    [Fact]
    public async Task Two_spellings_of_Max_Threads_are_a_warning_and_neither_is_changed()
    {
        await _bench.Writer.SetValueAsync(Installation.StoreParameters, RegistryValue.Dword("MAX THREADS (Public + Private)", 30), Token);
        try
        {
            Assert.Contains("2 values differ only in spelling", (await _bench.CheckAsync("threads.value", ("at-least", "20"))).Summary);
            Assert.Contains(
                "remove the wrong one first",
                (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(3, "threads.set", ("value", "50")))).Message
            );
        }
        finally
        {
            await _bench.Writer.DeleteValueAsync(Installation.StoreParameters, "MAX THREADS (Public + Private)", Token);
        }
    }

    [Theory]
    [InlineData("service.reload", "service.restart does it", "service", "MSExchangeIMC")]
    [InlineData("journal.vacuum", "nothing to shrink", "keep", "500MB")]
    public async Task What_Windows_has_not_is_no_plan(string use, string said, string name, string value)
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Running);

        Assert.Contains(said, (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(3, use, (name, value)))).Message);
    }

    [Theory]
    [MemberData(nameof(OfLinuxAlone), true)]
    public async Task A_check_of_what_runs_on_Linux_alone_is_not_known_there(string use) =>
        Refused(await Assert.ThrowsAsync<HostException>(() => _bench.CheckAsync(Some.Call(use))));

    [Theory]
    [MemberData(nameof(OfLinuxAlone), false)]
    public async Task An_action_on_what_runs_on_Linux_alone_is_no_plan(string use) =>
        Refused(await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(3, new Remedy([Some.Call(use)], null, [], []))));

    [Fact]
    [Tries(Catalog.PortAnswers)]
    public async Task The_port_is_asked_while_the_service_runs()
    {
        Assert.SkipWhen(WinePrefix.NoPort25 is not null, WinePrefix.NoPort25 ?? "");
        await _bench.BringAsync(Installation.ImcService, ServiceState.Running);

        Assert.Equal(Verdict.Clear, (await _bench.CheckAsync("port.answers", ("port", "25"))).Verdict);
    }

    public void Dispose() => _bench.Dispose();

    private static void Refused(HostException said) =>
        Assert.Matches("^(Which Postfix .* is, is not known|This relay talks to no port)", said.Message);
}
