using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>
/// A relay killed before each single change of a search, and killed again while it recovers: no message is lost, none is delivered twice,
/// all states sum.
/// </summary>
public sealed class A_search_survives_any_kill
{
    private static readonly Remedy Search = new(
        [Call.To("mail.search", ("starts", "6"), ("store-crashes", "4"), ("minutes", "40"))],
        null,
        [],
        []
    );

    private static readonly string[] Mail = ["good", "good", "BAD NAMED", "good", "ARCHIVE", "good"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Killed_before_any_change(int changesUntilKilledAgain)
    {
        var kills = 0;
        for (var change = 1; await KilledAsync(change, changesUntilKilledAgain); change++)
        {
            kills++;
        }

        Assert.True(kills > 20, $"only {kills} changes were interrupted");
    }

    /// <summary>
    /// Runs hold, a crashing return and a running return, killed before the given change. False when there were fewer changes.
    /// </summary>
    private static async Task<bool> KilledAsync(int change, int again)
    {
        using var bench = new Bench();
        bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        bench.Server.SetState(FakeServer.Store, ServiceState.Stopped);
        for (var index = 0; index < Mail.Length; index++)
        {
            bench.Server.Put($@"{FakeServer.In}\MSG{index:00000}", Mail[index]);
        }

        var (_, digest) = await bench.PlanAsync(Search);
        bench.KillBefore(change);
        var killed = false;
        for (var run = 1; run <= 3 && !killed; run++)
        {
            killed = await IsKilledAsync(() =>
                bench.RunAsync(new RunId(Bench.Question, run), digest, Impact.Disruptive, Order(run, bench))
            );
        }

        if (!killed)
        {
            return false;
        }

        if (again > 0)
        {
            bench.Reopen();
            bench.KillBefore(again);
            await IsKilledAsync(() => bench.Desk.Unasked.RecoverAsync(CancellationToken.None));
        }

        bench.Server.Changing = null;
        bench.Reopen();
        await bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        Verify(bench, change);
        return true;
    }

    private static void Verify(Bench bench, int change)
    {
        var server = bench.Server;
        var places = server
            .Delivered.Concat(server.Names(FakeServer.In))
            .Concat(server.Names(FakeServer.In + @"\Archive"))
            .Concat(server.Names(@"D:\ImcBotHold\INC-7\in"))
            .ToList();
        Assert.Equal(Mail.Select((_, index) => $"MSG{index:00000}"), places.Order());
        Assert.All(
            bench.Waiting().Where(report => report.Round is not null),
            report => Assert.True(report.Round!.Counts.IsBalanced, $"change {change}: {report.Round.Counts}")
        );
        Assert.Empty(bench.Ledger.LostRuns());
        if (bench.Ledger.FindSearch(Bench.Question) is not null)
        {
            Assert.Equal(ServiceState.Running, server.State(FakeServer.Imc));
            Assert.Null(bench.Ledger.UnrestingSearch());
            Assert.All(bench.Ledger.Messages(Bench.Question), message => Assert.NotEqual(Ledger.Place.Unknown, message.Place));
        }
    }

    private static RoundOrder Order(int run, Bench bench) =>
        run switch
        {
            1 => new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null),
            2 => new RoundOrder(RoundKind.Return, IndexSet.UpTo(4), IndexSet.Of(4, 5), bench.Ledger.FindSearch(Bench.Question)!.Digest),
            _ => new RoundOrder(RoundKind.Return, IndexSet.Of(3, 4, 5), IndexSet.Of(2), bench.Ledger.FindSearch(Bench.Question)!.Digest),
        };

    private static async Task<bool> IsKilledAsync(Func<Task> work)
    {
        try
        {
            await work();
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }
}
