using System.Net;
using System.Net.Sockets;
using ImcBot.Contracts;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests.Confined;

/// <summary>
/// Each check and each action of any Linux server, by the relay's own program under just what its unit gives, on files that are root's; and
/// with one right taken away it fails closed, with a sentence that names it.
/// </summary>
public sealed class Every_action_works_under_the_rights_of_its_unit(ITestOutputHelper output)
{
    private static (string Use, string Expected, Func<ConfinedRelay, (string, string)[]> With)[] Checks =>
        [
            (Catalog.ServiceRunning, "is stopped", Named),
            (Catalog.ServiceWanted, "was stopped in an orderly way", Named),
            (Catalog.ServiceWhy, "ended in an orderly way. It said last: two", Named),
            ("log.kinds", "0 errors in the last 2 lines", Named),
            (Catalog.ConfigChecks, "takes its settings", Named),
            ("disk.free", "free", relay => [("path", relay.Room), ("at-least", "1MB")]),
            ("inodes.free", "", relay => [("path", relay.Room), ("at-least", "1")]),
            ("file.age", "secret was written", relay => [("path", Path.Combine(relay.Room, "secret")), ("at-most", "1d")]),
            ("certificate.shown", "No port is named", relay => [("file", Path.Combine(relay.Room, "secret"))]),
            (Catalog.EventsNone, "None of these events", _ => [("ids", "3"), ("source", "none")]),
            (Catalog.ProgramsList, "", _ => []),
            ("antivirus.state", "No antivirus software that is known", relay => [("path", relay.Room)]),
        ];

    [Fact]
    public async Task Every_check_sees_what_is_roots()
    {
        await using var relay = await ConfinedRelay.StartAsync();
        output.WriteLine(SystemCalls.Missing ?? "with the filter of calls");
        relay.Put(relay.Room, "secret");
        relay.Put(relay.Hold, "web.log", "one\ntwo\n");

        foreach (var (use, expected, with) in Checks)
        {
            var report = await relay.CheckAsync(use, with(relay));
            Assert.True(
                report.Verdict is not Verdict.Unknown && report.Summary.Contains(expected),
                $"{use}: {report.Summary}\n{relay.Log}"
            );
        }
    }

    [Fact]
    [Tries("disk.top", Catalog.ServiceNeeds, Catalog.HttpAnswers, "certificate.valid", Catalog.PortAnswers)]
    public async Task What_a_process_of_root_holds_and_listens_to_is_seen()
    {
        await using var relay = await ConfinedRelay.StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString();
        await using var held = new FileStream(relay.Put(relay.Room, "gone", new string('x', 3 << 20)), FileMode.Open, FileAccess.Read);
        File.Delete(held.Name);
        var certificate = relay.Put(relay.Room, "web.pem", Certificate());

        var top = await relay.CheckAsync("disk.top", ("path", relay.Room), ("at-least", "1MB"));
        var needs = await relay.CheckAsync(Catalog.ServiceNeeds, ("service", ConfinedRelay.Service), ("port", port));
        var answers = await relay.CheckAsync(Catalog.HttpAnswers, ("url", relay.Url.OriginalString));
        var valid = await relay.CheckAsync("certificate.valid", ("file", certificate), ("at-least", "1d"));
        var greeting = await relay.CheckAsync(Catalog.PortAnswers, ("port", port));

        Assert.Contains("are still held open by", top.Summary);
        Assert.Contains($"(process {Environment.ProcessId})", top.Summary);
        Assert.Contains($"its port {port} is taken by", needs.Summary);
        Assert.Contains($"(process {Environment.ProcessId})", needs.Summary);
        Assert.Contains(" answers 404", answers.Summary);
        Assert.Contains("is valid until", valid.Summary);
        Assert.Contains("Nothing answers on port", greeting.Summary);
    }

    [Fact]
    [Tries(Catalog.FilesExpire, "files.delete", Catalog.JournalVacuum)]
    public async Task Files_of_root_are_deleted_and_its_journal_is_shrunk()
    {
        await using var relay = await ConfinedRelay.StartAsync();
        var files = Enumerable.Range(0, 3).Select(number => relay.Put(relay.Room, $"old{number}")).ToList();
        await using var held = new FileStream(relay.Put(relay.Room, "held"), FileMode.Open, FileAccess.Read);

        var expired = await relay.DoAsync(Catalog.FilesExpire, ("path", relay.Room));
        Assert.True(expired.Verdict is Verdict.Clear && files.TrueForAll(file => !File.Exists(file)), $"{expired.Summary}\n{relay.Log}");
        Assert.True(File.Exists(held.Name));

        relay.Put(relay.Room, "old");
        var deleted = await relay.DoAsync("files.delete", ("folder", relay.Room), ("older-than", "1d"));
        Assert.Equal((Verdict.Clear, 1), (deleted.Verdict, Directory.GetFiles(relay.Room).Length));

        var marked = await relay.DoAsync("command.mark");
        Assert.True(marked.Verdict is Verdict.Clear && File.Exists(Path.Combine(relay.Hold, "marked")), marked.Summary);

        Assert.SkipUnless(
            Directory.Exists(ConfinedRelay.Journal) && File.Exists("/usr/bin/journalctl") && File.Exists("/etc/machine-id"),
            "There is no place for a journal here: apt-get install systemd."
        );
        var archived = relay.PutArchivedJournal();
        var shrunk = await relay.DoAsync(Catalog.JournalVacuum, ("keep", "1MB"));
        Assert.True(shrunk.Verdict is Verdict.Clear && !File.Exists(archived), $"{shrunk.Summary}\n{relay.Log}");
    }

