using System.Text;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What every driver of a host must keep, in memory and on the practice server.</summary>
public abstract class HostContract
{
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The bot keeps names of hosts in capitals, and a plan for another host than the incident's is none.</summary>
    [Fact]
    public async Task A_host_is_named_as_the_bot_keeps_it()
    {
        var name = (await HostAsync()).Name;

        Assert.Equal(name.Trim().ToUpperInvariant(), name);
    }

    [Fact]
    public async Task Services_are_told_with_what_they_need()
    {
        var services = await (await HostAsync()).Services.ListAsync(Token);

        Assert.Equal(Chain[..^1], services.NeededBy(Leaf).Select(service => service.Name).Where(Chain.Contains));
    }

    [Fact]
    public async Task Starting_what_runs_stopping_what_others_need_and_stopping_what_is_stopped_are_refused_with_their_codes()
    {
        var host = await HostAsync();
        await BringAsync(host, Leaf, ServiceState.Running);
        Assert.Equal(HostError.AlreadyRunning, await CodeAsync(() => Writer(host).StartAsync(Leaf, Token)));
        Assert.Equal(HostError.DependantsRun, await CodeAsync(() => Writer(host).StopAsync(Needed, Token)));

        await BringAsync(host, Leaf, ServiceState.Stopped);
        Assert.Equal(HostError.NotStarted, await CodeAsync(() => Writer(host).StopAsync(Leaf, Token)));
    }

    [Fact]
    public async Task A_missing_folder_is_told() =>
        Assert.Null(await (await HostAsync()).Files.ListAsync(Paths.Join(Room, "none"), "*", false, Token));

