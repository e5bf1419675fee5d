using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Postfix;
using ImcBot.Testing;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>Hold and release on the queue of a Postfix that runs.</summary>
public sealed class Mail_of_a_live_Postfix_is_held : IDisposable
{
    private SmtpDoor? _next;
    private LivePostfix? _postfix;
    private PostfixBench? _bench;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LivePostfix Postfix => _postfix!;

    private PostfixBench Bench => _bench!;

    [Fact]
    public async Task Mail_that_waits_is_held_whole_and_delivered_once_after_its_release()
    {
        var port = await StartAsync(isUp: false);
        var ids = new[]
        {
            await Postfix.SendAsync("Subject: a"),
            await Postfix.SendAsync("Subject: b"),
            await Postfix.SendAsync("Subject: c"),
        };
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 3);
        var queue = await Bench.QueueAsync();
        var items = await ItemsAsync(queue);
        Assert.Equal(ids, items.Select(item => item.Name));

        Assert.All(await HoldAsync(queue, items), result => Assert.True(result.Done, result.Error));
        Assert.Equal(ids.Order(StringComparer.Ordinal), Postfix.In("hold"));
        Assert.Empty(await queue.NamesAsync(queue.Folder, Token));
        var before = await HashesAsync(queue, ids);

        using var next = new SmtpDoor(port);
        Assert.Equal(before, await HashesAsync(queue, ids));
        Assert.All(await ReleaseAsync(queue, items.Take(2)), result => Assert.True(result.Done, result.Error));
        await queue.WakeAsync(Bench.Writer, items, Token);

