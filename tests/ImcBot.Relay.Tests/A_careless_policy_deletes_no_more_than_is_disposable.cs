using System.Diagnostics;
using System.Net.Sockets;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>A policy that lists everything in a folder as disposable at any age, on this very machine.</summary>
public sealed class A_careless_policy_deletes_no_more_than_is_disposable : IDisposable
{
    private readonly LinuxBench _bench = new();

    public A_careless_policy_deletes_no_more_than_is_disposable()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux deletes what is open; Windows refuses by itself.");
        Directory.CreateDirectory(_bench.Room);
    }

    public static TheoryData<string> Records =>
        [
            "auth.log",
            "auth.log.1",
            "secure",
            "secure-20261130",
            "wtmp",
            "btmp.1",
            "lastlog",
            "faillog",
            "tallylog",
            "sudo.log.2.gz",
            "audit.log",
            "system.journal",
            "Security.evtx",
            "log/audit/audit.log.7",
            "log/sudo-io/00/00/01/ttyin",
            "log/journal/0123/user-1000.journal",
            "systemd-private-0123-nginx.service-a/tmp/upload",
        ];

    [Fact]
    public async Task What_is_old_enough_goes_and_what_was_gained_is_told()
    {
        Put("old.gz");
        Put("deeper/old");

        var report = await ActAsync(Catalog.FilesExpire, ("path", _bench.Room));

        Assert.Equal((Verdict.Clear, 0), (report.Verdict, Left().Length));
        Assert.Contains("deleted 2 files", report.Summary);
        Assert.Contains(" free, ", report.Summary);
    }

    [Theory]
    [MemberData(nameof(Records))]
    public async Task Records_of_who_did_what_stay(string name)
    {
        Put(name);
        Put("old");

        await ActAsync(Catalog.FilesExpire, ("path", _bench.Room));
        Assert.Equal([name], Left());

        Put("old");
        await ActAsync("files.delete", ("folder", _bench.Room), ("older-than", "0s"));
        Assert.Equal([name], Left());
    }

    [Fact]
    public async Task Links_sockets_and_pipes_stay_and_what_a_link_names_too()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_bench.Server.Folder, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "precious"), "x");
        Directory.CreateSymbolicLink(Path.Combine(_bench.Room, "linked-folder"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(_bench.Room, "linked-file"), Path.Combine(elsewhere, "precious"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_bench.Room, "s")));
        Put("old");

        await ActAsync(Catalog.FilesExpire, ("path", _bench.Room));

        Assert.Equal(["linked-file", "linked-folder/precious", "s"], Left());
        await ActOnNothingAsync(Path.Combine(_bench.Room, "linked-folder"));
        Assert.True(File.Exists(Path.Combine(elsewhere, "precious")));
    }

    [Fact]
    public async Task A_file_with_a_second_name_stays()
    {
        Link(Put("old"), Path.Combine(_bench.Server.Folder, "second"));
        Put("other");

        var plan = await _bench.PlanAsync(Catalog.FilesExpire, ("path", _bench.Room));
        await _bench.ActAsync(plan);

        Assert.Contains("not 1 file with another name elsewhere", plan.Effects.Single().Does);
        Assert.Equal(["old"], Left());
    }

    [Fact]
    public async Task A_file_that_a_process_holds_stays_and_the_plan_says_so()
    {
        Put("other");
        using var holder = Hold(Put("held"));

        var plan = await _bench.PlanAsync(Catalog.FilesExpire, ("path", _bench.Room));
        await _bench.ActAsync(plan);

        Assert.Contains("not 1 file that something holds open", plan.Effects.Single().Does);
        Assert.Equal(["held"], Left());
        Stop(holder);
    }

    [Fact]
    public async Task A_file_that_is_opened_after_the_last_look_stays()
    {
        Put("other");
        var path = Put("held");
        var plan = await _bench.PlanAsync(Catalog.FilesExpire, ("path", _bench.Room));
        Process? holder = null;
        _bench.Meanwhile = () => holder ??= Hold(path);

        var report = await _bench.ActAsync(plan);

        Assert.Equal(["held"], Left());
        Assert.Contains("is held open", report.Summary);
        Stop(holder!);
        holder!.Dispose();
    }

    [Theory]
    [InlineData("another file in its place")]
    [InlineData("a link in its place")]
    [InlineData("a link in its folder's place")]
    [InlineData("a second name")]
    [InlineData("a folder in its place")]
    [InlineData("nothing in its place")]
    public async Task What_is_changed_after_the_last_look_is_met_and_not_followed(string change)
    {
        var (victim, precious) = (Put("folder/old"), Path.Combine(_bench.Server.Folder, "precious", "old"));
        Directory.CreateDirectory(Path.GetDirectoryName(precious)!);
        File.WriteAllText(precious, "old");
        File.SetLastWriteTimeUtc(precious, File.GetLastWriteTimeUtc(victim));
        var plan = await _bench.PlanAsync(Catalog.FilesExpire, ("path", _bench.Room));
        _bench.Meanwhile = () =>
        {
            switch (change)
            {
                case "another file in its place":
                    File.Delete(victim);
                    Put("folder/first");
                    Put("folder/old");
                    break;
                case "a link in its place":
                    File.Delete(victim);
                    File.CreateSymbolicLink(victim, precious);
                    break;
                case "a link in its folder's place":
                    Directory.Move(Path.GetDirectoryName(victim)!, Path.Combine(_bench.Server.Folder, "away"));
                    Directory.CreateSymbolicLink(Path.GetDirectoryName(victim)!, Path.GetDirectoryName(precious)!);
                    break;
                case "a second name":
                    Link(victim, Path.Combine(_bench.Server.Folder, "second"));
                    break;
                case "a folder in its place":
                    File.Delete(victim);
                    Directory.CreateDirectory(victim);
                    break;
                default:
                    File.Delete(victim);
                    break;
            }
        };

        var report = await _bench.ActAsync(plan);

        Assert.True(File.Exists(precious));
        Assert.Contains("deleted 0 files", report.Summary);
        Assert.Equal(change != "nothing in its place", Path.Exists(victim));
    }

    [Fact]
    public async Task Between_plan_and_run_only_what_is_still_the_same_goes()
    {
        var changed = Put("changed");
        Put("same");
        var plan = await _bench.PlanAsync(Catalog.FilesExpire, ("path", _bench.Room));
        File.AppendAllText(changed, "more");
        Put("new");

        await _bench.ActAsync(plan);

        Assert.Equal(["changed", "new"], Left());
    }

    [Fact]
    public async Task What_the_policy_does_not_list_or_allow_is_no_plan()
    {
        Put("old");
        _bench.Policy = _bench.Policy with { Disposable = [new(_bench.Room, "*.gz", TimeSpan.FromDays(1))] };

        Assert.Contains("nothing there", (await RefusedAsync(_bench.Server.Folder + "x")).Message);
        Assert.Contains("nothing there", (await RefusedAsync(Path.Combine(_bench.Room, "deeper"))).Message, StringComparison.Ordinal);
        Assert.Equal(["old"], Left());
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>Nothing is left of a plan that would delete nothing.</summary>
    private async Task ActOnNothingAsync(string path) =>
        Assert.Contains(
            "empty",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Catalog.FilesExpire, ("path", path)))).Message
        );

    private Task<HostException> RefusedAsync(string path) =>
        Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Catalog.FilesExpire, ("path", path)));

    private async Task<Report> ActAsync(string use, params (string, string)[] with) =>
        await _bench.ActAsync(await _bench.PlanAsync(use, with));

    private string Put(string name)
    {
        var path = Path.Combine(_bench.Room, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, name[^1..]);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(50));
        return path;
    }

    private string[] Left() =>
        [
            .. Directory
                .EnumerateFiles(
                    _bench.Room,
                    "*",
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
                )
                .Select(path => Path.GetRelativePath(_bench.Room, path))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>A hard link, for which .NET has no call.</summary>
    private static void Link(string path, string second)
    {
        using var ln = Process.Start("/usr/bin/ln", [path, second]);
        ln.WaitForExit();
        Assert.Equal(0, ln.ExitCode);
    }

    /// <summary>A process of its own that has the file open once this returns.</summary>
    private static Process Hold(string path)
    {
        var tail = Process.Start(
            new ProcessStartInfo("/usr/bin/tail", ["-c", "+1", "-f", path]) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        Assert.NotEqual(-1, tail.StandardOutput.Read());
        return tail;
    }

    private static void Stop(Process holder)
    {
        holder.Kill();
        holder.WaitForExit();
    }
}
