using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Testing;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>A whole search beside mail that others hold, mail that arrives all the time, and a second instance.</summary>
public sealed class Nothing_foreign_of_a_live_Postfix_is_touched : IDisposable
{
    private const string Bad = "X-Bad: yes";
    private const int Good = 5;

    private readonly CancellationTokenSource _enough = new();
    private SmtpDoor? _filter;
    private LivePostfix? _postfix;
    private LivePostfix? _other;
    private PostfixBench? _bench;

    private LivePostfix Postfix => _postfix!;

    private PostfixBench Bench => _bench!;

    [Fact]
    public async Task What_others_hold_stays_what_arrives_is_delivered_once_and_another_instance_is_left_alone()
    {
        await StartAsync();
        var goods = Enumerable.Range(0, Good).Select(number => $"Subject: good {number}");
        var ids = await Postfix.SendUntilDeferredAsync([$"Subject: bad\r\n{Bad}", .. goods, "Subject: held by an administrator"]);
        var (bad, byAdministrator) = (ids[0], ids[^1]);
        Postfix.Ask("postsuper", "-h", byAdministrator);
        var byMilter = await Postfix.SendIntoQuarantineAsync("Subject: in quarantine");
        await LivePostfix.UntilAsync(() => Postfix.In("hold").Count == 2);
        var (foreign, elsewhere) = (Postfix.Look("hold"), Elsewhere());
        var arriving = ArriveAsync();

        await SearchAsync();
        await _enough.CancelAsync();
        var arrived = await arriving;
        Postfix.Ask("postqueue", "-f");
        await LivePostfix.UntilAsync(() => _filter!.Taken.Count >= Good + arrived && Postfix.In("active").Count == 0);

        Assert.Equal(new[] { bad, byAdministrator, byMilter }.Order(StringComparer.Ordinal), Postfix.In("hold"));
        Assert.Equal(foreign, Postfix.Look("hold").Where(file => !file.Contains(bad, StringComparison.Ordinal)));
        Assert.Equal(elsewhere, Elsewhere());
        Assert.Equal(
            Enumerable
                .Range(0, Good)
                .Select(number => $"Subject: good {number}")
                .Concat(Enumerable.Range(0, arrived).Select(number => $"Subject: arrived {number}"))
                .Order(StringComparer.Ordinal),
            _filter!.Taken.Select(SubjectOf).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Of_a_log_that_two_instances_share_only_its_own_lines_are_read_and_told()
    {
        await StartAsync();
        var follower = Bench.Follower("postfix.no-space", "postfix.map", "postfix.panic");
        await follower.CatchUpAsync(CancellationToken.None);
        Plant("pf-two", "panic: something");
        Plant("pf", "error: open database /etc/postfix/access.db: No such file or directory");
        Plant("pf/submission", "warning: mail_queue_enter: create file incoming/12.34: No space left on device");
        Plant("postfix", "panic: something");

        await follower.StepAsync(CancellationToken.None);

        Assert.Equal(["postfix.map", "postfix.no-space"], Bench.Told().Select(told => told.Kind));
        Assert.DoesNotContain(await Bench.Site.EventsAsync(PostfixBench.Service, 0, CancellationToken.None), IsForeign);
        Assert.DoesNotContain(await Bench.Site.LastEventsAsync(PostfixBench.Service, 500, CancellationToken.None), IsForeign);

        void Plant(string name, string said) =>
            File.AppendAllText(Postfix.Log, $"{TimeProvider.System.GetLocalNow():yyyy-MM-ddTHH:mm:sszzz} mx {name}/smtpd[17]: {said}\n");

        static bool IsForeign(LogEvent entry) => entry.Message.Contains("panic", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _enough.Dispose();
        _bench?.Dispose();
        _postfix?.Dispose();
        _other?.Dispose();
        _filter?.Dispose();
    }

    private async Task StartAsync()
    {
        Assert.SkipWhen(LivePostfix.Missing is not null, LivePostfix.Missing ?? "");
        _filter = new SmtpDoor { Breaks = message => message.Contains(Bad, StringComparison.Ordinal) };
        _postfix = new LivePostfix(_filter.Port, _filter.Port);
        _other = new LivePostfix(Loopback.FreePort());
        _bench = new PostfixBench(_postfix);
        await _postfix.StartAsync();
        await _other.StartAsync();
        await _other.SendAsync("Subject: waits elsewhere");
        await _other.SendIntoQuarantineAsync("Subject: held elsewhere");
        await LivePostfix.UntilAsync(() => _other.In("deferred").Count == 1 && _other.In("hold").Count == 1);
    }

    private IReadOnlyList<string> Elsewhere() => [.. _other!.Look("hold"), .. _other.Look("deferred")];

    /// <summary>Sends one message after the other.</summary>
    /// <returns>How many.</returns>
    private async Task<int> ArriveAsync()
    {
        var sent = 0;
        while (!_enough.IsCancellationRequested)
        {
            await Postfix.SendAsync($"Subject: arrived {sent++}");
        }

        return sent;
    }

    /// <summary>Holds what waits, returns all but what Postfix names, and goes to rest.</summary>
    private async Task SearchAsync()
    {
        var plan = await Bench.PlanAsync(
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
        var hold = (await Bench.ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null))).Round!;
        var suspect = hold.Outline!.Weighed.Single(message => message.Features.Contains(Defect.FailedDirectly)).Index;
        var good = IndexSet.Of(Bench.Messages.Select(message => message.Index).Where(index => index != suspect));
        foreach (var (kind, messages) in new[] { (RoundKind.Return, good), (RoundKind.Rest, IndexSet.Empty) })
        {
            await Bench.ActAsync(plan, new RoundOrder(kind, messages, IndexSet.Empty, Bench.Search.Digest));
        }
    }

    private static string SubjectOf(string message) =>
        message.Split('\n').First(line => line.StartsWith("Subject: ", StringComparison.Ordinal));
}
