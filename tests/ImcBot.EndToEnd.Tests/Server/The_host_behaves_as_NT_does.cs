using System.Net.Sockets;
using System.Text.Json;
using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.EndToEnd.Tests.Server;

public sealed class The_host_behaves_as_NT_does
{
    private const string Queue = RunningServer.Imcdata + @"\Queue.dat";

    [Fact]
    public async Task Services_depend_on_each_other()
    {
        await using var server = await RunningServer.StartAsync("--count", "3");
        await server.GoodMailFlowsAsync();
        Assert.Equal(1051, (await server.PostAsync("services/MSExchangeIS/stop"))!.Code);
        Assert.Equal(1056, (await server.PostAsync("services/MSExchangeIMC/start"))!.Code);
        Assert.Equal(1062, (await server.PostAsync("services/McShield/stop"))!.Code);
        Assert.Equal(1060, (await server.PostAsync("services/Nothing/start"))!.Code);
        Assert.Contains(RunningServer.Store, (await server.ServiceAsync(RunningServer.Imc)).DependsOn);

        await server.DoAsync("services/MSExchangeIMC/stop");
        await server.UntilStateAsync(RunningServer.Imc, ServiceState.Stopped);
        Assert.Equal(0, (await server.ServiceAsync(RunningServer.Imc)).ExitCode);
        await server.DoAsync("services/MSExchangeIS/stop");
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Stopped);
        await server.StartServiceAsync(RunningServer.Imc);
        Assert.Equal(ServiceState.Running, (await server.ServiceAsync(RunningServer.Store)).State);
    }

    [Fact]
    public async Task The_running_mail_service_keeps_the_queue_file_and_rebuilds_it_at_its_start()
    {
        await using var server = await RunningServer.StartAsync("--count", "3");
        await server.GoodMailFlowsAsync();
        Assert.Equal(32, (await server.MoveAsync(new MoveOrder(Queue, Queue + ".old"))).Single().Code);
        Assert.Equal(32, (await server.DeleteAsync(await server.FilesAsync(RunningServer.Imcdata, "Queue.dat"))).Single().Code);
        Assert.Equal(32, (await server.CallAsync(HttpMethod.Get, $"files/content?path={Uri.EscapeDataString(Queue)}"))!.Code);

        await server.DoAsync("services/MSExchangeIMC/stop");
        await server.UntilStateAsync(RunningServer.Imc, ServiceState.Stopped);
        Assert.Null((await server.DeleteAsync(await server.FilesAsync(RunningServer.Imcdata, "Queue.dat"))).Single().Code);
        Assert.Null((await server.MoveAsync(new MoveOrder(RunningServer.Imcdata + @"\Pickup", @"D:\Pickup.old"))).Single().Code);
        await server.StartServiceAsync(RunningServer.Imc);
        var names = (await server.FilesAsync(RunningServer.Imcdata)).Select(entry => entry.Path.Split('\\')[^1]).ToList();
        Assert.Contains("Queue.dat", names);
        Assert.Contains("Pickup", names);
    }

    [Fact]
    public async Task Files_ignore_case_are_never_overwritten_and_count_against_the_quota()
    {
        await using var server = await RunningServer.StartAsync("--count", "0");
        Assert.Null(await server.CallAsync(HttpMethod.Put, @"files/content?path=E:\One.txt", "one"u8.ToArray()));
        Assert.Null(await server.CallAsync(HttpMethod.Put, @"files/content?path=E:\Two.txt", "two"u8.ToArray()));
        Assert.Equal("one", await server.Http.GetStringAsync(@"files/content?path=e:\ONE.TXT", TestContext.Current.CancellationToken));
        Assert.Equal(
            "ne",
            await server.Http.GetStringAsync(@"files/content?path=e:\ONE.TXT&offset=1&length=9", TestContext.Current.CancellationToken)
        );
        Assert.Equal(183, (await server.MoveAsync(new MoveOrder(@"E:\One.txt", @"E:\two.TXT"))).Single().Code);
        Assert.Equal(2, (await server.MoveAsync(new MoveOrder(@"E:\None", @"E:\Three"))).Single().Code);
        Assert.Equal(2, (await server.CallAsync(HttpMethod.Get, @"files?folder=E:\None"))!.Code);
        Assert.NotNull(await server.CallAsync(HttpMethod.Get, @"files?folder=E:\..\..\state"));

        var before = (await server.FilesAsync(@"E:\", "one.*")).Single();
        Assert.Null((await server.MoveAsync(new MoveOrder(@"E:\One.txt", @"E:\Moved.txt"))).Single().Code);
        var after = (await server.FilesAsync(@"E:\", "moved.*")).Single();
        Assert.Equal((before.Id, before.Modified), (after.Id, after.Modified));
        Assert.Equal(1168, (await server.DeleteAsync([after with { Id = "another" }])).Single().Code);

        Assert.Null((await server.MoveAsync(new MoveOrder(@"E:\Moved.txt", @"C:\Carried.txt"))).Single().Code);
        Assert.Equal(before.Modified, (await server.FilesAsync(@"C:\", "carried.txt")).Single().Modified);
        await server.DoAsync("faults", new FaultOrder(["disk"]));
        Assert.Equal(112, (await server.CallAsync(HttpMethod.Put, @"files/content?path=D:\big", new byte[6 << 20]))!.Code);
    }

    [Fact]
    public async Task A_file_keeps_its_rights_through_renames_and_copies_to_another_volume_and_back()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Rights are a file mode only where there are modes; Windows has its own test.");
            return;
        }

        await using var server = await RunningServer.StartAsync("--count", "0");
        Assert.Null(await server.CallAsync(HttpMethod.Put, @"files/content?path=D:\Mail", "mail"u8.ToArray()));
        const UnixFileMode Rights = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(server.Real("D/Mail"), Rights);
        foreach (var (from, to) in new[] { ("D", "D"), ("D", "E"), ("E", "D") })
        {
            var name = from == to ? "Held" : $"Held{to}";
            var source = Directory.EnumerateFiles(server.Real(from)).Single(file => Path.GetFileName(file) is "Mail" or "Held" or "HeldE");
            Assert.Null((await server.MoveAsync(new MoveOrder($@"{from}:\{Path.GetFileName(source)}", $@"{to}:\{name}"))).Single().Code);
            Assert.Equal(Rights, File.GetUnixFileMode(server.Real($"{to}/{name}")));
        }
    }

    [Fact]
    public async Task The_registry_keeps_kinds_and_the_event_log_answers_at_once()
    {
        await using var server = await RunningServer.StartAsync("--count", "3");
        const string key = @"HKLM\SOFTWARE\Example";
        var address = $"registry/values?key={Uri.EscapeDataString(key)}";
        Assert.Equal(2, (await server.CallAsync(HttpMethod.Get, address))!.Code);
        Assert.Null(await server.SetRegistryAsync(key, "Number", "dword", 5));
        Assert.Null(await server.SetRegistryAsync(key, "number", "dword", 6));
        Assert.NotNull(await server.SetRegistryAsync(key, "Number", "dword", "six"));
        var value = (await server.GetAsync<List<RegistryValue>>(address)).Single();
        Assert.Equal(("Number", 6), (value.Name, value.Data.GetInt32()));
        Assert.Null(await server.CallAsync(HttpMethod.Delete, address + "&name=NUMBER"));
        Assert.Empty(await server.GetAsync<List<RegistryValue>>(address));

        await server.GoodMailFlowsAsync();
        var last = (await server.EventsAsync())[^1].Index;
        var waiting = server.GetAsync<List<EventEntry>>($"events?log=Application&after={last}&wait=25");
        await server.DoAsync("services/MSExchangeIMC/stop");
        Assert.Equal(1001, (await waiting)[0].Id);
    }

    [Fact]
    public async Task What_it_does_not_understand_is_told_in_a_sentence()
    {
        await using var server = await RunningServer.StartAsync("--count", "0");
        foreach (
            var address in new[]
            {
                "files",
                "files?folder=nowhere",
                "files?folder=Z:",
                "registry/values",
                "files/version?path=" + Uri.EscapeDataString(Places.Mailboxes),
            }
        )
        {
            Assert.NotEmpty((await server.CallAsync(HttpMethod.Get, address))!.Error);
        }

        Assert.NotEmpty((await server.PostAsync("console/dance"))!.Error);
        Assert.NotEmpty((await server.PostAsync("console/stop-service"))!.Error);
        Assert.NotEmpty((await server.PostAsync("files/move", "text"))!.Error);
    }

    [Fact]
    public async Task Mail_comes_over_SMTP_and_is_refused_below_the_watermark()
    {
        await using var server = await RunningServer.StartAsync("--count", "0");
        await server.UntilStateAsync(RunningServer.Imc, ServiceState.Running);
        var port = (await server.GetAsync<JsonElement>("ports")).GetProperty("25").GetInt32();
        using (var client = new TcpClient("127.0.0.1", port))
        using (var reader = new StreamReader(client.GetStream()))
        {
            Assert.Matches(
                "^220 .*Microsoft Exchange Internet Mail Service 5\\.5\\.",
                await reader.ReadLineAsync(TestContext.Current.CancellationToken)
            );
        }

        Assert.True(
            await SmtpSender.SendAsync(
                port,
                "Subject: hello\r\n\r\n.\r\n..dots\r\n"u8.ToArray(),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        );
        await server.GoodMailFlowsAsync();
        Assert.Equal(1, (await server.TruthAsync()).Arrived);

        Assert.Null(await server.SetRegistryAsync(Places.ImcParameters, Places.LowWaterMark, "dword", uint.MaxValue));
        await server.RestartAsync(RunningServer.Imc);
        Assert.Contains(await server.EventsAsync(), entry => entry.Id == 3018);
        Assert.False(
            await SmtpSender.SendAsync(
                port,
                "Subject: late\r\n\r\nhello\r\n"u8.ToArray(),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(1, (await server.TruthAsync()).Arrived);
    }

    [Fact]
    public async Task The_protocol_log_is_written_as_the_level_says_from_the_next_start_on()
    {
        await using var server = await RunningServer.StartAsync("--count", "0");
        await server.UntilStateAsync(RunningServer.Imc, ServiceState.Running);
        var port = (await server.GetAsync<JsonElement>("ports")).GetProperty("25").GetInt32();
        Assert.Null(await server.SetRegistryAsync(Places.ImcDiagnostics, Places.ProtocolLog, "dword", 5));
        Assert.True(await SendAsync(port, "before"));
        Assert.Empty(await server.FilesAsync(RunningServer.Imcdata + @"\Log"));

        await server.RestartAsync(RunningServer.Imc);
        Assert.True(await SendAsync(port, "after-the-restart"));
        var log = (await server.FilesAsync(RunningServer.Imcdata + @"\Log", "L*.LOG")).Single();
        Assert.EndsWith(@"\L0000000.LOG", log.Path);
        var text = await server.Http.GetStringAsync(
            $"files/content?path={Uri.EscapeDataString(log.Path)}",
            TestContext.Current.CancellationToken
        );
        Assert.Contains("<<< Subject: after-the-restart", text);
        Assert.Contains(" : >>> 250 OK", text);

        static Task<bool> SendAsync(int to, string subject) =>
            SmtpSender.SendAsync(
                to,
                System.Text.Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\nhello\r\n"),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
    }
}
