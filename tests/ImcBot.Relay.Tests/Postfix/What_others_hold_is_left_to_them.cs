using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>A search on a Postfix that runs, while somebody holds mail by hand.</summary>
public sealed class What_others_hold_is_left_to_them : IDisposable
{
    private const string Bad = "X-Bad: yes";

    private SmtpDoor? _filter;
    private LivePostfix? _postfix;
    private PostfixBench? _bench;

    private LivePostfix Postfix => _postfix!;

    private PostfixBench Bench => _bench!;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_somebody_holds_before_the_search_does_is_not_its_own(bool longIds)
    {
        await StartAsync(longIds);
        var bad = (await Postfix.SendUntilDeferredAsync($"Subject: bad\r\n{Bad}", "Subject: good"))[0];
        var plan = await PlanAsync();

        Bench.Meanwhile(() => Postfix.Ask("postsuper", "-h", bad));
        var hold = await Bench.ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        var index = Bench.Messages.Single(message => message.Name == bad).Index;
        var back = await Bench.ActAsync(plan, Order(RoundKind.Return, IndexSet.Of(index)));
        var rest = await Bench.ActAsync(plan, Order(RoundKind.Rest, IndexSet.Empty));

        Assert.All([hold, back, rest], IsTold);
        Assert.True(rest.Round!.Counts.IsBalanced);
        Assert.Equal(Place.HeldByOthers, Bench.Messages[index].Place);
        await IsLeftByUndoAsync(bad);
        Assert.Single(_filter!.Taken);

        void IsTold(Report report) => Assert.EndsWith($" 1 message held by others and left to them: {bad}.", report.Summary);
    }

    [Fact]
    public async Task A_message_that_somebody_holds_after_its_release_is_not_taken_for_its_own_again()
    {
        await StartAsync();
        _filter!.Breaks = _ => true;
        await Postfix.SendUntilDeferredAsync("Subject: a", "Subject: b");
        var plan = await PlanAsync();
        var hold = (await Bench.ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null))).Round!;
        var released = Bench.Messages[hold.Released.Min()].Name;
        var own = Postfix.In("hold").Single();
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").SequenceEqual([released]));

        Postfix.Ask("postsuper", "-h", released);
        var rest = await Bench.ActAsync(plan, Order(RoundKind.Rest, IndexSet.Empty));

        Assert.EndsWith($"held by others and left to them: {released}.", rest.Summary);
        _filter.Breaks = _ => false;
        await IsLeftByUndoAsync(released);
        await LivePostfix.UntilAsync(() => Postfix.ReadLog().Contains($"{own}: removed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_of_others_that_was_delivered_while_it_was_held_stays_where_it_is()
    {
        await StartAsync();
        _filter!.Hangs = message => message.Contains("kept", StringComparison.Ordinal);
        var kept = await Postfix.SendAsync("Subject: kept as evidence");
        await LivePostfix.UntilAsync(() => _filter.Waiting.Count == 1);
        Postfix.Ask("postsuper", "-h", kept);
        var bad = await Postfix.SendAsync($"Subject: bad\r\n{Bad}");
        var plan = await PlanAsync();

        Bench.Meanwhile(() => LetAsync().GetAwaiter().GetResult());
        await Bench.ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        await Bench.ActAsync(plan, Order(RoundKind.Rest, IndexSet.Empty));

        Assert.Equal(bad, Assert.Single(Bench.Messages).Name);
        await IsLeftByUndoAsync(kept);

        async Task LetAsync()
        {
            _filter.Let();
            await LivePostfix.UntilAsync(() => Postfix.ReadLog().Contains($"{kept}: to=<reader@next.test>", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_the_search_had_begun_to_hold_when_its_relay_died_is_its_own()
    {
        await StartAsync();
        var bad = (await Postfix.SendUntilDeferredAsync($"Subject: bad\r\n{Bad}", "Subject: good"))[0];
        var plan = await PlanAsync();
        Bench.Meanwhile(() => Bench.Meanwhile(() => throw new HostException("It died.")));

        var broken = await Bench.ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        Assert.Contains("It died.", broken.Summary, StringComparison.Ordinal);
        Assert.Empty(Postfix.In("hold"));
        Postfix.Ask("postsuper", "-h", bad);
        await Bench.ActAsync(plan, Order(RoundKind.Rest, IndexSet.Empty));

        Assert.Equal(Place.Held, Bench.Messages.Single(message => message.Name == bad).Place);
    }

    public void Dispose()
    {
        _bench?.Dispose();
        _postfix?.Dispose();
        _filter?.Dispose();
    }

    private async Task StartAsync(bool longIds = true)
    {
        Assert.SkipWhen(LivePostfix.Missing is not null, LivePostfix.Missing ?? "");
        _filter = new SmtpDoor { Breaks = message => message.Contains(Bad, StringComparison.Ordinal) };
        _postfix = new LivePostfix(_filter.Port, _filter.Port, longIds);
        _bench = new PostfixBench(_postfix);
        await _postfix.StartAsync();
    }

    private async Task IsLeftByUndoAsync(string id)
    {
        var undone = await Bench.UndoAsync();
        Assert.True(undone.Verdict == Verdict.Clear, undone.Summary);
        Assert.Equal([id], Postfix.In("hold"));
    }

    private Task<Plan> PlanAsync() =>
        Bench.PlanAsync(
            "mail.search",
            ("starts", "6"),
            ("store-crashes", "4"),
            ("minutes", "40"),
            ("queue", "postfix.queue"),
            ("service", PostfixBench.Service),
            ("items", "filter")
        );

    private RoundOrder Order(RoundKind kind, IndexSet messages) => new(kind, messages, IndexSet.Empty, Bench.Search.Digest);
}
