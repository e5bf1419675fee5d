using ImcBot.Contracts;
using ImcBot.Relay.Commands;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Setup;
using ImcBot.Relay.Ledger;
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
        Assert.Contains(
            @"2 messages in D:\ImcBotHold\INC-7",
            await File.ReadAllTextAsync(Path.Combine(_folder, "held-mail.txt"), TestContext.Current.CancellationToken)
        );
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
