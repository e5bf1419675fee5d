using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>The checks and the reload that any service may need, on this very machine.</summary>
public sealed class Why_a_service_is_down_is_found : IDisposable
{
    private readonly LinuxBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Why_a_service_is_down_is_found()
    {
        Assert.SkipWhen(LinuxServer.Missing is not null, LinuxServer.Missing ?? "");
        Directory.CreateDirectory(_bench.Room);
    }

    [Fact]
    public async Task A_service_that_died_is_wanted_and_told_with_what_it_said_last()
    {
        await DieAsync();
        string[] lines =
        [
            "2026/11/30 02:03:04 [emerg] 1#1: no more memory",
            $"2026/11/30 02:03:05 [crit] 1#1: *7 write() failed {new string('x', 300)}",
            "2026/11/30 02:03:05 [notice] 1#1: exit",
        ];
        File.WriteAllLines(_bench.Server.LogOf(LinuxServer.Web), lines);

        var wanted = await AskAsync(Catalog.ServiceWanted);
        var why = await AskAsync(Catalog.ServiceWhy);

        Assert.Equal((Verdict.Clear, Verdict.Finding, "Died"), (wanted.Verdict, why.Verdict, why.Data["end"]));
        Assert.Matches(@"Its last error: write\(\) failed x{10,200}…$", why.Summary);
        Assert.Equal(string.Join('\n', lines), why.Data["lines"]);
    }

    [Theory]
    [InlineData(3600, nameof(ServiceEnd.Orderly), "Out of memory: Killed process 7 (postgresql-much) total-vm:1kB", null)]
    [InlineData(3600, nameof(ServiceEnd.Signal), "audit: apparmor=\"DENIED\" operation=\"open\" comm=\"postgresql-much\"", null)]
    [InlineData(5, nameof(ServiceEnd.Orderly), "Out of memory: Killed process 7 (postgresql-much) total-vm:1kB", "memory ran out")]
    [InlineData(5, nameof(ServiceEnd.Signal), "Out of memory: Killed process 7 (postgresql-much) total-vm:1kB", "memory ran out")]
    [InlineData(5, nameof(ServiceEnd.Signal), "audit: apparmor=\"DENIED\" operation=\"open\" comm=\"postgresql-much\"", "denied something")]
    [InlineData(5, nameof(ServiceEnd.Signal), "Out of memory: Killed process 7 (postgres) total-vm:1kB", null)]
    [InlineData(-1, nameof(ServiceEnd.Orderly), "Out of memory: Killed process 7 (postgresql-much) total-vm:1kB", null)]
    public async Task What_the_kernel_said_is_the_cause_of_an_end_that_it_was_said_at(int seconds, string end, string line, string? cause)
    {
        var ended = await _bench.Server.Host.Machine.TimeAsync(Token) - 1_000_000;
        var told = new Told(
            new(ServiceIntent.Wanted, Enum.Parse<ServiceEnd>(end), 15, 0, [], [], null, CanReload: false)
            {
                After = seconds < 0 ? 0 : ended - 60_000_000,
            },
            new LogEvent(long.MaxValue, "kernel", ended - (Math.Abs(seconds) * 1_000_000L), "kernel", "", 4, [], line)
        );
        var site = new Site(
            _bench.Server.Host with
            {
                Services = told,
                Events = told,
            },
            new HostProfile(1, 1, 15, 15, 3),
            TimeProvider.System,
            []
        );

        var found = await new ServiceWhy().CheckAsync(Call.To(Catalog.ServiceWhy, ("service", Told.Name)), site, Token);

        Assert.Equal(cause is not null, found.Summary.Contains(cause ?? "memory ran out", StringComparison.Ordinal));
        Assert.True(cause is not null || !found.Summary.Contains("denied", StringComparison.Ordinal), found.Summary);
    }