    [Fact]
    [Tries(Catalog.ServiceStart, Catalog.ServiceReload, Catalog.ServiceRestart, "service.stop")]
    public async Task A_service_of_vectors_is_started_reloaded_restarted_and_stopped()
    {
        await using var relay = await ConfinedRelay.StartAsync();
        (string, string)[] service = [("service", ConfinedRelay.Service)];
        foreach (
            var (use, runs) in new[]
            {
                (Catalog.ServiceStart, true),
                (Catalog.ServiceReload, true),
                (Catalog.ServiceRestart, true),
                ("service.stop", false),
            }
        )
        {
            var report = await relay.DoAsync(use, service);
            Assert.True(report.Verdict is Verdict.Clear, $"{use}: {report.Summary}\n{relay.Log}");
            Assert.Equal(runs ? "running" : "stopped", (await relay.CheckAsync(Catalog.ServiceRunning, service)).Data["state"]);
        }

        Assert.True(File.Exists(Path.Combine(relay.Run, "reloaded")));
    }

    [Fact]
    [Tries(Catalog.ItemsSearch, Catalog.ItemsReturn, Catalog.ItemsDelete, Catalog.ItemHeaders)]
    public async Task Work_of_root_is_held_returned_and_deleted()
    {
        await using var relay = await ConfinedRelay.StartAsync();
        foreach (var job in new[] { "one", "two", "three" })
        {
            relay.Put(relay.Jobs, job, job);
        }

        var (search, planned) = await relay.PlanAsync(
            Catalog.ItemsSearch,
            ("starts", "6"),
            ("store-crashes", "4"),
            ("minutes", "40"),
            ("queue", "folder"),
            ("from", relay.Jobs),
            ("service", ConfinedRelay.Service)
        );
        var held = await relay.ActAsync(search, planned, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        Assert.True(held.Round?.Counts.Held == 3 && Directory.GetFiles(relay.Jobs).Length == 0, $"{held.Summary}\n{relay.Log}");

        // Each folder that the unit may write is mounted for itself, so a move between two is a copy: this one was whole when a relay died.
        relay.Put(relay.Jobs, "one", "one");
        var back = await relay.DoAsync(Catalog.ItemsReturn, ("question", search.ToString()), ("messages", "1"));
        Assert.True(back.Verdict is Verdict.Clear && Directory.GetFiles(relay.Jobs).Length == 2, $"{back.Summary}\n{relay.Log}");
        Assert.Equal(["three"], relay.HeldJobs());
        var headers = await relay.CheckAsync(Catalog.ItemHeaders, ("question", search.ToString()), ("message", "2"));
        Assert.Equal((Verdict.Unknown, "What the queue 'folder' holds has no headers to show."), (headers.Verdict, headers.Summary));
        var gone = await relay.DoAsync(Catalog.ItemsDelete, ("question", search.ToString()), ("messages", "2"), ("held-for", "0s"));
        Assert.True(gone.Verdict is Verdict.Clear, $"{gone.Summary}\n{relay.Log}");
        Assert.Empty(relay.HeldJobs());
        Assert.Equal(["one", "two"], Directory.GetFiles(relay.Jobs).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(relay.Jobs), job => Assert.Equal(0u, Hosts.Linux.Native.Look(job)!.User));
    }

    [Fact]
    [Tries("file.version")]
    public async Task What_only_a_Windows_tells_is_not_known()
    {
        await using var relay = await ConfinedRelay.StartAsync();

        var version = await relay.CheckAsync("file.version", ("path", relay.Put(relay.Room, "program")), ("at-least", "1.0.0.0"));

        Assert.Equal(Verdict.Unknown, version.Verdict);
        Assert.Contains("tells no version", version.Summary);
    }

    [Fact]
    public async Task No_check_and_no_action_of_any_server_is_left_out() =>
        Assert.Equal(
            Implemented.OfAnyLinux,
            (await TriesAttribute.OfAsync(GetType())).Concat(Checks.Select(check => check.Use)).Order(StringComparer.Ordinal)
        );

    [Fact]
    public async Task The_doctor_finds_every_right_there_and_asks_for_nothing_of_another_system()
    {
        await using var relay = await ConfinedRelay.StartAsync();

        var told = await relay.DoctorAsync();

        Assert.True(told.Count(line => line is { What: "rights", Well: true }) >= 5, string.Join('\n', told));
        // The relay was enrolled for another host's name, and that is told.
        Assert.Equal(["name"], told.Where(line => !line.Well).Select(line => line.What));
    }

    [Fact]
    public async Task The_doctor_that_root_runs_by_hand_looks_at_the_relay_that_runs()
    {
        await using var relay = await ConfinedRelay.StartAsync(unit => Without(unit.Replace(" CAP_LEASE", ""), "ReadWritePaths=\""));
        await relay.CheckAsync(Catalog.ServiceRunning, ("service", ConfinedRelay.Service));

        var wrong = (await relay.DoctorAsync(byHand: true)).Where(line => !line.Well).Select(line => line.Said).ToList();

        Assert.Contains(wrong, line => line.Contains($"{relay.Room} is read-only for the relay that runs (process "));
    }

    [Theory]
    [InlineData(" CAP_LEASE", "files.delete, files.expire", "has no CAP_LEASE")]
    [InlineData(" CAP_DAC_OVERRIDE", "files.delete, files.expire", "(user 42817) has no CAP_DAC_OVERRIDE")]
    [InlineData(" CAP_SYS_PTRACE", "disk.top", "has no CAP_SYS_PTRACE")]
    [InlineData("CAP_DAC_READ_SEARCH ", "log.kinds", "has no CAP_DAC_READ_SEARCH")]
    [InlineData("ReadWritePaths=", "files.delete, files.expire", "so its unit has no ReadWritePaths= for it")]
    public async Task The_doctor_names_the_right_that_is_missing_and_who_needs_it(string taken, string needing, string said)
    {
        await using var relay = await ConfinedRelay.StartAsync(unit =>
            taken.EndsWith('=') ? Without(unit, $"{taken}\"") : unit.Replace(taken, "")
        );

        var wrong = (await relay.DoctorAsync()).Where(line => !line.Well).Select(line => line.Said).ToList();

        Assert.Contains(wrong, line => line.Contains(needing) && line.Contains(said) && line.Contains("imcbot-relay install"));
    }

    [Fact]
    public async Task Without_writable_folders_nothing_is_deleted_and_that_is_told()
    {
        await using var relay = await ConfinedRelay.StartAsync(unit => Without(unit, "ReadWritePaths=\""));
        var file = relay.Put(relay.Room, "old");

        var report = await relay.DoAsync(Catalog.FilesExpire, ("path", relay.Room));

        Assert.True(File.Exists(file));
        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("Read-only file system", report.Summary);
    }

    [Fact]
    public async Task Without_the_right_to_files_of_others_nothing_is_deleted_and_that_is_told()
    {
        await using var relay = await ConfinedRelay.StartAsync(unit => unit.Replace(" CAP_DAC_OVERRIDE", ""));
        var file = relay.Put(relay.Room, "old");

        var report = await relay.DoAsync(Catalog.FilesExpire, ("path", relay.Room));

        Assert.True(File.Exists(file));
        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("Permission denied", report.Summary);
    }

    [Fact]
    public async Task Where_nobody_can_tell_who_holds_a_file_none_is_deleted_and_the_right_is_named()
    {
        await using var relay = await ConfinedRelay.StartAsync(unit =>
            unit.Replace(" CAP_LEASE", "").Replace("CAP_DAC_READ_SEARCH CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH")
        );
        var file = relay.Put(relay.Room, "old");

        var report = await relay.DoAsync(Catalog.FilesExpire, ("path", relay.Room));

        Assert.True(File.Exists(file));
        Assert.True(report.Verdict is Verdict.Failed or Verdict.Unknown, report.Summary);
        Assert.Contains("CAP_SYS_PTRACE", report.Summary);
    }

    [Fact]
    public async Task Without_the_right_to_look_into_processes_that_is_told()
    {
        await using var relay = await ConfinedRelay.StartAsync(unit =>
            unit.Replace("CAP_DAC_READ_SEARCH CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH")
        );
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var top = await relay.CheckAsync("disk.top", ("path", relay.Room), ("at-least", "1MB"));
        var needs = await relay.CheckAsync(
            Catalog.ServiceNeeds,
            ("service", ConfinedRelay.Service),
            ("port", ((IPEndPoint)listener.LocalEndpoint).Port.ToString())
        );

        Assert.Contains("not looked into", top.Summary);
        Assert.Contains("is taken by a process that this relay may not look into", needs.Summary);
    }

    [Fact]
    public async Task Without_the_right_to_read_what_is_roots_the_answer_is_unknown()
    {
        await using var relay = await ConfinedRelay.StartAsync(unit =>
            unit.Replace("CAP_DAC_READ_SEARCH ", "").Replace(" CAP_DAC_OVERRIDE", "")
        );
        relay.Put(relay.Room, "secret");

        var age = await relay.CheckAsync("file.age", ("path", Path.Combine(relay.Room, "secret")), ("at-most", "1d"));

        Assert.Equal(Verdict.Unknown, age.Verdict);
        Assert.Contains("denied", age.Summary);
    }

    private static (string, string)[] Named(ConfinedRelay relay) => [("service", ConfinedRelay.Service)];

    private static string Without(string unit, string line) =>
        string.Join('\n', unit.Split('\n').Where(one => !one.StartsWith(line, StringComparison.Ordinal)));

    private static string Certificate()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=web",
            key,
            System.Security.Cryptography.HashAlgorithmName.SHA256
        );
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return certificate.ExportCertificatePem();
    }
}
