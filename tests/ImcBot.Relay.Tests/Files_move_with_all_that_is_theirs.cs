using System.Diagnostics;
using System.Runtime.InteropServices;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>A file that goes to another file system of this machine keeps owner, rights, time and extended attributes.</summary>
public sealed class Files_move_with_all_that_is_theirs : IDisposable
{
    private const string Elsewhere = "/dev/shm",
        Attribute = "trusted.imcbot";

    /// <summary>Read by owner and group, and running as the group.</summary>
    private const int ReadableWithGroup = 0b010_100_100_000;

    private readonly string _from = Directory.CreateTempSubdirectory("imcbot-from-").FullName;
    private readonly string _to = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Files_move_with_all_that_is_theirs()
    {
        Assert.SkipUnless(Directory.Exists(Elsewhere), "There is no second file system to move to.");
        _to = Directory.CreateDirectory(Path.Combine(Elsewhere, $"imcbot-{Guid.NewGuid():N}")).FullName;
        Assert.SkipWhen(Native.Look(_from)!.Device == Native.Look(_to)!.Device, $"{Elsewhere} is no file system of its own.");
    }

    [Fact]
    public async Task Owner_rights_and_time_are_as_before()
    {
        var (file, target) = (Put("file"), Path.Combine(_to, "file"));
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("/usr/bin/chown", ["12345:23456", file]);
            await chown.WaitForExitAsync(Token);
        }

        using (var handle = File.OpenHandle(file))
        {
            Native.Permit(handle, ReadableWithGroup);
        }

        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(40));
        var before = Native.Look(file)!;

        var result = await MoveAsync(file, target);

        var after = Native.Look(target)!;
        Assert.Null(result.Error);
        Assert.Equal((before.User, before.Group, before.Mode, before.Modified), (after.User, after.Group, after.Mode, after.Modified));
        Assert.Equal((false, "file", 1), (File.Exists(file), await File.ReadAllTextAsync(target, Token), Directory.GetFiles(_to).Length));
    }

    [Fact]
    public async Task Extended_attributes_go_along()
    {
        var (file, target) = (Put("file"), Path.Combine(_to, "file"));
        Assert.SkipUnless(SetXattr(file, Attribute, "kept"u8.ToArray(), 4, 0) == 0, "This user or file system sets no such attribute.");

        await MoveAsync(file, target);

        var value = new byte[16];
        Assert.Equal(4, GetXattr(target, Attribute, value, value.Length));
        Assert.Equal("kept"u8.ToArray(), value[..4]);
    }

    [Fact]
    public async Task A_taken_name_keeps_the_original_and_leaves_nothing_behind()
    {
        var (file, target) = (Put("file"), Path.Combine(_to, "file"));
        await File.WriteAllTextAsync(target, "taken", Token);

        var result = await MoveAsync(file, target);

        Assert.Equal((HostError.Exists, true), (result.Kind!.Value, File.Exists(file)));
        Assert.Equal(("taken", 1), (await File.ReadAllTextAsync(target, Token), Directory.GetFiles(_to).Length));
    }

    [Fact]
    public async Task A_copy_has_no_name_until_it_is_whole_so_nothing_is_left_of_one_that_breaks_off()
    {
        await File.WriteAllTextAsync(Path.Combine(_to, "taken"), "taken", Token);
        using var folder = Native.Enter(_to);
        using (var broken = Native.MakeNameless(folder))
        {
            Assert.SkipWhen(broken is null, $"{Elsewhere} has no nameless files.");
        }

        using var whole = Native.MakeNameless(folder)!;

        Assert.Equal(["taken"], Directory.GetFiles(_to).Select(Path.GetFileName));
        Assert.Equal(Errno.Exists, Assert.Throws<LinuxException>(() => Native.Name(whole, folder, "taken")).Number);
        Native.Name(whole, folder, "whole");
        Assert.Equal(["taken", "whole"], Directory.GetFiles(_to).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("taken", await File.ReadAllTextAsync(Path.Combine(_to, "taken"), Token));
    }

    [Fact]
    public async Task A_link_is_neither_moved_nor_followed()
    {
        var file = Put("file");
        var link = Path.Combine(_from, "link");
        File.CreateSymbolicLink(link, file);
        var folder = Path.Combine(_from, "folder");
        Directory.CreateSymbolicLink(folder, _from);

        Assert.Contains("no plain file", (await MoveAsync(link, Path.Combine(_to, "file"))).Error);
        Assert.NotNull((await MoveAsync(Path.Combine(folder, "file"), Path.Combine(_to, "file"))).Error);
        Assert.Equal((true, 0), (File.Exists(file), Directory.GetFiles(_to).Length));
    }

    public void Dispose()
    {
        Directory.Delete(_from, recursive: true);
        if (_to.Length > 0)
        {
            Directory.Delete(_to, recursive: true);
        }
    }

    private string Put(string name)
    {
        var path = Path.Combine(_from, name);
        File.WriteAllText(path, name);
        return path;
    }

    [DllImport("libc", EntryPoint = "setxattr", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int SetXattr(string path, string name, byte[] value, nint size, int flags);

    [DllImport("libc", EntryPoint = "getxattr", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint GetXattr(string path, string name, byte[] value, nint size);

    private static async Task<FileResult> MoveAsync(string from, string to) =>
        (await LinuxFileWriter.MoveAsync([new FileMove(from, to)], Token)).Single();
}