        await LivePostfix.UntilAsync(() => next.Taken.Count == 2 && Postfix.In("active").Count == 0);
        Assert.Equal(["Subject: a", "Subject: b"], next.Taken.Select(SubjectOf).Order());
        Assert.Equal([ids[2]], Postfix.In("hold"));
        Assert.Equal(ids[..2].Order(), (await queue.SettledAsync(Search(queue), items, Token))!.Order());
    }

    [Fact]
    public async Task What_others_hold_is_never_released()
    {
        await StartAsync(isUp: false);
        var (own, foreign) = (await Postfix.SendAsync("Subject: own"), await Postfix.SendAsync("Subject: quarantined"));
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 2);
        Postfix.Ask("postsuper", "-h", foreign);
        var queue = await Bench.QueueAsync();
        var items = await ItemsAsync(queue);
        Assert.Equal([own], items.Select(item => item.Name));

        await HoldAsync(queue, items);
        await ReleaseAsync(queue, items);
        await queue.WakeAsync(Bench.Writer, items, Token);

        Assert.Equal([foreign], Postfix.In("hold"));
    }

    [Fact]
    public async Task Another_message_with_a_short_id_that_was_given_anew_is_neither_held_nor_released()
    {
        await StartAsync(isUp: false, longIds: false);
        var id = await Postfix.SendAsync("Subject: later");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1);
        var queue = await Bench.QueueAsync();
        var item = Assert.Single(await ItemsAsync(queue));
        var earlier = item with { Arrived = item.Arrived - 60_000_000 };
        Assert.DoesNotContain('z', id);

        Assert.False(Assert.Single(await HoldAsync(queue, [earlier])).Done);
        Assert.Empty(Postfix.In("hold"));

        Postfix.Ask("postsuper", "-h", id);
        Assert.False(Assert.Single(await ReleaseAsync(queue, [earlier])).Done);
        Assert.False(Assert.Single(await ReleaseAsync(queue, [item with { Size = item.Size + 1 }])).Done);
        Assert.Equal([id], Postfix.In("hold"));

        Assert.True(Assert.Single(await ReleaseAsync(queue, [item])).Done);
        Assert.Empty(Postfix.In("hold"));
    }

    [Fact]
    public async Task A_message_that_got_the_short_id_of_a_held_one_is_not_released_for_it()
    {
        await StartAsync(isUp: false, longIds: false);
        var id = await Postfix.SendAsync("Subject: held and deleted");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1);
        var queue = await Bench.QueueAsync();
        var items = await ItemsAsync(queue);
        Assert.True(Assert.Single(await HoldAsync(queue, items)).Done);

        Postfix.Ask("postsuper", "-d", id);
        var other = await Postfix.SendAsync("Subject: a longer one, held by an administrator");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1);
        Postfix.Ask("postsuper", "-h", other);
        File.Move(Path.Combine(Postfix.Queue, "hold", other), Path.Combine(Postfix.Queue, "hold", id));
        var before = Postfix.Look("hold");

        Assert.Equal(HostError.NotFound, Assert.Single(await ReleaseAsync(queue, items)).Kind);
        await queue.WakeAsync(Bench.Writer, items, Token);
        Assert.Empty((await queue.SettledAsync(Search(queue), items, Token))!);

        Assert.Equal(before, Postfix.Look("hold"));
    }

    [Fact]
    public async Task A_second_instance_is_left_alone_whatever_the_environment_says()
    {
        await StartAsync(isUp: false);
        using var other = new LivePostfix(Loopback.FreePort());
        await other.StartAsync();
        await Postfix.SendAsync("Subject: own");
        await other.SendAsync("Subject: other");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1 && other.In("deferred").Count == 1);
        Environment.SetEnvironmentVariable("MAIL_CONFIG", other.Config);
        try
        {
            var queue = await Bench.QueueAsync();
            await HoldAsync(queue, await ItemsAsync(queue));

            Assert.Equal(Postfix.Queue, queue.Folder);
            Assert.Single(Postfix.In("hold"));
            Assert.Empty(other.In("hold"));
            Assert.Single(other.In("deferred"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("MAIL_CONFIG", null);
        }
    }

    [Fact]
    public async Task What_is_held_in_the_middle_of_its_delivery_is_delivered_once_and_counts_as_delivered()
    {
        await StartAsync(isUp: true);
        _next!.Hangs = _ => true;
        var id = await Postfix.SendAsync("Subject: in flight");
        await LivePostfix.UntilAsync(() => _next.Waiting.Count == 1);
        var queue = await Bench.QueueAsync();
        var items = await ItemsAsync(queue);
        await HoldAsync(queue, items);
        Assert.Equal([id], await queue.InWorkAsync(items, Token));
        var hash = await HashesAsync(queue, [id]);

        _next.Let();
        await LivePostfix.UntilAsync(async () => (await queue.SettledAsync(Search(queue), items, Token))!.Contains(id));
        Assert.Equal([id], Postfix.In("hold"));
        Assert.Equal(hash, await HashesAsync(queue, [id]));

        await queue.WakeAsync(Bench.Writer, [], Token);
        await LivePostfix.UntilAsync(() => Postfix.In("hold").Count == 0 && Postfix.ReadLog().Contains($"{id}: removed"));
        Assert.Single(_next.Taken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mail_of_a_queue_with_folders_for_its_names_is_held_and_released(bool longIds)
    {
        await StartAsync(isUp: false, longIds, further: "hash_queue_names = incoming, active, deferred, defer, hold, corrupt");
        var id = await Postfix.SendAsync("Subject: hashed");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1);
        var queue = await Bench.QueueAsync();
        var items = await ItemsAsync(queue);

        Assert.True(Assert.Single(await HoldAsync(queue, items)).Done);
        Assert.Equal([id], Postfix.In("hold"));
        Assert.Empty(Directory.GetFiles(Path.Combine(Postfix.Queue, "hold")));
        Assert.Equal([id], await queue.NamesAsync(queue.HoldRoot, Token));
        Assert.Equal([id], (await queue.FilesAsync(queue.HoldRoot, Token)).Select(file => file.Name));
        Assert.Single(await HashesAsync(queue, [id]));
        Assert.Empty(await queue.InWorkAsync(items, Token));

        Assert.True(Assert.Single(await ReleaseAsync(queue, items)).Done);
        await queue.WakeAsync(Bench.Writer, items, Token);
        Assert.Empty(Postfix.In("hold"));
        Assert.Empty(await queue.NamesAsync(queue.HoldRoot, Token));
    }

    [Theory]
    [InlineData("5", "2023-11-19 22:13 UTC")]
    [InlineData("0", "2023-11-14 22:13 UTC")]
    [InlineData("12h", "2023-11-15 10:13 UTC")]
    [InlineData("2w", "2023-11-28 22:13 UTC")]
    [InlineData("5x", "is not known: '5x' is no time of Postfix")]
    [InlineData("99999999999", "is not known: '99999999999' is no time of Postfix")]
    public async Task When_released_mail_expires_is_told_in_the_settings_own_unit_and_stops_nothing(string lifetime, string told)
    {
        await StartAsync(isUp: false);
        Postfix.Ask("postconf", "-e", $"maximal_queue_lifetime={lifetime}");
        var queue = await Bench.QueueAsync();

        Assert.Contains(told, await queue.CautionAsync([new QueueItem("A", 1, 1_700_000_000_000_000)], Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_that_no_longer_waits_when_it_is_to_be_held_is_told_as_gone()
    {
        await StartAsync(isUp: false);
        await Postfix.SendAsync("Subject: a");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1);
        var queue = await Bench.QueueAsync();
        var items = await ItemsAsync(queue);
        Postfix.Ask("postsuper", "-d", items[0].Name);

        Assert.Equal(HostError.NotFound, Assert.Single(await HoldAsync(queue, items)).Kind);
        Assert.Empty((await queue.SettledAsync(Search(queue), items, Token))!);
    }

    [Fact]
    public async Task Only_mail_for_the_filter_is_meant_where_that_is_asked_for()
    {
        await StartAsync(isUp: false, filter: Loopback.FreePort());
        var before = await Postfix.SendAsync("Subject: before the filter");
        var behind = await Postfix.GiveBackAsync("Subject: behind the filter");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 2);

        Assert.Equal([before], (await ItemsAsync(await Bench.QueueAsync(PostfixQueue.OfFilter))).Select(item => item.Name));
        Assert.Equal(
            new[] { before, behind }.Order(StringComparer.Ordinal),
            (await ItemsAsync(await Bench.QueueAsync())).Select(item => item.Name).Order(StringComparer.Ordinal)
        );
    }

    public void Dispose()
    {
        _bench?.Dispose();
        _postfix?.Dispose();
        _next?.Dispose();
    }

    /// <summary>The port of the next mail server, which takes mail or is not there.</summary>
    private async Task<int> StartAsync(bool isUp, bool longIds = true, int? filter = null, params string[] further)
    {
        Assert.SkipWhen(LivePostfix.Missing is not null, LivePostfix.Missing ?? "");
        _next = isUp ? new SmtpDoor() : null;
        var port = _next?.Port ?? Loopback.FreePort();
        _postfix = new LivePostfix(port, filter, longIds, further: further);
        _bench = new PostfixBench(_postfix);
        await _postfix.StartAsync();
        return port;
    }

    private static async Task<List<QueueItem>> ItemsAsync(PostfixQueue queue) =>
        QueueItem.Of(queue, await queue.FilesAsync(queue.Folder, Token));

    private Task<IReadOnlyList<FileResult>> HoldAsync(PostfixQueue queue, IReadOnlyList<QueueItem> items) =>
        queue.MoveAsync(Bench.Writer, items, queue.Folder, queue.HoldRoot, Token);

    private Task<IReadOnlyList<FileResult>> ReleaseAsync(PostfixQueue queue, IEnumerable<QueueItem> items) =>
        queue.MoveAsync(Bench.Writer, [.. items], queue.HoldRoot, queue.Folder, Token);

    private static async Task<List<string>> HashesAsync(PostfixQueue queue, IEnumerable<string> ids)
    {
        var hashes = new List<string>();
        foreach (var id in ids)
        {
            hashes.Add((await queue.Reader(queue.HoldRoot).ReadAsync(id, Token)).Sha256);
        }

        return hashes;
    }

    private static SearchRecord Search(PostfixQueue queue) => new(new(7, 3), 0, queue.HoldRoot, queue.Folder, 0) { Queue = queue.Record };

    private static string SubjectOf(string message) =>
        message.Split('\n').First(line => line.StartsWith("Subject: ", StringComparison.Ordinal));
}
