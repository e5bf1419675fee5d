using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>Each action of Q317653 for real, and what its undo leaves behind.</summary>
public sealed class Every_action_works_on_Windows : IDisposable
{
    private const string AntivirusKey = @"HKLM\SOFTWARE\Network Associates\TVD\On Access Scanner\Configuration";

    private readonly WineBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("smtp-log.set", Installation.ImcDiagnostics, "7 SMTP Protocol Log", "0", "level", "0")]
    [InlineData("threads.set", Installation.StoreParameters, "Max Threads(Private+Public)", "50", "value", "50")]
    [InlineData(
        "antivirus.exclude",
        AntivirusKey,
        "ExcludedItems",
        "C:\\Exchsrvr\nD:\\Exchsrvr\\Imcdata\nD:\\ImcBotHold",
        "path",
        "${imcdata}"
    )]
    public async Task A_registry_value_is_set_under_its_own_name_and_comes_back_exactly(
        string use,
        string key,
        string name,
        string set,
        params string[] with
    )
    {
        var before = await _bench.Host.Registry.ValuesAsync(key, Token);

        var report = await _bench.ActAsync(3, use, (with[0], with[1]));
        var changed = await _bench.Site.ValueAsync(key, name, Token);
        var undone = await _bench.UndoAsync(4, of: 3);

        Assert.Equal((Verdict.Clear, set, Verdict.Clear), (report.Verdict, changed?.Text, undone.Verdict));
        Assert.Equal(before, await _bench.Host.Registry.ValuesAsync(key, Token));
    }

    [Fact]
    public async Task A_value_that_was_not_there_is_gone_again_after_undo()
    {
        var old = (await _bench.Site.ValueAsync(Installation.StoreParameters, "Max Threads(Private+Public)", Token))!;
        await _bench.Writer.DeleteValueAsync(Installation.StoreParameters, old.Name, Token);
        try
        {
            await _bench.ActAsync(3, "threads.set", ("value", "64"));
            Assert.Equal("64", (await _bench.Site.ValueAsync(Installation.StoreParameters, "Max Threads (Public+Private)", Token))?.Text);
            await _bench.UndoAsync(4, of: 3);
            Assert.Empty(await _bench.Host.Registry.ValuesAsync(Installation.StoreParameters, Token));
        }
        finally
        {
            await _bench.Writer.SetValueAsync(Installation.StoreParameters, old, Token);
        }
    }

    [Fact]
    [Tries("antivirus.pause")]
    public async Task The_scanner_pauses_and_runs_again()
    {
        await _bench.BringAsync("McShield", ServiceState.Running);

        await _bench.ActAsync(3, "antivirus.pause", ("service", "McShield"), ("for", "30min"));
        var paused = await _bench.StateAsync("McShield");
        await _bench.UndoAsync(4, of: 3);

        Assert.Equal((ServiceState.Stopped, ServiceState.Running), (paused, await _bench.StateAsync("McShield")));
    }

    [Fact]
    [Tries(Catalog.ServiceStart, "service.stop")]
    public async Task Start_and_stop_are_taken_back()
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Running);

        await _bench.ActAsync(3, "service.stop", ("service", Installation.ImcService));
        var stopped = await _bench.StateAsync(Installation.ImcService);
        await _bench.UndoAsync(4, of: 3);
        var again = await _bench.StateAsync(Installation.ImcService);

        await _bench.ActAsync(5, "service.stop", ("service", Installation.ImcService));
        var started = await _bench.ActAsync(6, "service.start", ("service", Installation.ImcService));
        await _bench.UndoAsync(7, of: 6);

        Assert.Equal(
            (ServiceState.Stopped, ServiceState.Running, Verdict.Clear, ServiceState.Stopped),
            (stopped, again, started.Verdict, await _bench.StateAsync(Installation.ImcService))
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Tries(Catalog.ServiceRestart)]
    public async Task A_restart_of_the_store_starts_exactly_the_dependants_that_ran(bool ran)
    {
        var imc = ran ? ServiceState.Running : ServiceState.Stopped;
        await _bench.BringAsync(Installation.ImcService, ServiceState.Running);
        await _bench.BringAsync(Installation.ImcService, imc);

        var report = await _bench.ActAsync(3, "service.restart", ("service", Installation.StoreService));

        Assert.Contains("restarted", report.Effects![0].Summary);
        Assert.Equal(
            (ServiceState.Running, imc),
            (await _bench.StateAsync(Installation.StoreService), await _bench.StateAsync(Installation.ImcService))
        );
    }

    [Fact]
    [Tries("files.delete", Catalog.FilesExpire)]
    public async Task Deletions_take_exactly_what_was_planned()
    {
        Directory.Delete(@"D:\TEMP", recursive: true);
        Old(@"D:\RECYCLER\S-1-5-21\Dd1.tmp");
        Old(@"D:\TEMP\old.tmp");
        Old(@"D:\Exchsrvr\Imcdata\Log\L0000001.LOG");
        File.WriteAllText(@"D:\Exchsrvr\Imcdata\Log\L0000002.LOG", "evidence");
        Old(@"D:\TEMP\readonly.tmp");
        File.SetAttributes(@"D:\TEMP\readonly.tmp", FileAttributes.ReadOnly);
        Old(@"D:\TEMP\replaced.tmp");

        await _bench.ActAsync(3, "recycle-bin.empty", ("volume", "${imcdata}"));
        var plan = await _bench.PlanAsync(4, "files.delete", ("folder", "${temp}"), ("older-than", "1d"));
        File.Delete(@"D:\TEMP\replaced.tmp");
        Old(@"D:\TEMP\replaced.tmp");
        Old(@"D:\TEMP\late.tmp");
        var report = await _bench.ActAsync(plan);
        await _bench.ActAsync(5, "files.delete", ("folder", @"${imcdata}\Log"), ("pattern", "L*.log"), ("older-than", "1d"));

        Assert.Empty(Directory.GetFiles(@"D:\RECYCLER", "*", SearchOption.AllDirectories));
        Assert.Equal(["late.tmp", "replaced.tmp"], Directory.GetFiles(@"D:\TEMP").Select(Path.GetFileName).Order());
        await _bench.ActAsync(6, "files.expire", ("path", "${temp}"));
        Assert.Empty(Directory.GetFiles(@"D:\TEMP"));
        Assert.Equal(["L0000002.LOG"], Directory.GetFiles(@"D:\Exchsrvr\Imcdata\Log").Select(Path.GetFileName));
        Assert.Contains("deleted 2 files", report.Summary);
        Assert.Contains("skipped: 1 had changed", report.Summary);
    }

    [Fact]
    [Tries("imcdata.move")]
    public async Task Imcdata_moves_with_its_mail_and_back_with_what_has_come_since()
    {
        var volume = await _bench.Site.VolumeAsync("E:", Token);
        Assert.SkipWhen(volume.Free < (volume.Total / 5) + (1L << 30), "The disk of this machine is too full to leave a fifth free.");
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        Mail("KEEP0001", "HANG");

        var report = await _bench.ActAsync(3, "imcdata.move", ("to", "E:"));
        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(
            ("HANG", @"E:\Exchsrvr\Imcdata"),
            (File.ReadAllText(@"E:\Exchsrvr\Imcdata\In\KEEP0001"), await _bench.Site.ImcdataAsync(Token))
        );
        File.WriteAllText(@"E:\Exchsrvr\Imcdata\In\KEEP0002", "since");
        var undone = await _bench.UndoAsync(4, of: 3);

        Assert.Equal(Verdict.Clear, undone.Verdict);
        Assert.Equal(
            (WinePrefix.Imcdata, "since"),
            (await _bench.Site.ImcdataAsync(Token), File.ReadAllText(WinePrefix.In + @"\KEEP0002"))
        );
        Clear();
    }

    [Fact]
    [Tries(Catalog.ItemsSearch)]
    public async Task A_bad_message_is_found_held_and_everything_put_back()
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        Clear();
        foreach (var (name, text) in new[] { ("GOOD0001", "good"), ("BADM0001", "BAD NAMED"), ("GOOD0002", "good") })
        {
            Mail(name, text);
        }

        var crash = await _bench.ActAsync(3, "service.start", ("service", Installation.ImcService));
        var suspects = await _bench.CheckAsync("mail.suspects");
        var plan = await _bench.PlanAsync(4, "mail.search", ("starts", "6"), ("store-crashes", "4"), ("minutes", "40"));
        var digest = _bench.Ledger.KeepPlan(plan.Question, Plan.ToBytes(plan));
        var hold = await _bench.ActAsync(plan, run: 1, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        var outline = hold.Round!.Outline!;
        var bad = outline.Named;
        var ran = await _bench.ActAsync(
            plan,
            run: 2,
            new RoundOrder(RoundKind.Return, IndexSet.UpTo(outline.Count).Except(bad), bad, outline.Digest)
        );
        // A service that runs is started again by the undo, and the bad message, back in In, stops it then.
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        var undone = await _bench.UndoAsync(5, of: 4);

        Assert.Equal((Verdict.Failed, "BADM0001"), (crash.Verdict, suspects.Data["named"]));
        Assert.Equal((RoundVerdict.Ran, RoundVerdict.Ran), (hold.Round.Verdict, ran.Round!.Verdict));
        Assert.Equal(1, ran.Round.Counts.Held);
        Assert.NotEmpty(digest);
        Assert.Equal(Verdict.Clear, undone.Verdict);
        Assert.Equal("BAD NAMED", File.ReadAllText(WinePrefix.In + @"\BADM0001"));
        Clear();
    }

    [Fact]
    public async Task The_events_of_a_crash_come_with_their_codes()
    {
        await _bench.BringAsync(Installation.ImcService, ServiceState.Stopped);
        Clear();
        var before = await _bench.Site.NewestEventAsync(Token);
        Mail("BADM0002", "BAD NAMED");
        await _bench.ActAsync(3, "service.start", ("service", Installation.ImcService));
        var events = await _bench.Site.EventsAsync(before, Token);
        Clear();

        Assert.Equal([4097, 4116, 3039, 4182, 4102, 1001], events.Select(entry => entry.Id));
        Assert.Equal(new EventData(0x00050074, 0x8007000E, null), EventData.Read(events[1].Data));
        Assert.Equal(["BADM0002"], events[3].Names());
        Assert.InRange(events[0].At, await _bench.Host.Machine.TimeAsync(Token) - 60_000_000, await _bench.Host.Machine.TimeAsync(Token));
    }

    public void Dispose()
    {
        Clear();
        _bench.Dispose();
    }

    private static void Old(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "old");
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-3));
    }

    private static void Mail(string name, string text) => File.WriteAllText($@"{WinePrefix.In}\{name}", text);

    private static void Clear()
    {
        foreach (var file in Directory.GetFiles(WinePrefix.In))
        {
            File.Delete(file);
        }
    }
}
