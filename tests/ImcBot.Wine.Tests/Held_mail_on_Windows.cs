using System.Diagnostics;
using System.Security.AccessControl;
using System.Security.Principal;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>Mail that is held, returned, replayed and deleted without a search, and what a Windows server does not give.</summary>
public sealed class Held_mail_on_Windows : IDisposable
{
    private const string Archive = WinePrefix.In + @"\Archive";

    private readonly WineBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("In")]
    [InlineData("Out")]
    [Tries(Catalog.ItemsHold)]
    public async Task A_folder_is_held_and_comes_back_as_it_was(string folder)
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        Put(folder, "KEEP0001", "HANG one");
        Put(folder, "KEEP0002", "HANG two");
        var before = Look(folder);

        var held = await _bench.ActAsync(3, "mail.hold", ("folder", folder));
        var left = Look(folder);
        var undone = await _bench.UndoAsync(4, of: 3);

        Assert.Equal((Verdict.Clear, Verdict.Clear), (held.Verdict, undone.Verdict));
        Assert.Empty(left);
        Assert.Equal(before, Look(folder));
    }

    [Fact]
    public async Task Mail_held_on_another_volume_is_copied_and_comes_back()
    {
        var volume = await _bench.Site.VolumeAsync("E:", Token);
        Assert.SkipWhen(volume.Free < (volume.Total / 5) + (1L << 30), "The disk of this machine is too full to leave a fifth free.");
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        Put("In", "KEEP0001", "HANG one");
        var before = Look("In");

        var mail = WinePrefix.In + @"\KEEP0001";
        var rights = new FileInfo(mail).GetAccessControl(AccessControlSections.Access);
        rights.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        rights.AddAccessRule(
            new FileSystemAccessRule(WindowsIdentity.GetCurrent().User!, FileSystemRights.FullControl, AccessControlType.Allow)
        );
        new FileInfo(mail).SetAccessControl(rights);
        var rules = Rules(mail);

        await _bench.ActAsync(3, "mail.hold", ("folder", "In"), ("volume", "E:"));
        var there = Rules(@"E:\ImcBotHold\INC-7\in\KEEP0001");
        await _bench.UndoAsync(4, of: 3);

        Assert.Equal(rules, there);
        Assert.Equal(rules, Rules(mail));
        Assert.Equal(before, Look("In"));

        static IEnumerable<string> Rules(string file) =>
            [
                .. new FileInfo(file)
                    .GetAccessControl(AccessControlSections.Access)
                    .GetAccessRules(true, true, typeof(SecurityIdentifier))
                    .Cast<FileSystemAccessRule>()
                    .Select(rule => $"{rule.IdentityReference} {rule.AccessControlType} {rule.FileSystemRights}")
                    .Order(),
            ];
    }

    [Fact]
    [Tries(Catalog.ItemHeaders, Catalog.ItemsReturn)]
    public async Task Held_messages_are_read_returned_by_number_and_deleted_by_number()
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        Put("In", "KEEP0001", "From: ann@shop.example.com\r\nSubject: HANG offer\r\n\r\nbody\r\n");
        Put("In", "KEEP0002", "HANG two");
        await _bench.ActAsync(3, "mail.hold", ("folder", "In"));

        var headers = await _bench.CheckAsync("mail.headers", ("question", "INC-7/3"), ("message", "0"));
        var returned = await _bench.ActAsync(4, "mail.return", ("question", "INC-7/3"), ("messages", "0"));
        var early = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(5, "mail.delete", ("question", "INC-7/3"), ("messages", "1"), ("held-for", "7d"))
        );

        Assert.Contains("HANG offer", headers.Data["headers"]);
        Assert.Equal(Verdict.Clear, returned.Verdict);
        Assert.Equal(["KEEP0001"], Look("In").Select(file => file.Name));
        Assert.Contains("is kept for another", early.Message);
    }

    [Fact]
    [Tries(Catalog.ItemsDelete)]
    public async Task Held_mail_is_deleted_when_its_time_is_over()
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        Put("In", "KEEP0001", "HANG one");
        await _bench.ActAsync(3, "mail.hold", ("folder", "In"));

        var report = await _bench.ActAsync(
            await PlannedAsync(4, Call.To("mail.delete", ("question", "INC-7/3"), ("messages", "0"), ("held-for", "1s")))
        );

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.False(File.Exists(@"D:\ImcBotHold\INC-7\in\KEEP0001"));
    }

    [Fact]
    [Tries(Catalog.ItemsReplay)]
    public async Task Archived_mail_is_replayed()
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Running);
        Put("In", "ARCH0001", "ARCHIVE");
        await UntilAsync(() => File.Exists($@"{Archive}\ARCH0001"));
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);

        var report = await _bench.ActAsync(3, "mail.replay");

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(["ARCH0001"], Look("In").Select(file => file.Name));
    }

    [Fact]
    [Tries(Catalog.InboundPause)]
    public async Task Inbound_mail_is_paused_by_a_person()
    {
        var refusal = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(3, "inbound.pause", ("service", Installation.ImcService))
        );

        Assert.Contains("cannot tell the Transfer Mode", refusal.Message);
    }

    [Fact]
    [Tries(Catalog.ServiceKill)]
    public async Task The_mail_services_program_is_ended_by_its_name_and_only_while_it_is_wedged()
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        var copy = Path.Combine(Directory.CreateTempSubdirectory("imcbot-kill-").FullName, "msexcimc.exe");
        File.Copy(Path.Combine(Environment.SystemDirectory, "ping.exe"), copy);
        using var wedged = Process.Start(new ProcessStartInfo(copy, "-n 600 127.0.0.1") { UseShellExecute = false })!;

        await _bench.Writer.KillAsync(Installation.ImcService, Token);
        var healthy = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(3, "service.kill", ("service", Installation.ImcService))
        );
        var store = await Assert.ThrowsAsync<HostException>(() => _bench.Writer.KillAsync(Installation.StoreService, Token));

        Assert.True(wedged.HasExited);
        Assert.Contains("not wedged", healthy.Message);
        Assert.Contains("only msexcimc.exe is ended", store.Message);
    }

    public void Dispose()
    {
        foreach (var folder in new[] { "In", "Out" })
        {
            foreach (var file in Look(folder))
            {
                file.Delete();
            }
        }

        foreach (var hold in new[] { @"D:\ImcBotHold", @"E:\ImcBotHold" }.Where(Directory.Exists))
        {
            Directory.Delete(hold, recursive: true);
        }

        _bench.Dispose();
    }

    private async Task<Plan> PlannedAsync(int question, Call call)
    {
        while (true)
        {
            try
            {
                return await _bench.PlanAsync(question, new Remedy([call], null, [], []));
            }
            catch (HostException refusal) when (refusal.Message.Contains("is kept for another", StringComparison.Ordinal))
            {
                await _bench.Site.PauseAsync(Token);
            }
        }
    }

    private async Task UntilAsync(Func<bool> done)
    {
        while (!done())
        {
            await _bench.Site.PauseAsync(Token);
        }
    }

    private static void Put(string folder, string name, string text) => File.WriteAllText($@"{WinePrefix.Imcdata}\{folder}\{name}", text);

    private static List<Message> Look(string folder) =>
        [
            .. new DirectoryInfo($@"{WinePrefix.Imcdata}\{folder}")
                .GetFiles()
                .OrderBy(file => file.Name)
                .Select(file => new Message(file.FullName, File.ReadAllText(file.FullName), file.LastWriteTimeUtc)),
        ];

    private sealed record Message(string Path, string Text, DateTime Written)
    {
        public string Name => System.IO.Path.GetFileName(Path);

        public void Delete() => File.Delete(Path);
    }
}
