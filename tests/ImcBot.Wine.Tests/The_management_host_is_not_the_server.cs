using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Windows;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>
/// The lane gives the server other volumes than this machine has: its C: and F: are shares that lead elsewhere, and this machine's G: is
/// not shared.
/// </summary>
public sealed class The_management_host_is_not_the_server
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Volumes_are_those_that_the_server_shares()
    {
        var here = await WinePrefix.Connect(byName: false).Volumes.ListAsync(Token);
        var there = await WinePrefix.Connect(byName: true).Volumes.ListAsync(Token);

        Assert.Contains(here, volume => volume.Name == "G:");
        Assert.Equal(["C:", "D:", "E:", "F:"], there.Select(volume => volume.Name));
    }

    [Fact]
    public async Task Files_are_written_and_listed_on_the_servers_own_volume()
    {
        var server = WinePrefix.Connect(byName: true);
        await server.Writer("INC-9/9#9").CreateFolderAsync(@"C:\Server only", Token);

        Assert.False(Directory.Exists(@"C:\Server only"));
        Assert.NotNull(await server.Files.ListAsync(@"C:\Server only", "*", false, Token));
        Assert.Null(await server.Files.ListAsync(@"C:\windows", "*", false, Token));
    }

    [Fact]
    public async Task Temp_is_the_servers_whatever_this_process_has()
    {
        Environment.SetEnvironmentVariable("TEMP", @"G:\of the management host");

        Assert.Equal(@"D:\TEMP", (await WinePrefix.Connect(byName: true).Machine.EnvironmentAsync(Token))["TEMP"]);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_told_as_such()
    {
        WinePrefix.Connect(byName: true);
        var nobody = WindowsHost.Connect("NOSUCHHOST", TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<HostException>(() => nobody.Registry.ValuesAsync(@"HKLM\SOFTWARE", Token));

        Assert.Contains("NOSUCHHOST", refusal.Message);
    }

    [Theory]
    [InlineData(null, @"D:\Exchsrvr\Imcdata", @"\\?\D:\Exchsrvr\Imcdata")]
    [InlineData("EXCH01", @"D:\Exchsrvr\Imcdata", @"\\?\UNC\EXCH01\D$\Exchsrvr\Imcdata")]
    [InlineData("EXCH01", "d:", @"\\?\UNC\EXCH01\D$\")]
    public void Paths_of_the_server_open_from_here(string? machine, string path, string reached) =>
        Assert.Equal(reached, ServerPath.FromHere(machine, path));
}
