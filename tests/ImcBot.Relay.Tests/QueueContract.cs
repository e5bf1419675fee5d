using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What a search may rely on, whatever the queue is.</summary>
public abstract class QueueContract
{
    private protected const string Hold = @"D:\ImcBotHold\INC-7\held";

    private protected FakeServer Server { get; } = new(new LeapingTime());

    private protected abstract IQueue Queue { get; }

    private protected abstract string Service { get; }

    /// <summary>Names of the files of one item.</summary>
    private protected abstract IReadOnlyList<string> FilesOf(string item);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IHostWriter Writer => Server.Host.Writer("INC-7/3#1");

    private protected Site Site => new(Server.Host, new HostProfile(2, 4, 15, 15, 3), new LeapingTime(), ProductSet.All);

    [Fact]
    public async Task Items_are_listed_in_the_order_in_which_they_arrived()
    {
        Stop();
        Put("MSG00002", "two", TimeSpan.FromMinutes(1));
        Put("MSG00001", "one!", TimeSpan.FromMinutes(2));

        var items = QueueItem.Of(Queue, await Queue.FilesAsync(Queue.Folder, Token));

        Assert.Equal(["MSG00001", "MSG00002"], items.Select(item => item.Name));
        Assert.Equal(4 * FilesOf("MSG00001").Count, items[0].Size);
        Assert.True((await Queue.NamesAsync(Queue.Folder, Token)).SetEquals(["MSG00001", "MSG00002"]));
        Assert.Empty(await Queue.NamesAsync(Hold, Token));
    }

    [Fact]
    public async Task A_held_item_is_whole_and_comes_back_as_it_was()
    {
        Stop();
        Put("MSG00001", "one");
        await Writer.CreateFolderAsync(Hold, Token);

        Assert.True((await MoveAsync("MSG00001", Queue.Folder, Hold)).Done);
        Assert.Empty(await Queue.NamesAsync(Queue.Folder, Token));
        Assert.Equal(FilesOf("MSG00001"), Server.Names(Hold));
        var before = await Queue.Reader(Hold).ReadAsync("MSG00001", Token);
        Assert.Equal(before.Sha256, (await Queue.Reader(Hold).ReadAsync("MSG00001", Token)).Sha256);

        Assert.True((await MoveAsync("MSG00001", Hold, Queue.Folder)).Done);
        Assert.Empty(await Queue.NamesAsync(Hold, Token));
        Assert.Equal(["one"], FilesOf("MSG00001").Select(file => Server.Text(Server.Host.Paths.Join(Queue.Folder, file))).Distinct());
    }

    [Fact]
    public async Task Other_bytes_are_told_by_another_hash()
    {
        Put("MSG00001", "one", folder: Hold);
        var before = await Queue.Reader(Hold).ReadAsync("MSG00001", Token);

        Server.Put(Server.Host.Paths.Join(Hold, FilesOf("MSG00001")[^1]), "other");

        Assert.NotEqual(before.Sha256, (await Queue.Reader(Hold).ReadAsync("MSG00001", Token)).Sha256);
    }

    [Fact]
    public async Task A_taken_name_keeps_the_item_held_and_nothing_is_overwritten()
    {
        Stop();
        Put("MSG00001", "held", folder: Hold);
        Server.Put(Server.Host.Paths.Join(Queue.Folder, FilesOf("MSG00001")[^1]), "new");

        var result = await MoveAsync("MSG00001", Hold, Queue.Folder);

        Assert.Equal(HostError.Exists, result.Kind);
        Assert.Equal(FilesOf("MSG00001"), Server.Names(Hold));
        Assert.Equal("new", Server.Text(Server.Host.Paths.Join(Queue.Folder, FilesOf("MSG00001")[^1])));
    }

    [Fact]
    public async Task An_open_item_stays_where_it_is_with_all_its_files()
    {
        Stop();
        Put("MSG00001", "one");
        await Writer.CreateFolderAsync(Hold, Token);
        Server.Locked.Add(Server.Host.Paths.Join(Queue.Folder, FilesOf("MSG00001")[^1]));

        Assert.Equal(HostError.InUse, (await MoveAsync("MSG00001", Queue.Folder, Hold)).Kind);
        Assert.Equal(FilesOf("MSG00001"), Server.Names(Queue.Folder));
        Assert.Equal(HostError.NotFound, (await MoveAsync("MSG00009", Queue.Folder, Hold)).Kind);
    }

    [Fact]
    public async Task An_index_is_set_aside_under_a_name_that_is_free_and_never_twice()
    {
        Stop();

        var first = await Queue.SetIndexAsideAsync(Writer, 1, Token);
        var second = await Queue.SetIndexAsideAsync(Writer, first, Token);

        Assert.Equal(1, first);
        Assert.Equal(1, second);
        Assert.True(
            Queue.Index is null || Server.Text(Server.Host.Paths.Join(Server.Host.Paths.Folder(Queue.Folder), Queue.Index)) is null
        );
    }

    [Fact]
    public void The_ledger_keeps_what_opens_it_again()
    {
        var search = new SearchRecord(new QuestionId(7, 3), 0, Hold, Queue.Folder, 0) { Queue = Queue.Record };

        var again = Queues.QueueSet.Of(search, Site);

        Assert.Equal(Queue.Record, again.Record);
        Assert.Equal(Queue.Folder, again.Folder);
        Assert.Equal(Service, again.Record.Service);
    }

    private async Task<FileResult> MoveAsync(string item, string from, string to) =>
        Assert.Single(await Queue.MoveAsync(Writer, [new QueueItem(item, 0, 0)], from, to, Token));

    private void Put(string item, string text, TimeSpan age = default, string? folder = null)
    {
        foreach (var file in FilesOf(item))
        {
            Server.Put(Server.Host.Paths.Join(folder ?? Queue.Folder, file), text, age);
        }
    }

    private void Stop() => Server.SetState(Service, ServiceState.Stopped);
}

public sealed class ExchangeSpoolTests : QueueContract
{
    private protected override IQueue Queue => new ExchangeSpool(Site, FakeServer.In);

    private protected override string Service => FakeServer.Imc;

    private protected override IReadOnlyList<string> FilesOf(string item) => [item];
}

public sealed class FolderOfFilesTests : QueueContract
{
    private const string Folder = @"D:\Jobs";

    public FolderOfFilesTests() => Server.Employ("Printer", Folder);

    private protected override IQueue Queue => new FolderQueue(Site, "Printer", Folder, stems: false);

    private protected override string Service => "Printer";

    private protected override IReadOnlyList<string> FilesOf(string item) => [item];
}

public sealed class FolderOfStemsTests : QueueContract
{
    private const string Folder = @"D:\Jobs";

    public FolderOfStemsTests() => Server.Employ("Printer", Folder);

    private protected override IQueue Queue => new FolderQueue(Site, "Printer", Folder, stems: true);

    private protected override string Service => "Printer";

    private protected override IReadOnlyList<string> FilesOf(string item) => [$"{item}.ctl", $"{item}.dat"];
}
