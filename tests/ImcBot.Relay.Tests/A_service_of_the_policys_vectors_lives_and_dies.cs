using System.Diagnostics;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>Small real processes that the policy's vectors start and stop, without any service manager.</summary>
public sealed class A_service_of_the_policys_vectors_lives_and_dies : IDisposable
{
    private readonly LinuxServer _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public A_service_of_the_policys_vectors_lives_and_dies() => Assert.SkipWhen(LinuxServer.Missing is not null, LinuxServer.Missing ?? "");

    [Fact]
    public async Task One_that_was_killed_is_down_and_not_by_an_orderly_stop()
    {
        await StartAsync(LinuxServer.Base);
        Kill(_server.ProcessOf(LinuxServer.Base));

        Assert.Equal((ServiceState.Stopped, 1), await StateAsync(LinuxServer.Base));
        Assert.Equal(ServiceEnd.Died, (await DetailAsync(LinuxServer.Base)).End);
    }

    [Fact]
    public async Task One_that_was_told_to_stop_is_down_by_an_orderly_stop()
    {
        await StartAsync(LinuxServer.Base);
        await Writer.StopAsync(LinuxServer.Base, Token);

        Assert.Equal((ServiceState.Stopped, 0), await StateAsync(LinuxServer.Base));
        Assert.Equal(ServiceEnd.Orderly, (await DetailAsync(LinuxServer.Base)).End);
    }

    [Fact]
    public async Task A_number_that_was_given_to_a_later_process_is_not_meant()
    {
        using var other = Process.Start("/usr/bin/sleep", ["1000000"]);
        File.WriteAllText(_server.PidFileOf(LinuxServer.Base), $"{other.Id}\n");
        File.SetLastWriteTimeUtc(_server.PidFileOf(LinuxServer.Base), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));

