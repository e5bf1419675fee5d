using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>
/// Outputs of <c>systemctl show</c> in the documented form of Debian 12 (systemd 252), Ubuntu 24.04 (255) and RHEL 9 (252), written by
/// hand: the relay never starts a systemd to be tested.
/// </summary>
public sealed class Systemd_is_read_by_its_properties
{
    private const string RunningOnDebian = """
        MainPID=812
        NRestarts=0
        ExecMainCode=0
        ExecMainStatus=0
        Result=success
        TimeoutStopUSec=5s
        Id=nginx.service
        Requires=sysinit.target system.slice
        WantedBy=multi-user.target
        TriggeredBy=
        Description=A high performance web server and a reverse proxy server
        LoadState=loaded
        ActiveState=active
        SubState=running
        UnitFileState=enabled
        CanReload=yes
        """;

    private const string KilledOnUbuntu = """
        MainPID=0
        NRestarts=2
        ExecMainCode=2
        ExecMainStatus=9
        Result=signal
        TimeoutStopUSec=1min 30s
        Id=postgresql@16-main.service
        Requires=system.slice sysinit.target srv-pg.mount
        PartOf=postgresql.service
        Description=PostgreSQL Cluster 16-main
        LoadState=loaded
        ActiveState=failed
        SubState=failed
        UnitFileState=enabled-runtime
        CanReload=yes
        """;

    private const string RestsOnRhel = """
        Type=notify
        MainPID=0
        NRestarts=0
        ExecMainCode=1
        ExecMainStatus=0
        Result=success
        TimeoutStopUSec=infinity
        Id=cockpit.service
        Requires=system.slice cockpit.socket sysinit.target
        TriggeredBy=cockpit.socket
        BoundBy=cockpit-wsinstance-http.service
        RequiredBy=
        Description=Cockpit Web Service
        LoadState=loaded
        ActiveState=inactive
        SubState=dead
        UnitFileState=static
        CanReload=no
        """;

    [Theory]
    [InlineData("", null)]
    [InlineData("ExecMainExitTimestampMonotonic=0", null)]
    [InlineData("ExecMainExitTimestampMonotonic=1800000000", 29)]
    public void What_ended_a_unit_is_looked_for_from_a_minute_before_its_end_on(string line, int? minutes)
    {
        var time = new LeapingTime();
        var start = time.GetUtcNow();
        time.Advance(TimeSpan.FromHours(5));

        Assert.Equal(
            minutes is { } after ? Clock.Micros(start + TimeSpan.FromMinutes(after)) : 0,
            Read($"Id=x.service\nLoadState=loaded\n{line}").After(time)
        );
    }

    [Fact]
    public void A_unit_that_runs_is_told_with_how_it_is_reloaded_and_when_it_is_killed()
    {
        var unit = Read(RunningOnDebian);

        Assert.Equal(("nginx.service", ServiceState.Running, 0), (unit.Info.Name, unit.Info.State, (int)unit.Info.ExitCode));
        Assert.Equal(
            (ServiceIntent.Wanted, ServiceEnd.Orderly, true, TimeSpan.FromSeconds(5)),
            (unit.Detail.Intent, unit.Detail.End, unit.Detail.CanReload, unit.Detail.KilledAfter!.Value)
        );
    }

    [Fact]
    public void A_unit_that_a_signal_has_ended_is_down_and_not_by_an_orderly_stop()
    {
        var unit = Read(KilledOnUbuntu);

        Assert.Equal((ServiceState.Stopped, 137), (unit.Info.State, (int)unit.Info.ExitCode));
        Assert.Equal(
            (ServiceIntent.Wanted, ServiceEnd.Signal, 9, 2, TimeSpan.FromSeconds(90)),
            (unit.Detail.Intent, unit.Detail.End, unit.Detail.Code, unit.Detail.Restarts, unit.Detail.KilledAfter!.Value)
        );
        Assert.Equal(["system.slice", "sysinit.target", "srv-pg.mount", "postgresql.service"], unit.Info.DependsOn);
    }

    [Fact]
    public void A_unit_that_a_socket_wakes_rests_as_it_should_and_its_stop_stops_what_is_bound_to_it()
    {
        var unit = Read(RestsOnRhel);

        Assert.Equal((ServiceState.Stopped, 0), (unit.Info.State, (int)unit.Info.ExitCode));
        Assert.Equal((ServiceIntent.OnDemand, (TimeSpan?)null), (unit.Detail.Intent, unit.Detail.KilledAfter));
        Assert.Equal(["cockpit.socket"], unit.Detail.TriggeredBy);
        Assert.Equal(["cockpit-wsinstance-http.service"], unit.Detail.StopsAlong);
    }

    [Theory]
    [InlineData("enabled", "0", "yes", nameof(ServiceEnd.NeverStarted), 1)]
    [InlineData("enabled", "81234", "yes", nameof(ServiceEnd.Orderly), 0)]
    [InlineData("enabled", "0", "no", nameof(ServiceEnd.Orderly), 0)]
    [InlineData("disabled", "0", "yes", nameof(ServiceEnd.Orderly), 0)]
    public void A_unit_that_should_run_and_was_never_started_was_not_stopped_in_an_orderly_way(
        string file,
        string began,
        string condition,
        string end,
        long exitCode
    )
    {
        var unit = Read(
            $"Id=x.service\nLoadState=loaded\nActiveState=inactive\nResult=success\nUnitFileState={file}\n"
                + $"InactiveExitTimestampMonotonic={began}\nConditionResult={condition}"
        );

        Assert.Equal((end, exitCode), (unit.Detail.End.ToString(), unit.Info.ExitCode));
    }

