using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What the kernel, the journal and the package managers write for programs, in their documented forms.</summary>
public sealed class What_Linux_tells_is_read
{
    [Fact]
    public void A_linked_folder_is_on_the_volume_that_it_leads_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/dev/shm"), "This machine has no /dev/shm to lead to.");
        var folder = Directory.CreateTempSubdirectory().FullName;
        var link = Path.Combine(folder, "data");
        Directory.CreateSymbolicLink(link, "/dev/shm");
        try
        {
            Assert.Equal(LinuxVolumes.Of("/dev/shm/x"), LinuxVolumes.Of(Path.Combine(link, "deep/x")));
            Assert.Equal(LinuxVolumes.Of("/"), LinuxVolumes.Of("/nowhere/at/all"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Packages_of_dpkg_and_of_rpm_carry_name_version_maker_and_size()
    {
        var dpkg = LinuxPrograms.Read(
            "installed\tnginx\t1.22.1-9+deb12u3\tDebian Nginx Maintainers <x@example.org>\t1234\nconfig-files\tapache2\t2.4.62-1\tDebian\t10\n",
            1024
        );
        var rpm = LinuxPrograms.Read("installed\tnginx\t1:1.22.1-8.el9\tRed Hat, Inc.\t99\ninstalled\tgpg-pubkey\t1-2\t(none)\t0\n", 1);

        Assert.Equal(("nginx", "1.22.1-9+deb12u3", 1234L * 1024), (dpkg.Single().Name, dpkg.Single().Version, dpkg.Single().SizeBytes));
        Assert.Equal(["gpg-pubkey", "nginx"], rpm.Select(program => program.Name));
        Assert.Equal(("1:1.22.1-8.el9", "Red Hat, Inc."), (rpm[1].Version, rpm[1].Publisher));
    }

    [Fact]
    public void Of_mounts_those_with_files_are_volumes_and_of_two_in_one_place_the_last_counts()
    {
        var mounts = LinuxVolumes.Mounts([
            "24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
            "25 24 0:22 / /proc rw,nosuid - proc proc rw",
            @"26 24 8:2 / /srv/my\040files rw - xfs /dev/sdb1 rw",
            "27 24 0:30 / /mnt rw - tmpfs first rw",
            "28 24 0:31 / /mnt rw - btrfs second rw",
        ]);

        Assert.Equal([("/", "ext4"), ("/srv/my files", "xfs"), ("/mnt", "btrfs")], mounts);
    }

    [Fact]
    public void A_folder_that_a_unit_mounts_upon_itself_to_write_it_is_no_volume_and_a_part_of_another_is_one()
    {
        var mounts = LinuxVolumes.Mounts([
            "24 1 8:1 / / ro,relatime - ext4 /dev/sda1 rw",
            "25 24 8:1 /var/log/nginx /var/log/nginx rw,relatime - ext4 /dev/sda1 rw",
            "26 24 8:2 / /srv ro - xfs /dev/sdb1 rw",
            "27 26 8:2 /jobs /srv/jobs rw - xfs /dev/sdb1 rw",
            "28 24 8:1 /srv/elsewhere /mnt/elsewhere rw - ext4 /dev/sda1 rw",
            "29 24 0:40 /@home /home rw - btrfs /dev/sdc1 rw",
        ]);

        Assert.Equal(["/", "/srv", "/mnt/elsewhere", "/home"], mounts.Select(mount => mount.Place));
    }

    [Fact]
    public void The_volume_of_a_path_is_where_what_holds_it_is_mounted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is mounted where is told by Linux.");
        using var disk = SmallDisk.TryMount();
        Assert.SkipWhen(disk is null, "A file system in memory cannot be mounted here: run as root on Linux.");

        Assert.Equal(disk!.Folder, LinuxVolumes.Of(Path.Combine(disk.Folder, "not", "there")));
        Assert.Equal("/", LinuxVolumes.Of("/etc"));
        Assert.Throws<HostException>(() => LinuxVolumes.Of("etc"));
    }

    [Fact]
    public void An_entry_of_the_journal_is_a_units_own_word_with_its_priority()
    {
        var entry = Journal.Read(
            "nginx.service",
            """
            {"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1764460800000000","PRIORITY":"3","_SYSTEMD_UNIT":"nginx.service",
            "SYSLOG_IDENTIFIER":"nginx","MESSAGE":"bind() to 0.0.0.0:80 failed"}
            """,
            0
        )!;

        Assert.Equal(
            (1764460800000000, "nginx.service", 3, "bind() to 0.0.0.0:80 failed"),
            (entry.Index, entry.Source, entry.Id, entry.Message)
        );
    }

    [Theory]
    [InlineData("""{"__REALTIME_TIMESTAMP":"5","MESSAGE":[104,105,255]}""", "hi\uFFFD")]
    [InlineData("""{"__REALTIME_TIMESTAMP":"5","MESSAGE":null}""", "")]
    [InlineData("""{"__REALTIME_TIMESTAMP":"5","MESSAGE":["first","second"]}""", "first")]
    [InlineData("""{"__REALTIME_TIMESTAMP":"5","MESSAGE":[]}""", "")]
    public void A_message_of_any_form_is_text(string line, string text)
    {
        var entry = Journal.Read("x", line, 7)!;

        Assert.Equal((text, 8L, 5L), (entry.Message, entry.Index, entry.At));
    }

    [Theory]
    [InlineData("-- No entries --")]
    [InlineData("")]
    [InlineData("{\"MESSAGE\":\"no time\"}")]
    public void What_is_no_entry_is_none(string line) => Assert.Null(Journal.Read("x", line, 0));

    [Fact]
    public async Task What_is_newer_than_a_second_full_of_entries_is_read()
    {
        const long Second = 1_000_000;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * Second;
        List<long> times = [.. Enumerable.Range(1, 3500).Select(number => now + number), now + Second, now + (2 * Second)];
        var asked = new List<string>();
        var journal = new Journal(Ask, TimeProvider.System);

        Assert.Equal([now + Second, now + (2 * Second)], await ReadAsync(now + 3500));
        Assert.Empty(await ReadAsync(now + (2 * Second)));
        times.Add(now + (3 * Second));
        Assert.Equal([now + (3 * Second)], await ReadAsync(now + (2 * Second)));
        Assert.Equal([$"--after-cursor={now + (2 * Second)}", $"--after-cursor={now + (2 * Second)}"], asked[^2..]);

        async Task<IEnumerable<long>> ReadAsync(long after) =>
            (await journal.ReadAsync("x", [], after, TimeSpan.Zero, TestContext.Current.CancellationToken)).Select(entry => entry.Index);

        Task<IReadOnlyList<string>> Ask(IReadOnlyList<string> vector, int most, CancellationToken cancellationToken)
        {
            var from = vector.First(word =>
                word.StartsWith("--since", StringComparison.Ordinal) || word.StartsWith("--after", StringComparison.Ordinal)
            );
            asked.Add(from);
            var micros = long.Parse(string.Concat(from.Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture);
            var isSince = from.StartsWith("--since", StringComparison.Ordinal);
            return Task.FromResult<IReadOnlyList<string>>([
                .. times
                    .Where(at => isSince ? at >= micros : at > micros)
                    .Take(most)
                    .Select(at => $$"""{"__CURSOR":"{{at}}","__REALTIME_TIMESTAMP":"{{at}}","MESSAGE":"delivery suspended"}"""),
            ]);
        }
    }

    [Fact]
    public void A_process_may_call_itself_anything()
    {
        var process = LinuxProcess.Parse(42, "42 (my) (pro cess) S 1 42 42 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 500 1 1", 1_000_000);

        Assert.Equal(("my) (pro cess", 'S', 1, 6_000_000L), (process.Name, process.State, process.Parent, process.StartedAt));
        Assert.True(process.IsAlive);
        Assert.False(LinuxProcess.Parse(42, "42 (x) Z 1 42 42 0 -1 2129984 1 0 0 0 1 1 0 0 20 0 1 0 500 1 1", 0).IsAlive);
    }

    [Theory]
    [InlineData("2026/11/30 02:03:04 [emerg] 12#12: bind() failed", 0)]
    [InlineData("2026/11/30 02:03:04 [error] 12#12: open() failed", 3)]
    [InlineData("2026-11-30 02:03:04 UTC ERROR: syntax", 3)]
    [InlineData("warning: it is late", 4)]
    [InlineData("an error that is none of the line's own words", 6)]
    public void A_line_says_how_bad_it_is(string line, int priority) => Assert.Equal(priority, LogLine.Priority(line));

    [Fact]
    public void A_line_says_when_it_was_written()
    {
        Assert.Equal(1796004184000000, At("2026/11/30 02:03:04 [emerg] x"));
        Assert.Equal(1796004184000000, At("Nov 30 02:03:04 mx pf/master[17]: fatal: x"));
        Assert.Equal(At("2026-12-01 02:03:04"), At("Dec  1 02:03:04 mx pf/qmgr[17]: x"));
        Assert.Equal(At("2025-12-31 23:59:59"), At("Dec 31 23:59:59 mx pf/qmgr[17]: x"));
        Assert.Null(At("no time at all stands here"));
        Assert.Null(At("2026/13/30 02:03:04"));

        static long? At(string line) => LogLine.At(line, TimeZoneInfo.Utc, new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 4242 1 x", "socket:[4242]")]
    [InlineData("   0: 0100007F:1F90 00000000:0000 01 00000000:00000000 00:00000000 00000000  0  0 4242 1 x", null)]
    [InlineData("   0: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 4242 1 x", null)]
    [InlineData("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode", null)]
    public void A_listener_is_told_by_its_port_and_state(string line, string? socket) => Assert.Equal(socket, Listeners.Socket(line, 8080));

    [Theory]
    [InlineData("socket:[7]", "a process that this relay may not look into")]
    [InlineData("socket:[8]", null)]
    [InlineData(null, null)]
    public void Who_ended_while_it_was_looked_for_listens_no_longer(string? after, string? told)
    {
        Queue<HashSet<string>> looks = new([
            ["socket:[7]"],
            [.. after is null ? Array.Empty<string>() : [after]],
        ]);

        Assert.Equal(told, Listeners.On(looks.Dequeue, _ => null));
    }
}
