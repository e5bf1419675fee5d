using ImcBot.Contracts;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>The rounds of a search on a Postfix that runs, with a filter that breaks off, or hangs, at one message.</summary>
public sealed class A_live_Postfix_is_searched : IDisposable
{
    private const string Bad = "X-Bad: yes";

    private SmtpDoor? _filter;
    private LivePostfix? _postfix;
    private PostfixBench? _bench;

    private LivePostfix Postfix => _postfix!;

    private PostfixBench Bench => _bench!;

    [Fact]
    public async Task A_message_at_which_the_filter_breaks_off_is_named_and_the_others_pass_without_it()
    {
        await StartAsync();
        _filter!.Breaks = message => message.Contains(Bad, StringComparison.Ordinal);
        var goods = Enumerable.Range(0, 6).Select(number => $"Subject: good {number}");
        var bad = (await Postfix.SendUntilDeferredAsync([$"Subject: bad\r\n{Bad}", .. goods]))[0];
        var suspects = await Bench.CheckAsync("postfix.suspects", ("service", PostfixBench.Service));
        Assert.Equal((Verdict.Finding, bad), (suspects.Verdict, suspects.Data["named"]));
        Assert.Contains("the filter has failed 1 time", suspects.Summary, StringComparison.Ordinal);
        var broke = Assert.Single(
            await Bench.Host.Events.LastAsync(PostfixBench.Service, 500, CancellationToken.None),
            line => line.Message.Contains("status=deferred (lost connection", StringComparison.Ordinal)
        );
        Assert.Equal(("1", $"{broke.At}"), (suspects.Data[CallArguments.CrashCount], suspects.Data[CallArguments.CrashTimes]));

        var plan = await PlanAsync();
        Assert.Null(await Bench.RefuseAsync(plan));
        Assert.DoesNotContain(plan.Effects, effect => effect.Stops is [_, ..]);
        Assert.False(plan.Touches.Allow(Trait.Files));
        Assert.Contains("while pf goes on (now 7 messages", plan.Effects[0].Does);
        Assert.Contains("may go back to its sender (maximal_queue_lifetime)", plan.Effects[0].Does);
        Assert.Equal("Mail that waits may be held; other mail goes on, and new mail is taken.", plan.Users);

        var held = await Bench.ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        var hold = held.Round!;
        Assert.Equal(RoundVerdict.Ran, hold.Verdict);
        Assert.Equal("The service has stayed up for 2 s after the last returned message left the queue.", held.Summary);
        Assert.Equal([bad], Postfix.In("hold"));
        var index = Bench.Messages.Single(message => message.Name == bad).Index;
        Assert.Contains(Defect.FailedDirectly, hold.Outline!.Weighed.Single(message => message.Index == index).Features);
        Assert.Equal(Path.Combine(Postfix.Queue, "hold"), hold.Outline.Folder);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Bench.Search.Folder)!, "manifest.json")));

        var good = IndexSet.Of(Bench.Messages.Select(message => message.Index).Where(one => one != index));
        Assert.Equal((good, good), (hold.Released, hold.Accepted));
        Assert.Equal((7, 1, 6), (hold.Counts.Found, hold.Counts.Held, hold.Counts.Accepted));
        Assert.Equal(6, _filter.Taken.Count);
        Assert.All(Bench.Messages, message => Assert.NotNull(message.Sha256));

        var last = (await Bench.ActAsync(plan, Return(IndexSet.Of(index), IndexSet.Empty))).Round!;
        Assert.Equal((RoundVerdict.Crashed, IndexSet.Of(index)), (last.Verdict, last.Named));

        var rest = (await Bench.ActAsync(plan, new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, Bench.Search.Digest))).Round!;
        Assert.Equal(RoundVerdict.Ran, rest.Verdict);
        Assert.Equal([bad], Postfix.In("hold"));
        Assert.Equal(6, _filter.Taken.Count);
    }

    [Fact]
    public async Task A_message_that_looks_bad_is_held_with_the_one_that_is_named()
    {
        await StartAsync();
        _filter!.Breaks = message => message.Contains(Bad, StringComparison.Ordinal);
        var ids = await Postfix.SendUntilDeferredAsync(
            $"Subject: bad\r\n{Bad}",
            $"Subject: worse\n{Bad}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"\"".ReplaceLineEndings("\r\n"),
            "Subject: good"
        );

        var hold = (await Bench.ActAsync(await PlanAsync(), new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null))).Round!;

        Assert.Equal((RoundVerdict.Ran, 1), (hold.Verdict, hold.Released.Count));
        Assert.Equal(ids.Take(2).Order(StringComparer.Ordinal), Postfix.In("hold").Order(StringComparer.Ordinal));
        Assert.Single(_filter.Taken);
    }

    [Fact]
    public async Task What_arrives_while_the_named_one_is_being_held_is_tried_with_the_others()
    {
        await StartAsync();
        _filter!.Breaks = message => message.Contains(Bad, StringComparison.Ordinal);
        var bad = (await Postfix.SendUntilDeferredAsync($"Subject: bad\r\n{Bad}", "Subject: good"))[0];
        var plan = await PlanAsync();
        Bench.Meanwhile(() =>
        {
            Postfix.SendMany(1);
            SpinWait.SpinUntil(() => Postfix.In("deferred").Count == 3);
        });

        var hold = (await Bench.ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null))).Round!;

        Assert.Equal((RoundVerdict.Ran, 1), (hold.Verdict, hold.Arrived));
        Assert.Equal([bad], Postfix.In("hold"));
        Assert.Equal(2, _filter.Taken.Count);
    }

    [Fact]
    public async Task A_message_at_which_the_filter_hangs_is_named_by_what_is_in_delivery()
    {
        await StartAsync();
        _filter!.Hangs = message => message.Contains(Bad, StringComparison.Ordinal);
        var bad = await Postfix.SendAsync($"Subject: bad\n{Bad}".ReplaceLineEndings("\r\n"));
        await LivePostfix.UntilAsync(() => _filter.Waiting.Count == 1);
        await Postfix.SendAsync("Subject: good");
        var suspects = await Bench.CheckAsync("postfix.suspects", ("service", PostfixBench.Service));
        Assert.Equal((Verdict.Finding, bad), (suspects.Verdict, suspects.Data["named"]));

        var hold = (await Bench.ActAsync(await PlanAsync(), new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null))).Round!;

        Assert.Equal(2, Postfix.In("hold").Count);
        Assert.Equal(0, hold.Counts.Unknown);
        Assert.Equal(2, hold.Counts.Held);
    }

    [Fact]
    public async Task Held_mail_is_put_back_by_undo_and_each_message_is_delivered_once()
    {
        await StartAsync();
        _filter!.Breaks = _ => true;
        await Postfix.SendAsync("Subject: a");
        await Postfix.SendAsync("Subject: b");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 2);
        var plan = await PlanAsync();
        var hold = (await Bench.ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null))).Round!;
        Assert.Equal((RoundVerdict.Crashed, 1), (hold.Verdict, hold.Released.Count));
        await Bench.ActAsync(plan, new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, Bench.Search.Digest));
        Assert.Equal(2, Postfix.In("hold").Count);

        _filter.Breaks = _ => false;
        var back = await Bench.PlanAsync(Remedy.Undo(PostfixBench.Question));
        Assert.Equal([Trait.Items], back.Touches);
        var undone = await Bench.UndoAsync();

        Assert.True(undone.Verdict == Verdict.Clear, undone.Summary);
        await LivePostfix.UntilAsync(() => _filter.Taken.Count == 2 && Postfix.In("active").Count == 0);
        Assert.Empty(Postfix.In("hold"));
        Assert.Equal(2, _filter.Taken.Count);
    }

    public void Dispose()
    {
        _bench?.Dispose();
        _postfix?.Dispose();
        _filter?.Dispose();
    }

    private async Task StartAsync()
    {
        Assert.SkipWhen(LivePostfix.Missing is not null, LivePostfix.Missing ?? "");
        _filter = new SmtpDoor();
        _postfix = new LivePostfix(_filter.Port, _filter.Port);
        _bench = new PostfixBench(_postfix);
        await _postfix.StartAsync();
    }

    private Task<Plan> PlanAsync() =>
        Bench.PlanAsync(
            new Remedy(
                [
                    Call.To(
                        "mail.search",
                        ("starts", "6"),
                        ("store-crashes", "4"),
                        ("minutes", "40"),
                        ("queue", "postfix.queue"),
                        ("service", PostfixBench.Service),
                        ("items", "filter")
                    ),
                ],
                null,
                [],
                []
            )
        );

    private RoundOrder Return(IndexSet messages, IndexSet withdraw) => new(RoundKind.Return, messages, withdraw, Bench.Search.Digest);
}
