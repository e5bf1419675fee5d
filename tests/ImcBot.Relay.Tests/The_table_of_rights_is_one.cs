using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Doctor;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Hosts.Setup;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What an action needs of Linux stands once: unit, page and doctor say the same.</summary>
public sealed class The_table_of_rights_is_one : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-rights-").FullName;
    private readonly Database _database;

    public The_table_of_rights_is_one() => _database = new Database(Path.Combine(_folder, "ledger.db"));

    [Fact]
    public void The_page_for_installers_has_it()
    {
        var actions = Actions(RelayPolicy.ReadOnly);
        var table = string.Join(
            '\n',
            LinuxRight.All.Select(right =>
                $"| {string.Join(", ", Needing(actions, right.Right).Select(id => $"`{id}`"))} | {right} | {right.From ?? "always"} |"
            )
        );

        Assert.True(
            File.ReadAllText(Repository.Path("infra/README.md")).ReplaceLineEndings("\n").Contains(table, StringComparison.Ordinal),
            $"infra/README.md, 'Rights of a relay on its own Linux server', needs these rows:\n{table}"
        );
    }

    [Fact]
    public void A_unit_gives_every_capability_of_the_table_where_the_policy_asks_for_all()
    {
        var all = LinuxRight.All.SelectMany(right => right.Capabilities).Distinct();

        Assert.Equal(all, new LinuxRights(["/srv"], [], "relay").Capabilities);
        Assert.Equal(["CAP_DAC_READ_SEARCH", "CAP_SYS_PTRACE"], new LinuxRights([], [], "relay").Capabilities);
    }

    [Fact]
    public void Every_capability_of_the_table_is_known_by_its_number()
    {
        var none = new OwnRights(998, 0);
        var all = LinuxRight.All.SelectMany(right => right.Capabilities).Distinct().ToList();

        Assert.Equal(all, none.Lacking(all));
        Assert.Empty((none with { Bits = ulong.MaxValue }).Lacking(all));
    }

    [Fact]
    public void What_a_process_may_is_read_from_its_status()
    {
        var own = OwnRights.Parse("Name:\trelay\nUid:\t998\t998\t998\t998\nCapPrm:\t0000000000000000\nCapEff:\t0000000010080004\n");

        Assert.Equal((998u, false), (own.User, own.IsRoot));
        Assert.True(own.Has("CAP_LEASE") && own.Has("CAP_SYS_PTRACE") && own.Has("CAP_DAC_READ_SEARCH") && !own.Has("CAP_CHOWN"));
    }

    [Fact]
    public void Who_holds_a_file_locked_is_read_from_the_list_of_locks()
    {
        var file = new FileFacts((0xfeUL << 32) | 3, 5564050, 0, 1, 0, 0, 0);
        string[] locks =
        [
            "1: FLOCK  ADVISORY  READ 7 fe:03:5564050 0 EOF",
            "2: POSIX  ADVISORY  WRITE 8 fe:03:5564050 0 EOF",
            "3: FLOCK  ADVISORY  WRITE 9 fe:00:5564050 0 EOF",
            "4: FLOCK  ADVISORY  WRITE 29684 fe:03:5564050 0 EOF",
            "4: -> FLOCK  ADVISORY  WRITE 10 fe:03:5564050 0 EOF",
        ];

        Assert.Equal(29684, OwnRights.Holder(locks, file));
        Assert.Null(OwnRights.Holder(locks[..3], file));
    }

    [Fact]
    public void A_relay_that_only_reads_is_asked_for_no_right_to_change()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The rights are those of Linux.");

        Assert.Equal(2, Look(Policies.Usual with { Highest = Impact.Read, Folders = [], Services = [] }, []).Count);
    }

    [Fact]
    public void Nobody_is_asked_for_what_only_another_system_or_another_product_has()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The rights are those of Linux.");
        var policy = Policies.Usual with { Folders = [_folder], Highest = Impact.Destructive };

        var web = Spoken(Look(policy, [new ManagedService("nginx.service")]));
        var mail = Spoken(Look(policy, [new ManagedService("postfix@-.service")]));

        var closed = Spoken(Look(policy with { Folders = [] }, [new ManagedService("nginx.service")]));

        Assert.Contains(Catalog.ServiceRestart, closed);
        Assert.Empty(closed.Intersect([Catalog.FilesExpire, Catalog.ItemsSearch, Catalog.ItemsReturn, Catalog.JournalVacuum]));
        Assert.Contains(Catalog.ServiceRestart, web);
        Assert.Contains(Catalog.FilesExpire, web);
        Assert.DoesNotContain("queue.flush", web);
        Assert.Contains("queue.flush", mail);
        Assert.Empty(
            Actions(policy)
                .Actions.Values.Where(action =>
                    IsOfProduct(action) && action.IsFor(PathGrammar.Unix, [new ManagedService("nginx.service")])
                )
                .Select(action => action.Id)
        );
        Assert.Empty(
            web.Concat(mail)
                .Intersect([
                    "antivirus.exclude",
                    "antivirus.pause",
                    "antivirus.state",
                    "file.version",
                    "recycle-bin.empty",
                    "imcdata.move",
                    Catalog.ItemsHold,
                    Catalog.ItemHeaders,
                    Catalog.ItemsReplay,
                    Catalog.InboundPause,
                    Catalog.ServiceKill,
                ])
        );
    }

    [Fact]
    public void Units_without_the_rule_that_lets_the_relay_control_them_are_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The rights are those of Linux.");
        Assert.SkipWhen(File.Exists("/etc/polkit-1/rules.d/50-imcbot-relay.rules"), "A relay is installed here.");

        var line = Assert.Single(
            Look(Policies.Usual with { Folders = [] }, [new ManagedService("nginx.service")]),
            line => line.Said.Contains(Catalog.ServiceRestart)
        );

        Assert.False(line.Well);
        Assert.Contains("50-imcbot-relay.rules is not there, so systemd refuses to control nginx.service", line.Said);
    }

    [Fact]
    public void A_program_of_the_policy_that_is_not_there_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The rights are those of Linux.");

        var lines = Look(
            Policies.Usual with
            {
                Folders = [],
            },
            [
                new ManagedService("web")
                {
                    Start = ["/none/start"],
                    Stop = ["/bin/true"],
                    Check = ["/none/check"],
                },
            ]
        );

        Assert.Contains(lines, line => !line.Well && line.Said.Contains("/none/start is not here"));
        Assert.Contains(lines, line => !line.Well && line.Said.Contains("/none/check is not here"));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The rights are those of Linux.");

        var line = Assert.Single(Look(Policies.Usual with { Folders = ["/none"] }, []), line => line.Said.Contains("/none"));

        Assert.False(line.Well);
        Assert.Contains("/none is no folder here; make it", line.Said);
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private List<Diagnosis> Look(RelayPolicy policy, IReadOnlyList<ManagedService> services) =>
        [.. new RightsExam(Actions(policy), new LinuxRights(policy.Folders, services, "relay"), new OwnRights(998, 0)).Look()];

    private static HashSet<string> Spoken(IEnumerable<Diagnosis> told) =>
        [.. told.SelectMany(line => line.Said[..line.Said.IndexOf(':', StringComparison.Ordinal)].Split(", "))];

    private ActionSet Actions(RelayPolicy policy) => new(new RelayLedger(_database), policy);

    /// <summary>What a product adds stands in its own pages.</summary>
    private static IEnumerable<string> Needing(ActionSet actions, Right right) =>
        actions
            .Checks.Values.Where(check => check.Rights.Contains(right) && !IsOfProduct(check))
            .Select(check => check.Id)
            .Concat(
                actions
                    .Actions.Values.Where(action =>
                        action.Rights.Contains(right) && action.IsFor(PathGrammar.Unix, []) && !IsOfProduct(action)
                    )
                    .Select(action => action.Id)
            )
            .Order(StringComparer.Ordinal)
            .Concat(right is Right.Programs ? [$"{Catalog.CommandPrefix}*"] : []);

    private static bool IsOfProduct(object one) => one.GetType().Namespace!.Contains("Products", StringComparison.Ordinal);
}
