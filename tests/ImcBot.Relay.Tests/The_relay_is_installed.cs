using ImcBot.Contracts;
using ImcBot.Relay.Commands;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Setup;
using ImcBot.Relay.Ledger;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What <c>install</c> and <c>uninstall</c> would do, and when they refuse.</summary>
public sealed class The_relay_is_installed : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-setup-").FullName;

    [Fact]
    public void The_unit_is_the_hardened_one_with_this_program_folder_and_account()
    {
        var unit = Assert.IsType<WriteStep>(SystemdSetup.Install("/srv/relay/ImcBot.Relay", "/srv/data", "mailwatch")[0]).Content;

        Assert.Contains("ExecStart=/srv/relay/ImcBot.Relay run", unit);
        Assert.Contains("User=mailwatch", unit);
        Assert.Contains("IMCBOT_RELAY__DATA=/srv/data", unit);
        Assert.Contains("ReadWritePaths=/srv/data", unit);
        Assert.Contains("NoNewPrivileges=yes", unit);
        Assert.DoesNotContain("/var/lib/imcbot-relay", unit);
    }

    [Fact]
    public void A_relay_on_its_own_Linux_gets_the_rights_of_its_policy_and_no_more()
    {
        var reading = Unit(new LinuxRights([], [], "relay"));
        var acting = SystemdSetup.Install(
            "/srv/ImcBot.Relay",
            "/srv/data",
            "relay",
            new LinuxRights(["/var/log/nginx", "/var/tmp/a b%"], [new ManagedService("nginx.service")], "relay")
        );

        Assert.Contains("\nCapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SYS_PTRACE\n", reading);
        Assert.Contains("\nPrivateTmp=yes\n", reading);
        Assert.Contains("\nProtectHome=read-only\n", reading);
        Assert.DoesNotContain("@chown", reading);
        var unit = Assert.IsType<WriteStep>(acting[0]).Content;
        Assert.Contains("\nReadWritePaths=\"-/var/log/nginx\" \"-/var/tmp/a b%%\"\n", unit);
        Assert.Contains("CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_LEASE\n", unit);
        Assert.Contains("\nPrivateTmp=no\n", unit);
        Assert.Contains("\nNoNewPrivileges=yes\n", unit);
        Assert.DoesNotContain("CAP_SYS_ADMIN", unit);
        var rule = Assert.IsType<WriteStep>(acting[1]);
        Assert.EndsWith(".rules", rule.Path);
        Assert.Contains("""subject.user == "relay" &&""", rule.Content);
        Assert.Contains("""["nginx.service"].indexOf(action.lookup("unit"))""", rule.Content);
        Assert.DoesNotContain(
            SystemdSetup.Install("/srv/r", "/srv/d", null, new([], [], "relay")),
            step => step.ToString()!.Contains("polkit")
        );
    }

    [Fact]
    public void A_service_that_would_stop_with_the_relay_is_no_unit() =>
        Assert.Contains(
            "would be stopped with the relay",
            Assert.Throws<HostException>(() => Unit(new([], [new ManagedService("web") { Start = ["/bin/web"] }], "relay"))).Message
        );

    [Fact]
    public void The_service_starts_with_Windows_as_its_account_and_again_after_a_failure()
    {
        var steps = WindowsSetup
            .Install(@"C:\Program Files\Relay\ImcBot.Relay.exe", @"C:\ProgramData\Relay", @"CONTOSO\relay$")
            .Select(step => step.ToString())
            .ToList();

        Assert.Contains(
            @"binPath= ""\""C:\Program Files\Relay\ImcBot.Relay.exe\"" run --service --data \""C:\ProgramData\Relay\""""",
            steps[0]
        );
        Assert.Contains(@"obj= ""CONTOSO\relay$""", steps[0]);
        Assert.Contains("actions= restart/60000", steps[2]);
    }

    private static string Unit(LinuxRights rights) =>
        Assert.IsType<WriteStep>(SystemdSetup.Install("/srv/ImcBot.Relay", "/srv/data", "relay", rights)[0]).Content;

    [Fact]
    public async Task Uninstall_refuses_while_mail_is_held_until_somebody_owns_it()
    {
        Hold(Place.Held, Place.Accepted, Place.Held);

        Assert.Equal(RelayCommand.NotDone, await RunAsync("uninstall", "--dry-run"));
        Assert.Equal(RelayCommand.NotDone, await RunAsync("uninstall", "--dry-run", "--held-owner", "Kim", "--held-until", "soon"));
        Assert.Equal(RelayCommand.Done, await RunAsync("uninstall", "--dry-run", "--held-owner", "Kim", "--held-until", "2026-12-31"));
        Assert.False(File.Exists(Path.Combine(_folder, "held-mail.txt")));
    }

    [Fact]
    public async Task Who_looks_after_held_mail_is_written_for_its_owner_alone_once_it_is_done()
    {
        var note = new WriteStep(Path.Combine(_folder, "held-mail.txt"), "2 messages", IsPrivate: true);

        await note.DoAsync(TestContext.Current.CancellationToken);

        Assert.Equal("2 messages", await File.ReadAllTextAsync(note.Path, TestContext.Current.CancellationToken));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(note.Path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Theory]
    [InlineData("/srv/my relay/ImcBot.Relay", "/srv/data", "relay")]
    [InlineData("/srv/ImcBot.Relay", "/srv/100%", "relay")]
    [InlineData("/srv/ImcBot.Relay", "/srv/data", "relay\nAmbientCapabilities=CAP_SYS_ADMIN")]
    public void What_a_unit_would_read_in_its_own_way_is_refused(string program, string data, string account) =>
        Assert.Contains(
            "that a systemd unit reads in its own way",
            Assert.Throws<HostException>(() => SystemdSetup.Install(program, data, account)).Message
        );

    [Fact]
    public void A_data_folder_counts_without_the_separator_at_its_end() =>
        Assert.Equal(
            _folder,
            RelayOptions
                .Read(
                    new Dictionary<string, string?>
                    {
                        ["data"] = _folder + Path.DirectorySeparatorChar,
                        ["host:url"] = "http://127.0.0.1:1",
                    }
                )
                .Data
        );

    [Fact]
    public void On_Windows_a_folder_that_others_made_is_refused_and_closed_before_anything_is_copied_into_it()
    {
        var script = File.ReadAllText(Repository.Path("infra/windows/Install-ImcBotRelay.ps1"));
        var copy = script.IndexOf("Copy-Item", StringComparison.Ordinal);
        string[] before =
        [
            "GetOwner([Security.Principal.SecurityIdentifier])",
            "'S-1-5-32-544', 'S-1-5-18', $sid",
            "/setowner', '*S-1-5-32-544'",
            "'/reset'",
            "'/inheritance:r', '/grant:r'",
            "\nAssert-Ours $Folder",
            "\nAssert-Ours $Data",
            "\nSet-Ours $Folder",
            "\nSet-Ours $Data",
        ];

        Assert.All(before, step => Assert.InRange(script.IndexOf(step, StringComparison.Ordinal), 1, copy));
        Assert.DoesNotContain("New-Item -ItemType Directory -Force", script, StringComparison.Ordinal);
        Assert.True(
            script.IndexOf("\nAssert-Ours $Data", StringComparison.Ordinal) < script.IndexOf("Stop-Service", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("--with", "service=a", "--with", "service=b")]
    [InlineData("--with", "service=a", "service=b")]
    public async Task An_argument_that_is_given_twice_is_wrong_use(params string[] with) =>
        Assert.Equal(RelayCommand.WrongUse, await RunAsync(["plan", "service.start", .. with]));

    [Fact]
    public async Task A_message_that_cannot_be_read_is_wrong_use()
    {
        var path = Path.Combine(_folder, "MSG00001");
        await using var held = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);

        Assert.Equal(RelayCommand.WrongUse, await RunAsync("message", path));
    }

    [Fact]
    public async Task Uninstall_goes_on_when_all_mail_has_gone_back()
    {
        Hold(Place.Accepted, Place.In);

        Assert.Equal(RelayCommand.Done, await RunAsync("uninstall", "--dry-run"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<int> RunAsync(params string[] arguments) =>
        RelayCommand
            .Create()
            .Parse([.. arguments, "--data", _folder, "--host-url", "http://127.0.0.1:1"])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private void Hold(params Place[] places)
    {
        using var database = new Database(Path.Combine(_folder, "ledger.db"));
        var ledger = new RelayLedger(database);
        var question = new QuestionId(7, 3);
        ledger.KeepSearch(
            new SearchRecord(question, places.Length, @"D:\ImcBotHold\INC-7", @"D:\Exchsrvr\Imcdata\In", 0)
            {
                QueueCopies = 1,
                Resting = true,
            },
            places.Select((place, index) => new MessageRecord(index, $"MSG{index:00000}", 1, 0, place, false))
        );
    }
}
