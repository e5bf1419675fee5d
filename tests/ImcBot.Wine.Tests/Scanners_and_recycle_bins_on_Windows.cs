using ImcBot.Contracts;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>
/// The table of antivirus products against a real service manager and registry, and the recycle bin under each of its names.
/// </summary>
public sealed class Scanners_and_recycle_bins_on_Windows : IDisposable
{
    private readonly WineBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, bool> Names
    {
        get
        {
            var rows = new TheoryData<string, string, bool>();
            foreach (var product in Antivirus.Known)
            {
                foreach (var service in product.Services.Where(name => name != "McShield"))
                {
                    rows.Add(product.Name, service.Replace("*", "Service", StringComparison.Ordinal), true);
                }

                foreach (var driver in product.Drivers)
                {
                    rows.Add(product.Name, driver, false);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_known_service_and_driver_is_seen_in_the_service_manager(string product, string name, bool isService)
    {
        await _bench.BringAsync("McShield", ServiceState.Stopped);
        await WindowsProgram.RunAsync(
            "sc",
            "create",
            name,
            "binPath=",
            @"C:\Exchsrvr\Bin\Store.exe",
            "type=",
            isService ? "own" : "filesys",
            "start=",
            "demand"
        );
        try
        {
            var found = await Antivirus.FindAsync(_bench.Site, WinePrefix.Imcdata, Token);

            Assert.Contains(found, one => one.Product.Name == product && (isService ? one.Service == name : one.Driver == name));
        }
        finally
        {
            await WindowsProgram.RunAsync("sc", "delete", name);
        }
    }

    [Fact]
    public async Task A_scanner_inside_the_store_is_seen_in_the_registry()
    {
        await _bench.BringAsync("McShield", ServiceState.Stopped);
        await _bench.Writer.SetValueAsync(StoreScan.Key, RegistryValue.Dword(StoreScan.Enabled, 1), Token);
        try
        {
            Assert.Equal(Verdict.Unknown, (await _bench.CheckAsync("antivirus.state", ("path", "${imcdata}"))).Verdict);
        }
        finally
        {
            await _bench.Writer.DeleteValueAsync(StoreScan.Key, StoreScan.Enabled, Token);
        }
    }

    [Theory]
    [InlineData(@"D:\RECYCLER\S-1-5-21-500")]
    [InlineData(@"D:\RECYCLED")]
    [InlineData(@"D:\$Recycle.Bin\S-1-5-21-500")]
    [Tries("recycle-bin.empty")]
    public async Task A_hidden_recycle_bin_is_emptied_under_each_of_its_names(string folder)
    {
        var bin = new DirectoryInfo(folder);
        bin.Create();
        File.WriteAllText($@"{folder}\Dd1.doc", "thrown away");
        File.SetAttributes($@"{folder}\Dd1.doc", FileAttributes.Hidden | FileAttributes.System);
        File.WriteAllText($@"{folder}\desktop.ini", "[.ShellClassInfo]");
        bin.Attributes |= FileAttributes.Hidden | FileAttributes.System;

        var report = await _bench.ActAsync(3, "recycle-bin.empty", ("volume", "${imcdata}"));
        var left = bin.GetFiles().Select(file => file.Name).ToList();
        bin.Delete(recursive: true);

        Assert.Contains("deleted 1 file", report.Summary);
        Assert.Equal(["desktop.ini"], left);
    }

    public void Dispose() => _bench.Dispose();
}