    [Fact]
    public async Task What_is_written_is_listed_and_read()
    {
        var host = await HostAsync();
        var path = await WriteAsync(host, "written.txt", "hello");

        var entry = Assert.Single((await host.Files.ListAsync(AsKnown(Room), AsKnown("w*.txt"), false, Token))!);
        await using var content = await host.Files.OpenAsync(path, Token);

        Assert.Equal(
            (path, 5L, false),
            (entry.Path, entry.Size, entry.Folder),
            (one, other) => Paths.Same(one.Item1, other.Item1) && one.Item2 == other.Item2 && one.Item3 == other.Item3
        );
        Assert.Equal("hello", await new StreamReader(content).ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Moving_renames_keeps_id_and_time_and_never_overwrites()
    {
        var host = await HostAsync();
        var from = await WriteAsync(host, "from", "moved");
        var taken = await WriteAsync(host, "taken", "stays");
        var before = await EntryAsync(host, "from");

        var results = await Writer(host)
            .MoveAsync(
                [
                    new FileMove(from, taken),
                    new FileMove(from, Paths.Join(Room, "to")),
                    new FileMove(Paths.Join(Room, "nothing"), Paths.Join(Room, "x")),
                ],
                Token
            );

        var after = await EntryAsync(host, "to");
        Assert.Equal([HostError.Exists, null, HostError.NotFound], results.Select(result => result.Kind));
        Assert.Equal((before.Id, before.Modified, before.Size), (after.Id, after.Modified, after.Size));
        Assert.Equal(5, (await EntryAsync(host, "taken")).Size);
    }

    [Fact]
    public async Task Deleting_takes_only_the_very_file_that_was_seen()
    {
        var host = await HostAsync();
        await WriteAsync(host, "gone", "1");
        await WriteAsync(host, "replaced", "1");
        var gone = await EntryAsync(host, "gone");
        var replaced = await EntryAsync(host, "replaced");
        await Writer(host).DeleteAsync([(replaced.Path, replaced.Id)], Token);
        await WriteAsync(host, "another", "in between");
        await WriteAsync(host, "replaced", "2");

        var results = await Writer(host).DeleteAsync([(gone.Path, gone.Id), (replaced.Path, replaced.Id)], Token);

        Assert.Equal([true, false], results.Select(result => result.Done));
        Assert.Equal(1, (await EntryAsync(host, "replaced")).Size);
    }

    [Fact]
    public async Task Recursive_listing_reaches_below()
    {
        var host = await HostAsync();
        var deeper = Paths.Join(Paths.Join(Room, "deep"), "er");
        await Writer(host).CreateFolderAsync(deeper, Token);
        await Writer(host).WriteAsync(Paths.Join(deeper, "file"), Encoding.ASCII.GetBytes("x"), Token);

        Assert.Contains((await host.Files.ListAsync(Room, "*", true, Token))!, entry => entry is { Name: "file", Folder: false });
        Assert.DoesNotContain((await host.Files.ListAsync(Room, "*", false, Token))!, entry => entry.Name == "file");
    }

    [Fact]
    public async Task The_clock_is_the_servers_own()
    {
        Assert.SkipWhen(NoClock is not null, NoClock ?? "");

        Assert.True(await (await HostAsync()).Machine.TimeAsync(Token) > 1_000_000_000_000_000);
    }

    [Fact]
    public async Task Environment_and_volumes_are_the_servers_own()
    {
        var host = await HostAsync();

        Assert.Null(Paths.Malformed((await host.Machine.EnvironmentAsync(Token))["TEMP"]));
        Assert.Contains(
            await host.Volumes.ListAsync(Token),
            volume => Paths.IsWithin(Room, volume.Name) && volume.Free > 0 && volume.Free <= volume.Total
        );
    }

    [Fact]
    public async Task Events_are_numbered_upwards_and_read_from_where_one_left_off()
    {
        var host = await HostAsync();
        await BringAsync(host, Leaf, ServiceState.Running);
        await BringAsync(host, Leaf, ServiceState.Stopped);
        var all = await host.Events.ReadAsync(Log, 0, TimeSpan.Zero, Token);
        Assert.SkipWhen(all.Count == 0, "This server has written no event yet.");

        Assert.Equal(all.Select(entry => entry.Index).Order(), all.Select(entry => entry.Index));
        Assert.Empty(await host.Events.ReadAsync(Log, all[^1].Index, TimeSpan.Zero, Token));
        Assert.Equal(
            all.Skip(1).Select(entry => entry.Index),
            (await host.Events.ReadAsync(Log, all[0].Index, TimeSpan.Zero, Token)).Select(entry => entry.Index)
        );
    }

    internal abstract Task<Host> HostAsync();

    private protected virtual PathGrammar Paths => PathGrammar.Windows;

    /// <summary>The folder that the contract works in.</summary>
    private protected virtual string Room => @"D:\Contract";

    /// <summary>Services that need one another, the deepest first.</summary>
    private protected virtual string[] Chain => ["MSExchangeSA", "MSExchangeDS", "MSExchangeIS", "MSExchangeMTA", "MSExchangeIMC"];

    private protected virtual string Needed => "MSExchangeIS";

    private protected string Leaf => Chain[^1];

    /// <summary>A log that starting and stopping writes to.</summary>
    private protected virtual string Log => "Application";

    /// <summary>Why this server cannot be asked for its time, or null.</summary>
    private protected virtual string? NoClock => null;

    private protected static IHostWriter Writer(Host host) => host.Writer("INC-1/1#1");

    /// <summary>A path or pattern as who knows the server may write it.</summary>
    private string AsKnown(string text) => Paths.Comparer.Equals("a", "A") ? text.ToUpperInvariant() : text;

    private static async Task<HostError?> CodeAsync(Func<Task> call) => (await Assert.ThrowsAsync<HostException>(call)).Kind;

    private async Task<string> WriteAsync(Host host, string name, string text)
    {
        await Writer(host).CreateFolderAsync(Room, Token);
        var path = Paths.Join(Room, name);
        await Writer(host).WriteAsync(path, Encoding.ASCII.GetBytes(text), Token);
        return path;
    }

    private async Task<FileEntry> EntryAsync(Host host, string name) => (await host.Files.ListAsync(Room, name, false, Token))!.Single();

    private protected static async Task BringAsync(Host host, string service, ServiceState state)
    {
        var services = await host.Services.ListAsync(Token);
        foreach (
            var needed in services
                .NeededBy(service)
                .Append(services.Find(service)!)
                .Where(needed => state == ServiceState.Running && needed.State == ServiceState.Stopped)
        )
        {
            await StartAsync(host, needed.Name);
            await UntilAsync(host, needed.Name, ServiceState.Running);
        }

        if (state == ServiceState.Stopped && services.Find(service)!.State == ServiceState.Running)
        {
            await Writer(host).StopAsync(service, Token);
        }

        await UntilAsync(host, service, state);
    }

    /// <summary>A server that has just come up starts its services itself, and may be the first.</summary>
    private static async Task StartAsync(Host host, string service)
    {
        try
        {
            await Writer(host).StartAsync(service, Token);
        }
        catch (HostException problem) when (problem.Kind == HostError.AlreadyRunning)
        {
            // It runs, or is about to.
        }
    }

    private static async Task UntilAsync(Host host, string service, ServiceState state)
    {
        while ((await host.Services.ListAsync(Token)).Find(service)!.State != state)
        {
            await Task.Yield();
        }
    }
}

/// <summary>What a driver of a Windows server with Exchange 5.5 must keep beside.</summary>
public abstract class ExchangeHostContract : HostContract
{
    private const string Key = @"HKLM\SOFTWARE\ImcBot\Contract";

    [Fact]
    public async Task Port_25_answers_only_while_the_mail_service_runs()
    {
        var host = await HostAsync();
        Assert.SkipWhen(NoPort25 is not null, NoPort25 ?? "");
        await BringAsync(host, "MSExchangeIMC", ServiceState.Running);
        var greeting = await host.Machine.GreetingAsync(25, Token);
        await BringAsync(host, "MSExchangeIMC", ServiceState.Stopped);

        Assert.StartsWith("220 ", greeting);
        Assert.Null(await host.Machine.GreetingAsync(25, Token));
    }

    [Fact]
    public async Task A_mail_service_told_to_send_only_takes_no_mail_from_its_next_start_until_it_is_told_otherwise()
    {
        var host = await HostAsync();
        Assert.SkipWhen(NoTransferMode is not null, NoTransferMode ?? "");
        await BringAsync(host, "MSExchangeIMC", ServiceState.Running);

        await Writer(host).SetTransferModeAsync("MSExchangeIMC", TransferMode.OutboundOnly, Token);
        var still = await host.Machine.GreetingAsync(25, Token);
        await BringAsync(host, "MSExchangeIMC", ServiceState.Stopped);
        await BringAsync(host, "MSExchangeIMC", ServiceState.Running);
        var paused = await host.Machine.GreetingAsync(25, Token);
        var mode = await host.Services.TransferModeAsync("MSExchangeIMC", Token);
        await Writer(host).SetTransferModeAsync("MSExchangeIMC", TransferMode.InboundAndOutbound, Token);
        await BringAsync(host, "MSExchangeIMC", ServiceState.Stopped);
        await BringAsync(host, "MSExchangeIMC", ServiceState.Running);

        Assert.Equal((true, true, TransferMode.OutboundOnly), (still is not null, paused is null, mode));
        Assert.NotNull(await host.Machine.GreetingAsync(25, Token));
    }

    [Theory]
    [InlineData(nameof(ValueKind.Sz), @"D:\Exchsrvr\Imcdata")]
    [InlineData(nameof(ValueKind.ExpandSz), "%SystemRoot%\\x")]
    [InlineData(nameof(ValueKind.MultiSz), "one\ntwo")]
    [InlineData(nameof(ValueKind.Dword), "4294967295")]
    [InlineData(nameof(ValueKind.Binary), "AAEC/w==")]
    public async Task Registry_values_come_back_with_type_and_content(string kind, string text)
    {
        var host = await HostAsync();
        var value = new RegistryValue($"Value {kind}", Enum.Parse<ValueKind>(kind), text);

        await Writer(host).SetValueAsync(Key, value, Token);
        Assert.Equal(value, (await host.Registry.ValuesAsync(Key, Token)).Single(read => read.Name == value.Name));

        await Writer(host).DeleteValueAsync(Key, value.Name, Token);
        Assert.DoesNotContain(await host.Registry.ValuesAsync(Key, Token), read => read.Name == value.Name);
    }

    [Fact]
    public async Task The_queue_file_cannot_be_moved_while_the_service_runs()
    {
        var host = await HostAsync();
        await BringAsync(host, "MSExchangeIMC", ServiceState.Running);

        var result = Assert.Single(
            await Writer(host).MoveAsync([new FileMove(@"D:\Exchsrvr\Imcdata\Queue.dat", @"D:\Exchsrvr\Imcdata\Queue.x.dat")], Token)
        );

        Assert.Equal(HostError.InUse, result.Kind);
    }

    [Fact]
    public async Task A_missing_key_has_no_values() => Assert.Empty(await (await HostAsync()).Registry.ValuesAsync(Key + @"\None", Token));

    [Fact]
    public async Task Programs_carry_their_versions()
    {
        var host = await HostAsync();

        Assert.Equal(new Version(5, 5, 2656, 60), await host.Files.VersionAsync(@"C:\Exchsrvr\Bin\Store.exe", Token));
        Assert.Null(await host.Files.VersionAsync(@"C:\Exchsrvr\Bin\None.exe", Token));
    }

    /// <summary>Why this server cannot listen on port 25, or null.</summary>
    private protected virtual string? NoPort25 => null;

    /// <summary>Why this driver cannot set the Transfer Mode, or null.</summary>
    private protected virtual string? NoTransferMode => null;
}

public sealed class FakeHostContract : ExchangeHostContract
{
    private readonly FakeServer _server = new(new LeapingTime());

    internal override Task<Host> HostAsync() => Task.FromResult(_server.Host);
}