    [Fact]
    public async Task A_service_that_does_not_run_is_no_cause_of_its_silence_but_one_that_runs_is()
    {
        (string, string)[] with = [("url", "http://127.0.0.1:1/"), ("service", LinuxServer.Web)];
        var stopped = await _bench.CheckAsync(Catalog.HttpAnswers, with);
        await StartAsync();

        Assert.Equal(Verdict.Clear, stopped.Verdict);
        Assert.Contains("a start comes first", stopped.Summary);
        Assert.Equal(Verdict.Finding, (await _bench.CheckAsync(Catalog.HttpAnswers, with)).Verdict);
        Assert.Equal(Verdict.Finding, (await _bench.CheckAsync(Catalog.HttpAnswers, ("url", "http://127.0.0.1:1/"))).Verdict);
    }

    [Theory]
    [InlineData(0L, "oom_kill 0")]
    [InlineData(3L, "oom_kill 2", "low 0", "oom_kill 3", "oom_group_kill 9")]
    [InlineData(null, "nr_free_pages 12")]
    public void What_the_kernel_killed_for_want_of_memory_is_counted_or_not_known(long? kills, params string[] lines)
    {
        var file = Path.Combine(_bench.Room, "vmstat");
        File.WriteAllLines(file, lines);

        Assert.Equal(kills, MemoryKills.Count([file, Path.Combine(_bench.Room, "none")]));
    }

    [Fact]
    public async Task What_has_grown_since_an_earlier_look_is_told()
    {
        var check = new DiskTop();
        var site = new Site(_bench.Server.Host, new HostProfile(1, 1, 15, 15, 3), TimeProvider.System, []);
        Task<Finding> LookAsync() =>
            check.CheckAsync(Call.To(DiskTop.Use, ("path", _bench.Room), ("at-least", "1GB")), site, TestContext.Current.CancellationToken);
        File.WriteAllText(Path.Combine(_bench.Room, "still"), "x");
        File.WriteAllText(Path.Combine(_bench.Room, "grows"), "x");

        var first = await LookAsync();
        var second = await LookAsync();
        File.WriteAllText(Path.Combine(_bench.Room, "grows"), new string('x', 5001));
        File.WriteAllText(Path.Combine(_bench.Room, "comes"), "xx");
        var third = await LookAsync();

        Assert.Equal("", first.Data["grown"]);
        Assert.StartsWith("None has grown in ", second.Data["grown"]);
        Assert.Matches("^Grown in [^:]+: grows by [^;]+; comes by [^;]+\\.$", third.Data["grown"]);
    }

    [Fact]
    public async Task A_start_that_was_approved_is_not_done_by_other_vectors()
    {
        var plan = await _bench.PlanAsync(Catalog.ServiceStart, ("service", LinuxServer.Base));
        _bench.Server.Described =
        [
            _bench.Server.Service(LinuxServer.Base) with
            {
                Start = ["/usr/bin/touch", Path.Combine(_bench.Room, "x")],
            },
        ];

        var report = await _bench.ActAsync(plan);

        Assert.NotEqual(Verdict.Clear, report.Verdict);
        Assert.Contains($"the policy's vectors of {LinuxServer.Base} was '", report.Summary);
        Assert.False(File.Exists(Path.Combine(_bench.Room, "x")));
    }

    [Fact]
    public async Task A_service_that_was_stopped_or_switched_off_is_not_wanted_and_what_is_switched_off_is_not_started()
    {
        var off = Path.Combine(_bench.Server.Folder, "off");
        _bench.Server.Described = [_bench.Server.Service(LinuxServer.Web) with { DisabledBy = off }];
        var stopped = await AskAsync(Catalog.ServiceWanted);
        File.WriteAllText(off, "");
        var disabled = await AskAsync(Catalog.ServiceWanted);

        Assert.Contains("orderly", stopped.Summary);
        Assert.Equal((Verdict.Finding, Verdict.Finding, "disabled"), (stopped.Verdict, disabled.Verdict, disabled.Data["intent"]));
        Assert.Contains("switched off", (await RefusedAsync(Catalog.ServiceStart)).Message);
    }

    [Fact]
    public async Task What_a_service_needs_and_who_has_its_port_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString();