        Assert.Equal((ServiceState.Stopped, 1), await StateAsync(LinuxServer.Base));
        await Assert.ThrowsAsync<HostException>(() => Writer.KillAsync(LinuxServer.Base, Token));
        Assert.False(other.HasExited);
        File.Delete(_server.PidFileOf(LinuxServer.Base));
        other.Kill();
    }

    [Fact]
    public async Task An_empty_pid_file_is_as_good_as_none_for_a_test_of_the_settings_may_make_one()
    {
        await StartAsync(LinuxServer.Base);
        await Writer.StopAsync(LinuxServer.Base, Token);
        File.WriteAllText(_server.PidFileOf(LinuxServer.Base), "");
        using var seenByOthers = new LinuxServer { Described = _server.Described };

        Assert.Equal(0, (await seenByOthers.Host.Services.ListAsync(Token)).Find(LinuxServer.Base)!.ExitCode);
        Assert.Equal(ServiceEnd.Orderly, (await seenByOthers.Host.Services.DetailAsync(LinuxServer.Base, Token))!.End);
        File.Delete(_server.PidFileOf(LinuxServer.Base));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task A_pid_file_without_a_number_of_a_process_names_none(string text)
    {
        File.WriteAllText(_server.PidFileOf(LinuxServer.Base), text);

        Assert.Equal((ServiceState.Stopped, 1), await StateAsync(LinuxServer.Base));
        File.Delete(_server.PidFileOf(LinuxServer.Base));
    }

    [Fact]
    public async Task One_that_does_not_stop_is_told_as_stopping_and_killed_with_its_children_when_the_policy_says_so()
    {
        var deaf = _server.Service(LinuxServer.Base) with { Stop = ["/usr/bin/true"] };
        _server.Described = [deaf, deaf with { Name = "killed", KillAfter = TimeSpan.FromMilliseconds(1) }];
        await StartAsync(LinuxServer.Base);

        await Writer.StopAsync(LinuxServer.Base, Token);
        Assert.Equal(ServiceState.StopPending, (await StateAsync(LinuxServer.Base)).State);

        await Writer.StopAsync("killed", Token);
        await UntilAsync("killed", ServiceState.Stopped);
        Assert.Null(LinuxProcess.Read(_server.ProcessOf(LinuxServer.Base)) is { IsAlive: true } process ? process : null);
    }

    [Fact]
    public async Task One_that_cannot_be_started_says_why()
    {
        _server.Described = [_server.Service(LinuxServer.Base) with { Start = ["/usr/bin/ls", "/none/there"] }];

        var problem = await Assert.ThrowsAsync<HostException>(() => Writer.StartAsync(LinuxServer.Base, Token));

        Assert.Contains("exit code 2", problem.Message);
        Assert.Contains("/none/there", problem.Message);
    }

    [Theory]
    [InlineData(0, nameof(ServiceState.Running), 0)]
    [InlineData(1, nameof(ServiceState.Stopped), 1)]
    [InlineData(2, nameof(ServiceState.Stopped), 1)]
    [InlineData(3, nameof(ServiceState.Stopped), 0)]
    public async Task A_status_vector_tells_as_init_scripts_do(int exitCode, string state, int code)
    {
        _server.Described = [_server.Service(LinuxServer.Base) with { Status = ["/usr/bin/perl", "-e", $"exit {exitCode}"] }];
        Assert.SkipUnless(
            File.Exists("/usr/bin/perl"),
            "A small program that ends with any exit code is not here: apt-get install perl-base."
        );

        Assert.Equal((Enum.Parse<ServiceState>(state), code), await StateAsync(LinuxServer.Base));
    }

    [Fact]
    public async Task A_status_that_is_none_of_these_is_not_known()
    {
        _server.Described = [_server.Service(LinuxServer.Base) with { Status = ["/usr/bin/env", "no-such-program"] }];

        Assert.Contains("was not told", (await Assert.ThrowsAsync<HostException>(() => _server.Host.Services.ListAsync(Token))).Message);
    }

    [Fact]
    public async Task One_that_people_have_switched_off_is_not_wanted_until_its_mark_is_gone()
    {
        var mark = Path.Combine(_server.Folder, "off");
        _server.Described = [_server.Service(LinuxServer.Base) with { DisabledBy = mark }];
        var before = (await DetailAsync(LinuxServer.Base)).Intent;
        File.WriteAllText(mark, "");

        Assert.Equal((ServiceIntent.Wanted, ServiceIntent.Disabled), (before, (await DetailAsync(LinuxServer.Base)).Intent));
    }

    [Fact]
    public async Task A_reload_is_the_policys_vector_and_only_of_what_runs()
    {
        var told = Path.Combine(_server.Folder, "told");
        _server.Described =
        [
            _server.Service(LinuxServer.Base) with
            {
                Reload = ["/usr/bin/touch", told],
            },
            _server.Service(LinuxServer.Web),
        ];
        Assert.Equal(
            HostError.NotStarted,
            (await Assert.ThrowsAsync<HostException>(() => Writer.ReloadAsync(LinuxServer.Base, Token))).Kind
        );
        await StartAsync(LinuxServer.Base);
        await StartAsync(LinuxServer.Web);

        await Writer.ReloadAsync(LinuxServer.Base, Token);

        Assert.True(File.Exists(told));
        Assert.Contains(
            "a restart does it",
            (await Assert.ThrowsAsync<HostException>(() => Writer.ReloadAsync(LinuxServer.Web, Token))).Message
        );
    }

    public void Dispose() => _server.Dispose();

    private IHostWriter Writer => _server.Host.Writer("INC-1/1#1");

    private async Task StartAsync(string service)
    {
        await Writer.StartAsync(service, Token);
        await UntilAsync(service, ServiceState.Running);
    }

    private async Task UntilAsync(string service, ServiceState state)
    {
        while ((await StateAsync(service)).State != state)
        {
            await Task.Yield();
        }
    }

    private async Task<(ServiceState State, int ExitCode)> StateAsync(string service)
    {
        var info = (await _server.Host.Services.ListAsync(Token)).Find(service)!;
        return (info.State, (int)info.ExitCode);
    }

    private async Task<ServiceDetail> DetailAsync(string service) => (await _server.Host.Services.DetailAsync(service, Token))!;

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
        while (LinuxProcess.Exists(id))
        {
            Thread.Yield();
        }
    }
}