    [Theory]
    [InlineData("oneshot", "no", "inactive", true)]
    [InlineData("oneshot", "no", "failed", false)]
    [InlineData("oneshot", "yes", "inactive", false)]
    [InlineData("simple", "no", "inactive", false)]
    public void A_unit_that_runs_once_has_done_its_work_when_it_is_gone(string type, string remains, string active, bool done) =>
        Assert.Equal(
            done,
            Read(
                $"Id=x.service\nLoadState=loaded\nActiveState={active}\nResult=success\nType={type}\nRemainAfterExit={remains}"
            ).HasDoneItsWork
        );

    [Fact]
    public void Units_that_need_each_other_are_told_and_end()
    {
        var server = Read("Id=nfs-server.service\nLoadState=loaded\nActiveState=active\nRequires=nfs-mountd.service").Info;
        var mounts = Read("Id=nfs-mountd.service\nLoadState=loaded\nActiveState=active\nBindsTo=nfs-server.service").Info;
        ServiceInfo[] both = [server, mounts];

        Assert.Equal([mounts.Name], both.NeededBy(server.Name).Select(needed => needed.Name));
        Assert.Equal([server.Name], both.RunningDependants(mounts.Name).Select(needing => needing.Name));
    }

    [Theory]
    [InlineData("exit-code", "1", "2", nameof(ServiceEnd.ExitCode), 2)]
    [InlineData("core-dump", "3", "11", nameof(ServiceEnd.CoreDump), 139)]
    [InlineData("oom-kill", "2", "9", nameof(ServiceEnd.OutOfMemory), 137)]
    [InlineData("timeout", "2", "15", nameof(ServiceEnd.Timeout), 143)]
    [InlineData("watchdog", "2", "6", nameof(ServiceEnd.Watchdog), 134)]
    [InlineData("start-limit-hit", "1", "0", nameof(ServiceEnd.StartLimit), 1)]
    [InlineData("resources", "0", "0", nameof(ServiceEnd.Resources), 1)]
    [InlineData("protocol", "1", "0", nameof(ServiceEnd.Resources), 1)]
    [InlineData("a word of tomorrow", "1", "0", nameof(ServiceEnd.Unknown), 1)]
    public void Each_end_that_is_none_by_order_has_an_exit_code(string result, string code, string status, string end, long exitCode)
    {
        var unit = Read(
            $"Id=x.service\nLoadState=loaded\nActiveState=failed\nResult={result}\nExecMainCode={code}\nExecMainStatus={status}"
        );

        Assert.Equal((end, exitCode), (unit.Detail.End.ToString(), unit.Info.ExitCode));
        Assert.Equal(result is "start-limit-hit", unit.NeedsReset);
    }

    [Theory]
    [InlineData("active", nameof(ServiceState.Running))]
    [InlineData("reloading", nameof(ServiceState.Running))]
    [InlineData("activating", nameof(ServiceState.StartPending))]
    [InlineData("deactivating", nameof(ServiceState.StopPending))]
    [InlineData("inactive", nameof(ServiceState.Stopped))]
    [InlineData("maintenance", nameof(ServiceState.Unknown))]
    [InlineData("a word of tomorrow", nameof(ServiceState.Unknown))]
    public void A_state_is_one_of_ours_or_not_known(string active, string state) =>
        Assert.Equal(state, Read($"Id=x.service\nLoadState=loaded\nActiveState={active}").Info.State.ToString());

    [Fact]
    public void Units_are_parted_by_empty_lines_and_one_that_is_not_there_or_masked_is_told()
    {
        var units = UnitProperties.Read($"{RunningOnDebian}\n\nId=none.service\nLoadState=not-found\n\nId=off.service\nLoadState=masked\n");

        Assert.Equal([true, false, true], units.Select(unit => unit.IsThere));
        Assert.Equal((true, ServiceIntent.Masked), (units[2].IsMasked, units[2].Detail.Intent));
        Assert.Equal(ServiceIntent.Disabled, Read("Id=x.service\nLoadState=loaded\nUnitFileState=disabled").Detail.Intent);
    }

    [Theory]
    [InlineData("1min 30s", 90.0)]
    [InlineData("5s", 5.0)]
    [InlineData("1h 2min 3.5s", 3723.5)]
    [InlineData("500ms", 0.5)]
    [InlineData("infinity", null)]
    [InlineData("", null)]
    [InlineData("soon", null)]
    [InlineData("5s soon", null)]
    public void Times_are_read_as_systemd_writes_them(string text, double? seconds) =>
        Assert.Equal(seconds, UnitProperties.Span(text)?.TotalSeconds);

    private static UnitProperties Read(string shown) => Assert.Single(UnitProperties.Read(shown));
}