        var needs = await AskAsync(Catalog.ServiceNeeds, ("port", port));
        listener.Stop();
        await StartAsync();

        Assert.Equal((Verdict.Finding, LinuxServer.Base), (needs.Verdict, needs.Data["missing"]));
        Assert.Contains($"its port {port} is taken by ", needs.Summary);
        Assert.Contains($"process {Environment.ProcessId}", needs.Summary);
        Assert.Equal(Verdict.Clear, (await AskAsync(Catalog.ServiceNeeds, ("port", port))).Verdict);
    }

    [Fact]
    public async Task Settings_are_tested_by_the_policys_vector_and_a_reload_waits_until_they_are_taken()
    {
        var (settings, told) = (Path.Combine(_bench.Server.Folder, "settings"), Path.Combine(_bench.Server.Folder, "told"));
        _bench.Server.Described =
        [
            _bench.Server.Service(LinuxServer.Base),
            _bench.Server.Service(LinuxServer.Web) with
            {
                Check = ["/usr/bin/ls", settings],
                Reload = ["/usr/bin/touch", told],
            },
        ];
        await StartAsync();

        var broken = await AskAsync(Catalog.ConfigChecks);
        var refused = await RefusedAsync(Catalog.ServiceReload);
        File.WriteAllText(settings, "");
        var plan = await _bench.PlanAsync(Catalog.ServiceReload, ("service", LinuxServer.Web));
        File.Delete(settings);
        var failed = await _bench.ActAsync(plan);
        File.WriteAllText(settings, "");
        var done = await _bench.ActAsync(plan);

        Assert.Equal((Verdict.Finding, Verdict.Failed, Verdict.Clear), (broken.Verdict, failed.Verdict, done.Verdict));
        Assert.Contains("does not take its settings", refused.Message);
        Assert.Equal([Trait.Configuration], plan.Touches);
        Assert.True(File.Exists(told));
        Assert.Equal(Verdict.Unknown, (await _bench.CheckAsync(Catalog.ConfigChecks, ("service", LinuxServer.Base))).Verdict);
    }

    [Fact]
    public async Task Kinds_of_lines_are_counted_and_errors_are_a_finding()
    {
        File.WriteAllLines(
            _bench.Server.LogOf(LinuxServer.Web),
            [
                "2026/11/30 02:03:04 [error] 12#12: *1 open() \"/srv/a\" failed",
                "2026/11/30 02:03:05 [error] 13#13: *2 open() \"/srv/b\" failed",
                "2026/11/30 02:03:06 [notice] 14#14: all is well",
                $"Suppressed 12 messages from {LinuxServer.Web}",
                "Suppressed 99 messages from other.service",
            ]
        );

        var finding = await AskAsync("log.kinds");

        Assert.Equal((Verdict.Finding, "2"), (finding.Verdict, finding.Data["errors"]));
        Assert.StartsWith("2 × ", finding.Data["kinds"]);
        Assert.Equal("12", finding.Data["suppressed"]);
        Assert.Contains("2 errors in the last 3 lines of contract-web, and 12 more that the journal did not take", finding.Summary);
        File.WriteAllLines(_bench.Server.LogOf(LinuxServer.Web), ["[notice] all is well"]);
        Assert.Equal(Verdict.Clear, (await AskAsync("log.kinds")).Verdict);
    }

    [Theory]
    [InlineData(200, null, Verdict.Clear)]
    [InlineData(302, null, Verdict.Clear)]
    [InlineData(503, null, Verdict.Finding)]
    [InlineData(200, "204", Verdict.Finding)]
    [InlineData(401, "401", Verdict.Clear)]
    public async Task An_address_of_this_machine_is_asked_for_its_status(int status, string? wanted, Verdict verdict)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, status);
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/health";

        var finding = await _bench.CheckAsync(
            Catalog.HttpAnswers,
            [("url", url), .. wanted is null ? Array.Empty<(string, string)>() : [("status", wanted)]]
        );
        await answering;

        Assert.Equal((verdict, status.ToString()), (finding.Verdict, finding.Data["status"]));
    }

    [Fact]
    public async Task Without_an_address_whoever_listens_on_the_port_is_told_and_without_a_port_there_is_nothing_to_ask()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString();

        var listening = await _bench.CheckAsync(Catalog.HttpAnswers, ("port", port));
        listener.Stop();
        var silent = await _bench.CheckAsync(Catalog.HttpAnswers, ("port", port));
        var nothing = await _bench.CheckAsync(Catalog.HttpAnswers);

        Assert.Equal((Verdict.Clear, Verdict.Finding, Verdict.Clear), (listening.Verdict, silent.Verdict, nothing.Verdict));
        Assert.Contains($"(process {Environment.ProcessId})", listening.Summary);
        Assert.Equal($"Nobody listens on port {port}.", silent.Summary);
    }

    [Theory]
    [InlineData("http://192.0.2.1/", "was not asked")]
    [InlineData("http://localhost.example.com/", "was not asked")]
    [InlineData("http://127.0.0.1@192.0.2.1/", "was not asked")]
    [InlineData("file:///etc/passwd", "is no address")]
    [InlineData("nowhere", "is no address")]
    public async Task Any_other_address_is_asked_only_where_the_policy_lists_it(string url, string said)
    {
        var finding = await _bench.CheckAsync(Catalog.HttpAnswers, ("url", url));

        Assert.Equal(Verdict.Unknown, finding.Verdict);
        Assert.Contains(said, finding.Summary);
    }

    [Theory]
    [InlineData(-2, -1, "has expired", Verdict.Finding)]
    [InlineData(-2, 10, "in 9 days", Verdict.Finding)]
    [InlineData(1, 90, "valid only from", Verdict.Finding)]
    [InlineData(-2, 90, "is valid until", Verdict.Clear)]
    public async Task A_certificate_of_a_file_is_valid_for_long_enough_or_not(int from, int to, string said, Verdict verdict)
    {
        var file = Path.Combine(_bench.Room, "web.pem");
        File.WriteAllText(file, Certificate(from, to));

        var finding = await _bench.CheckAsync("certificate.valid", ("file", file), ("at-least", "30d"), ("name", "web.example.com"));

        Assert.Equal(verdict, finding.Verdict);
        Assert.Contains(said, finding.Summary);
        Assert.Contains(
            "is not for",
            (await _bench.CheckAsync("certificate.valid", ("file", Other(file)), ("at-least", "0s"), ("name", "x"))).Summary
        );
    }

    [Fact]
    public async Task A_port_that_still_shows_an_old_certificate_is_told()
    {
        var (old, renewed) = (Path.Combine(_bench.Room, "old.pem"), Path.Combine(_bench.Room, "renewed.pem"));
        File.WriteAllText(old, Certificate(-90, -1));
        File.WriteAllText(renewed, Certificate(-1, 90));
        using var shown = Loaded(old);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString();
        var showing = ShowAsync(listener, shown);

        var same = await _bench.CheckAsync("certificate.shown", ("file", old), ("port", port));
        var other = await _bench.CheckAsync("certificate.shown", ("file", renewed), ("port", port));
        listener.Stop();
        await showing;

        Assert.Equal((Verdict.Clear, Verdict.Finding), (same.Verdict, other.Verdict));
        Assert.Contains("another certificate", other.Summary);
        Assert.Contains("has expired", other.Summary);
        foreach (var (file, said) in new[] { (renewed, "none to compare"), ("/dev/null", "no certificate") })
        {
            var nothing = await _bench.CheckAsync("certificate.shown", ("file", file), ("port", port));
            Assert.Equal(Verdict.Clear, nothing.Verdict);
            Assert.Contains(said, nothing.Summary);
        }
    }

    [Fact]
    public async Task A_port_of_several_names_is_asked_for_the_name_of_the_certificate()
    {
        var (ours, others) = (Path.Combine(_bench.Room, "ours.pem"), Path.Combine(_bench.Room, "others.pem"));
        File.WriteAllText(ours, Certificate(-1, 90));
        File.WriteAllText(others, Certificate(-90, -1));
        using var named = Loaded(ours);
        using var usual = Loaded(others);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var showing = ShowAsync(listener, usual, ("web.example.com", named));

        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString();
        var finding = await _bench.CheckAsync("certificate.shown", ("file", ours), ("port", port));
        listener.Stop();
        await showing;

        Assert.Equal(Verdict.Clear, finding.Verdict);
    }

    [Fact]
    public async Task What_has_no_certificate_has_none_that_expires()
    {
        Assert.Equal(Verdict.Clear, (await _bench.CheckAsync("certificate.valid", ("file", "/dev/null"), ("at-least", "1d"))).Verdict);
        Assert.Equal(Verdict.Unknown, (await _bench.CheckAsync("certificate.valid", ("at-least", "1d"))).Verdict);
    }

    [Fact]
    public async Task Space_is_told_with_inodes_largest_files_and_what_is_deleted_and_held()
    {
        var file = Path.Combine(_bench.Room, "large");
        File.WriteAllBytes(file, new byte[3 << 20]);
        var inodes = await _bench.CheckAsync("inodes.free", ("path", _bench.Room), ("at-least", "1"));
        var top = await _bench.CheckAsync("disk.top", ("path", _bench.Room), ("at-least", "1TB"));

        Assert.Equal((Verdict.Clear, Verdict.Clear), (inodes.Verdict, top.Verdict));
        Assert.Contains($"Largest in {_bench.Room}: large 3 MB, written within the hour", top.Summary);
        Assert.Equal(
            Verdict.Finding,
            (await _bench.CheckAsync("inodes.free", ("path", _bench.Room), ("at-least", "999999999999999"))).Verdict
        );
    }

    [Fact]
    public async Task What_is_deleted_and_still_held_has_gained_nothing_and_is_a_finding_where_it_is_missing()
    {
        using var disk = SmallDisk.TryMount(8);
        Assert.SkipWhen(disk is null, "A small volume cannot be mounted here; root may, or a container with CAP_SYS_ADMIN.");
        var file = Path.Combine(disk.Folder, "large");
        File.WriteAllBytes(file, new byte[6 << 20]);
        using var tail = Process.Start(
            new ProcessStartInfo("/usr/bin/tail", ["-c", "1", "-f", file]) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        Assert.NotEqual(-1, tail.StandardOutput.Read());
        File.Delete(file);

        var missing = await TopAsync("4MB");
        var enough = await TopAsync("1MB");
        var tooLittle = await TopAsync("9MB");
        tail.Kill();
        await tail.WaitForExitAsync(Token);

        Assert.Equal((Verdict.Finding, Verdict.Clear, Verdict.Clear), (missing.Verdict, enough.Verdict, tooLittle.Verdict));
        Assert.StartsWith(
            $"Deleting has gained nothing: 6 MB of deleted files are still held open by tail (process {tail.Id})",
            missing.Summary
        );
        Assert.StartsWith("6 MB of deleted files are still held open", enough.Summary);
        Assert.Equal(Verdict.Clear, (await TopAsync("4MB")).Verdict);

        Task<Relay.Actions.Finding> TopAsync(string wanted) => _bench.CheckAsync("disk.top", ("path", disk.Folder), ("at-least", wanted));
    }

    [Fact]
    public async Task The_newest_of_some_files_is_young_enough_or_not()
    {
        var (old, young) = (Path.Combine(_bench.Room, "a.dump"), Path.Combine(_bench.Room, "b.dump"));
        File.WriteAllText(old, "");
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-3));
        var alone = await AgeAsync(_bench.Room, "*.dump");
        File.WriteAllText(young, "");

        Assert.Equal((Verdict.Finding, Verdict.Clear), (alone.Verdict, (await AgeAsync(_bench.Room, "*.dump")).Verdict));
        Assert.Equal(Verdict.Finding, (await AgeAsync(old)).Verdict);
        Assert.Equal(Verdict.Finding, (await AgeAsync(Path.Combine(_bench.Room, "none"))).Verdict);
    }

    [Fact]
    public async Task A_journal_that_is_not_there_is_not_shrunk()
    {
        Assert.SkipWhen(Directory.Exists("/var/log/journal"), "This machine keeps a journal, and no test shrinks it.");

        Assert.Contains(
            "nothing to shrink",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Catalog.JournalVacuum, ("keep", "500MB")))).Message
        );
    }

    public void Dispose() => _bench.Dispose();

    private Task<Relay.Actions.Finding> AskAsync(string use, params (string Name, string Value)[] with) =>
        _bench.CheckAsync(use, [("service", LinuxServer.Web), .. with]);

    private Task<Relay.Actions.Finding> AgeAsync(string path, string? pattern = null) =>
        _bench.CheckAsync(
            "file.age",
            [("path", path), ("at-most", "1d"), .. pattern is null ? Array.Empty<(string, string)>() : [("pattern", pattern)]]
        );

    private Task<HostException> RefusedAsync(string use) =>
        Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(use, ("service", LinuxServer.Web)));

    private async Task StartAsync()
    {
        foreach (var service in new[] { LinuxServer.Base, LinuxServer.Web })
        {
            await _bench.Server.Host.Writer("INC-1/1#1").StartAsync(service, Token);
            while ((await _bench.Server.Host.Services.ListAsync(Token)).Find(service)!.State != ServiceState.Running)
            {
                await Task.Yield();
            }
        }
    }

    private async Task DieAsync()
    {
        await StartAsync();
        var id = _bench.Server.ProcessOf(LinuxServer.Web);
        using var process = Process.GetProcessById(id);
        process.Kill();
        while (LinuxProcess.Exists(id))
        {
            await Task.Yield();
        }
    }

    private static async Task AnswerAsync(TcpListener listener, int status)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        await using var stream = client.GetStream();
        var asked = new byte[4096];
        _ = await stream.ReadAsync(asked, Token);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nLocation: /x\r\nConnection: close\r\n\r\n"),
            Token
        );
    }

    private static X509Certificate2 Loaded(string file)
    {
        using var read = X509Certificate2.CreateFromPemFile(file);
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }

    private static async Task ShowAsync(
        TcpListener listener,
        X509Certificate2 certificate,
        (string Name, X509Certificate2 Certificate)? other = null
    )
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(Token);
                await using var secured = new SslStream(client.GetStream());
                await secured.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificateSelectionCallback = (_, name) => other?.Name == name ? other!.Value.Certificate : certificate,
                    },
                    Token
                );
                _ = await secured.ReadAsync(new byte[1], Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException)
        {
            // Nobody listens any more.
        }
    }

    private static string Certificate(int from, int to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=web.example.com", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("web.example.com");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(from), now.AddDays(to).AddHours(-1));
        return $"{key.ExportPkcs8PrivateKeyPem()}\n{made.ExportCertificatePem()}\n";
    }

    /// <summary>One that is valid, for the same name.</summary>
    private static string Other(string file)
    {
        File.WriteAllText(file, Certificate(-1, 90));
        return file;
    }

    /// <summary>One service that is down, and one line of the kernel.</summary>
    private sealed class Told(ServiceDetail detail, LogEvent line) : IServices, IEventLog
    {
        public const string Name = "postgresql-much-too-long.service";

        public Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ServiceInfo>>([new(Name, Name, ServiceState.Stopped, [], 0, 0)]);

        public Task<ServiceDetail?> DetailAsync(string service, CancellationToken cancellationToken) =>
            Task.FromResult<ServiceDetail?>(detail);

        public Task<IReadOnlyList<LogEvent>> ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<LogEvent>>(log == line.Log && after < line.Index ? [line] : []);

        public Task<IReadOnlyList<LogEvent>> LastAsync(string service, int most, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<LogEvent>>([]);
    }
}
