using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;
using ImcBot.Lab.Server.Processes;
using Record = ImcBot.Lab.Server.Host.Record;

namespace ImcBot.EndToEnd.Tests.Server;

public sealed class Nothing_is_lost_or_forgotten
{
    [Fact]
    public async Task The_record_names_everybody_who_changed_something()
    {
        await using var server = await RunningServer.StartAsync("--count", "5");
        await server.GoodMailFlowsAsync();
        await server.CallAsync(HttpMethod.Post, "files/folder", new FolderOrder(@"D:\Hold"), "INC-7/3#4");
        await server.CallAsync(HttpMethod.Put, @"files/content?path=D:\Hold\README.txt", "hello"u8.ToArray(), "INC-7/3#4");
        await server.SetRegistryAsync(Places.ImcDiagnostics, Places.ProtocolLog, "dword", 1);
        await server.MoveAsync(new MoveOrder(@"D:\Hold\README.txt", @"D:\Hold\READ.txt"));
        await server.DeleteAsync(await server.FilesAsync(@"D:\Hold"));
        await server.CallAsync(HttpMethod.Post, "services/MSExchangeIMC/stop", claim: "INC-7/3#5");
        await server.UntilStateAsync(RunningServer.Imc, ServiceState.Stopped);
        await server.DoAsync("console/remove-programs");
        var record = new List<RecordEntry>();
        await RunningServer.UntilAsync(
            async () => (record = await server.GetAsync<List<RecordEntry>>("record")).Count(entry => entry.What == "mail.delivered") == 5,
            () => "A delivery is missing in the record."
        );

        Assert.Equal(Enumerable.Range(1, record.Count), record.Select(entry => entry.N));
        Assert.Contains(record, entry => entry is { By: "INC-7/3#4", What: "folder.create", Target: @"D:\Hold" });
        Assert.Contains(record, entry => entry is { By: "INC-7/3#4", What: "file.write" });
        Assert.Contains(record, entry => entry is { By: "INC-1/1#1", What: "registry.set", Detail: "1" });
        Assert.Contains(record, entry => entry is { By: Caller.Unnamed, What: "file.move", Detail: @"D:\Hold\READ.txt" });
        Assert.Contains(record, entry => entry is { By: Caller.Unnamed, What: "file.delete" });
        Assert.Contains(record, entry => entry is { By: "INC-7/3#5", What: Record.Stop, Target: RunningServer.Imc });
        Assert.Contains(record, entry => entry is { By: "console", What: "program.remove" });
        Assert.Equal(5, record.Count(entry => entry is { By: "service MSExchangeIS", What: "mail.delivered" }));
        Assert.Equal(5, record.Count(entry => entry is { By: "service MSExchangeIMC", What: "file.delete" }));
        Assert.Equal(record[3..], await server.GetAsync<List<RecordEntry>>("record?after=3"));
    }

    [Fact]
    public async Task A_restart_of_the_practice_server_keeps_everything_and_leaves_no_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked for in /proc.");
        await using var server = await RunningServer.StartAsync("--count", "30", "--faults", "message:null-boundary", "--arrivals", "300");
        await server.UntilStoppedAsync();
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Stopped);
        await server.DoAsync("services/MSExchangeIS/start");
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Running);
        var record = await server.GetAsync<List<RecordEntry>>("record");
        await server.EndAsync();
        Assert.Empty(ChildrenOf(server));

        await server.StartAsync();
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Running);
        Assert.Equal(ServiceState.Stopped, (await server.ServiceAsync(RunningServer.Imc)).State);
        Assert.Equal(record, (await server.GetAsync<List<RecordEntry>>("record")).Take(record.Count));
        Assert.Equal(["message:null-boundary"], (await server.TruthAsync()).Faults);

        await server.KillServerOnlyAsync();
        await RunningServer.UntilAsync(() => Task.FromResult(!ChildrenOf(server).Any()), () => "The store outlived its server.");
        await server.StartAsync();
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Running);

        var bad = (await server.TruthAsync()).Messages.Single(message => message.Bad).Name;
        Assert.Null((await server.MoveAsync(new MoveOrder($@"{RunningServer.Imcdata}\In\{bad}", $@"D:\{bad}"))).Single().Code);
        await server.StartServiceAsync(RunningServer.Imc);
        await RunningServer.UntilAsync(async () => (await server.TruthAsync()).Arrived > 20, () => "Refused mail did not come again.");
        await server.GoodMailFlowsAsync();
    }

    [Fact]
    public async Task Mail_that_is_refused_while_the_service_is_down_comes_again()
    {
        await using var server = await RunningServer.StartAsync("--count", "20", "--arrivals", "1200");
        for (var round = 1; round <= 3; round++)
        {
            await server.UntilStateAsync(RunningServer.Imc, ServiceState.Running);
            var arrived = (await server.TruthAsync()).Arrived;
            await RunningServer.UntilAsync(async () => (await server.TruthAsync()).Arrived > arrived + 10, () => "No mail arrived.");
            await server.RestartAsync(RunningServer.Imc);
        }

        var sent = (await server.GetAsync<List<RecordEntry>>("record"))
            .Where(entry => entry.What == "mail.sent")
            .Select(entry => entry.Target)
            .ToList();
        GroundTruth? truth = null;
        await RunningServer.UntilAsync(
            async () =>
            {
                var delivered = (truth = await server.TruthAsync())
                    .Messages.Where(message => message.Deliveries > 0)
                    .Select(message => message.Token)
                    .ToHashSet();
                return sent.TrueForAll(delivered.Contains);
            },
            () => "Mail was lost."
        );
        Assert.DoesNotContain(truth!.Messages, message => message.Deliveries > 1);
    }

    private static IEnumerable<string> ChildrenOf(RunningServer server) =>
        Directory
            .EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Select(ReadEnvironment)
            .Where(environment => environment.Contains($"{ServerLink.RootVariable}={server.Real("")}", StringComparison.Ordinal));

    private static string ReadEnvironment(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
