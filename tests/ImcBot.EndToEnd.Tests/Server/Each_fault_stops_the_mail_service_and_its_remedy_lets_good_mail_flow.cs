using System.Text.Json;
using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.EndToEnd.Tests.Server;

/// <summary>
/// Real processes: the documented events when a cause is there, all good mail exactly once when it has been removed as Q317653 says.
/// </summary>
public sealed class Each_fault_stops_the_mail_service_and_its_remedy_lets_good_mail_flow
{
    [Fact]
    public async Task A_full_disk_ends_the_store_and_freeing_space_helps()
    {
        await using var server = await RunningServer.StartAsync("--faults", "disk", "--count", "40");
        var events = await server.UntilStoppedAsync();
        Assert.Equal([3018, 1113, 4116, 3039, 4102, 1001], Ids(events));
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Stopped);
        Assert.Equal((1066, 4294966767), await ExitAsync(server, RunningServer.Store));
        Assert.Contains(await server.EventsAsync(log: "System"), entry => entry.Id == 7024);
        var before = await FreeAsync(server);
        Assert.InRange(before, 1, 10 << 20);

        var temporary = await server.FilesAsync(@"D:\TEMP");
        var recycled = await server.FilesAsync(@"D:\RECYCLER");
        Assert.All(await server.DeleteAsync([.. temporary, .. recycled]), result => Assert.Null(result.Error));
        Assert.Equal(before + temporary.Concat(recycled).Sum(file => file.Size), await FreeAsync(server));
        await server.StartServiceAsync(RunningServer.Imc);
        await server.GoodMailFlowsAsync();
    }

    [Fact]
    public async Task Protocol_logs_fill_the_disk_and_a_lower_level_with_old_logs_deleted_helps()
    {
        await using var server = await RunningServer.StartAsync("--faults", "log", "--count", "20");
        var events = await server.UntilStoppedAsync();
        Assert.Equal([2004, 3018, 1113, 4116, 3039, 4102, 1001], Ids(events));

        Assert.Null(await server.SetRegistryAsync(Places.ImcDiagnostics, Places.ProtocolLog, "dword", 0));
        var logs = await server.FilesAsync(RunningServer.Imcdata + @"\Log", "L*.log");
        Assert.NotEmpty(logs);
        await server.DeleteAsync(logs);
        await server.StartServiceAsync(RunningServer.Imc);
        await server.GoodMailFlowsAsync();
    }

    [Fact]
    public async Task An_antivirus_keeps_files_of_In_and_an_exclusion_helps_at_once()
    {
        await using var server = await RunningServer.StartAsync("--faults", "antivirus", "--count", "20");
        var events = await server.UntilStoppedAsync();
        Assert.Equal([4070, 4055, 4116, 4102, 1001], Ids(events));
        Assert.Equal(ServiceState.Running, (await server.ServiceAsync(RunningServer.Store)).State);
        var file = (await server.FilesAsync(RunningServer.Imcdata + @"\In")).First(entry => !entry.Folder).Path;
        Assert.Equal(32, (await server.MoveAsync(new MoveOrder(file, @"D:\TEMP\moved"))).Single().Code);

        Assert.Null(await server.SetRegistryAsync(Places.AntivirusKey, Places.Excluded, "multiSz", new[] { RunningServer.Imcdata }));
        await RunningServer.UntilAsync(
            async () => (await server.MoveAsync(new MoveOrder(file, @"D:\TEMP\moved"))).Single().Code is null,
            () => "The file stayed locked."
        );
        Assert.Null((await server.MoveAsync(new MoveOrder(@"D:\TEMP\moved", file))).Single().Code);
        await server.StartServiceAsync(RunningServer.Imc);
        await server.GoodMailFlowsAsync();
    }

    [Fact]
    public async Task Too_few_threads_convict_an_innocent_and_a_higher_value_with_a_store_restart_helps()
    {
        await using var server = await RunningServer.StartAsync("--faults", "threads", "--count", "20");
        var events = await server.UntilStoppedAsync();
        Assert.Equal([4116, 3039, 4117, 4094, 4102, 1001], Ids(events));
        Assert.Equal(ServiceState.Running, (await server.ServiceAsync(RunningServer.Store)).State);
        var innocent = events.Single(entry => entry.Id == 4117).Strings.Single();
        var message = (await server.TruthAsync()).Messages.Single(other => other.Name == innocent);
        Assert.Equal((false, MessageState.Archived), (message.Bad, message.State));

        Assert.Null(await server.SetRegistryAsync(Places.StoreParameters, "Max Threads (Public+Private)", "dword", 50));
        await server.RestartAsync(RunningServer.Store);
        Assert.Null(
            (
                await server.MoveAsync(
                    new MoveOrder($@"{RunningServer.Imcdata}\In\Archive\{innocent}", $@"{RunningServer.Imcdata}\In\{innocent}")
                )
            )
                .Single()
                .Code
        );
        await server.StartServiceAsync(RunningServer.Imc);
        await server.GoodMailFlowsAsync();
    }

    [Fact]
    public async Task An_old_store_crashes_on_a_message_that_the_hotfix_archives()
    {
        await using var server = await RunningServer.StartAsync("--faults", "build", "--count", "20");
        var events = await server.UntilStoppedAsync();
        Assert.Equal([12800, 4116, 3039, 4182, 4102, 1001], Ids(events));
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Stopped);
        Assert.Contains(await server.EventsAsync(), entry => entry.Id == 4097);
        Assert.Equal("5.5.2653.23", await VersionAsync(server));

        await server.DoAsync("console/install-store-hotfix");
        Assert.Equal("5.5.2656.60", await VersionAsync(server));
        await server.StartServiceAsync(RunningServer.Imc);
        await server.GoodMailFlowsAsync();
        var bad = (await server.TruthAsync()).Messages.Single(message => message.Bad);
        Assert.Equal(MessageState.Archived, bad.State);
        Assert.Equal(ServiceState.Running, (await server.ServiceAsync(RunningServer.Store)).State);
    }

    [Fact]
    public async Task A_bad_message_crashes_the_store_at_every_start_until_it_is_moved_away()
    {
        await using var server = await RunningServer.StartAsync("--faults", "message:blank-charset", "--count", "40");
        await server.UntilStoppedAsync();
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Stopped);
        var first = await server.EventsAsync();
        Assert.Equal([4116, 3039, 4182, 4102, 1001], Ids(first));
        Assert.Contains(first, entry => entry is { Id: 4097, Source: "DrWatson" });
        Assert.Equal((1067, 0), await ExitAsync(server, RunningServer.Store));
        var name = first.Single(entry => entry.Id == 4182).Strings.Single();

        await server.DoAsync($"services/{RunningServer.Imc}/start");
        var second = await server.UntilStoppedAsync(first[^1].Index);
        Assert.Equal(name, second.Single(entry => entry.Id == 4182).Strings.Single());

        await server.DoAsync("files/folder", new FolderOrder(@"D:\ImcBotHold\INC-7"));
        var results = await server.MoveAsync(
            new MoveOrder($@"{RunningServer.Imcdata}\In\{name}", $@"D:\ImcBotHold\INC-7\{name}"),
            new MoveOrder(RunningServer.Imcdata + @"\Queue.dat", RunningServer.Imcdata + @"\Queue.r1.dat")
        );
        Assert.All(results, result => Assert.Null(result.Error));
        await server.StartServiceAsync(RunningServer.Imc);
        await server.GoodMailFlowsAsync();
        var truth = await server.TruthAsync();
        Assert.Equal(
            (true, MessageState.Held),
            truth.Messages.Where(message => message.Name == name).Select(message => (message.Bad, message.State)).Single()
        );
        Assert.Equal((3, 2), (truth.Starts, truth.StoreCrashes));
        Assert.NotNull(truth.FirstDeliveryAt);
    }

    [Fact]
    public async Task Faults_can_be_planted_together_on_a_live_server()
    {
        await using var server = await RunningServer.StartAsync("--count", "10");
        await server.GoodMailFlowsAsync();
        var last = (await server.EventsAsync())[^1].Index;
        await server.DoAsync("faults", new FaultOrder(["threads", "message:2"]));
        Assert.Contains(await server.UntilStoppedAsync(last), entry => entry.Id == 4094);
        Assert.Equal(2, (await server.TruthAsync()).Messages.Count(message => message.Bad));
        Assert.Contains("nothing", (await server.PostAsync("faults", new FaultOrder(["nothing"])))!.Error);
    }

    [Fact]
    public async Task All_faults_together_give_way_one_after_the_other()
    {
        await using var server = await RunningServer.StartAsync(
            "--faults",
            "disk,log,antivirus,message:2,threads,build",
            "--count",
            "40",
            "--seed",
            "5"
        );
        await server.UntilStoppedAsync();
        await server.DeleteAsync([
            .. await server.FilesAsync(@"D:\TEMP"),
            .. await server.FilesAsync(@"D:\RECYCLER"),
            .. await server.FilesAsync(RunningServer.Imcdata + @"\Log", "L*.LOG"),
        ]);
        Assert.Null(await server.SetRegistryAsync(Places.ImcDiagnostics, Places.ProtocolLog, "dword", 1));
        await server.DoAsync("services/McShield/stop");
        await server.UntilStateAsync("McShield", ServiceState.Stopped);
        Assert.True((await server.GetAsync<JsonElement>("drivers"))[0].GetProperty("running").GetBoolean());
        Assert.Null(await server.SetRegistryAsync(Places.StoreParameters, Places.MaxThreads, "dword", 50));
        await server.DoAsync("console/install-store-hotfix");

        await server.DoAsync("files/folder", new FolderOrder(@"D:\Hold"));
        foreach (
            var bad in (await server.TruthAsync()).Messages.Where(message => message.Bad && message.Defect != DefectTable.FixedByHotfix)
        )
        {
            Assert.Null(
                (await server.MoveAsync(new MoveOrder($@"{RunningServer.Imcdata}\In\{bad.Name}", $@"D:\Hold\{bad.Name}"))).Single().Code
            );
        }

        await server.StartServiceAsync(RunningServer.Imc);
        await server.GoodMailFlowsAsync();
        Assert.Equal(0, (await server.TruthAsync()).StoreCrashes);
    }

    [Fact]
    public async Task A_poison_sender_comes_back_whenever_the_service_answers()
    {
        await using var server = await RunningServer.StartAsync("--faults", "poison", "--count", "5");
        var first = await server.UntilStoppedAsync();
        await server.UntilStateAsync(RunningServer.Imc, ServiceState.Stopped);
        await server.DoAsync($"services/{RunningServer.Imc}/start");
        await server.UntilStoppedAsync(first[^1].Index);
        var poison = (await server.TruthAsync()).Messages.Where(message => message.Bad).ToList();
        Assert.NotEmpty(poison);
        Assert.All(poison, message => Assert.Equal(0, message.Deliveries));
    }

    // Start events and what the crash watcher adds in its own time are left out.
    private static IEnumerable<int> Ids(IEnumerable<EventEntry> events) =>
        events.Where(entry => entry.Id is not (1000 or 4097)).Select(entry => entry.Id);

    private static async Task<(int, long)> ExitAsync(RunningServer server, string service)
    {
        var info = await server.ServiceAsync(service);
        return (info.ExitCode, info.ServiceCode);
    }

    private static async Task<long> FreeAsync(RunningServer server) =>
        (await server.GetAsync<JsonElement>("volumes"))
            .EnumerateArray()
            .Single(volume => volume.GetProperty("name").GetString() == "D:")
            .GetProperty("free")
            .GetInt64();

    private static async Task<string?> VersionAsync(RunningServer server) =>
        (await server.GetAsync<JsonElement>($"files/version?path={Uri.EscapeDataString(Places.StoreExe)}"))
            .GetProperty("version")
            .GetString();
}
