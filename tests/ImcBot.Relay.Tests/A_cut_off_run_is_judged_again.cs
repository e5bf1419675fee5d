using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>A relay dies in the middle of an approved run; before it is there again, what it may do has become less.</summary>
public sealed class A_cut_off_run_is_judged_again : IDisposable
{
    private const string Held = @"D:\ImcBotHold\INC-7\in";

    private static readonly QuestionId Holding = new(7, 10);
    private static readonly RunId Run = new(new QuestionId(7, 50), 1);

    private readonly Bench _bench = new();

    private FakeServer Server => _bench.Server;

    [Theory]
    [InlineData("taken over", "A person has taken over")]
    [InlineData("shadow", "shadow mode")]
    [InlineData("off", "'mail.return' is switched off")]
    [InlineData("read only", "this relay allows read")]
    [InlineData("another folder", "D:")]
    [InlineData("starts", "now only a person at the server may start it")]
    [InlineData("altered", "has been altered")]
    [InlineData("gone", "has made no such plan")]
    public async Task It_is_not_finished_where_it_might_not_begin_now_and_says_why(string change, string why)
    {
        var digest = await DieReturningAsync();
        Narrow(change, digest);
        var done = Server.Record.Count;

        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        var report = _bench.Waiting().Last();
        Assert.Equal((Run, Verdict.Unknown), (report.Run, report.Verdict));
        Assert.Contains(why, report.Summary);
        Assert.Equal(done, Server.Record.Count);
        Assert.Empty(_bench.Ledger.LostRuns());
    }

    [Fact]
    public async Task It_is_finished_where_nothing_has_changed()
    {
        await DieReturningAsync();
        _bench.Reopen();

        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        Assert.Equal(Verdict.Clear, _bench.Waiting().Last().Verdict);
        Assert.Empty(Server.Names(Held));
    }

    [Fact]
    public async Task Its_own_start_and_crashes_stand_in_no_caps_way()
    {
        var digest = await DieReturningAsync();
        _bench.Ledger.CountStart(Run, FakeServer.Imc);
        _bench.Ledger.CountCrashes(Run, 1);
        Narrow("its own", digest);

        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        Assert.Equal(Verdict.Clear, _bench.Waiting().Last().Verdict);
    }

    [Fact]
    public async Task Asked_for_once_more_by_the_bot_it_is_not_finished_either()
    {
        var digest = await DieReturningAsync();
        Narrow("shadow", digest);
        var done = Server.Record.Count;

        var report = await _bench.RunAsync(Run, digest);

        Assert.Equal(Verdict.Unknown, report.Verdict);
        Assert.Equal(done, Server.Record.Count);
    }

    [Theory]
    [InlineData("taken over")]
    [InlineData("starts")]
    public async Task A_search_comes_to_rest_whoever_has_taken_over_and_whatever_was_started(string change)
    {
        var digest = await DieSearchingAsync();
        Narrow(change, digest);

        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
        Assert.Null(_bench.Ledger.UnrestingSearch());
    }

    [Theory]
    [InlineData("shadow", "shadow mode")]
    [InlineData("read only", "this relay allows read")]
    [InlineData("another folder", "D:")]
    [InlineData("altered", "has been altered")]
    public async Task A_search_is_left_to_people_where_the_policy_forbids_even_its_rest(string change, string why)
    {
        var digest = await DieSearchingAsync();
        Narrow(change, digest);
        var done = Server.Record.Count;

        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);
        await _bench.Desk.Unasked.RestAsync(CancellationToken.None);

        Assert.Contains(why, _bench.Waiting().Last().Summary);
        Assert.Equal(done, Server.Record.Count);
    }

    public void Dispose() => _bench.Dispose();

    private void Narrow(string change, string digest)
    {
        _bench.Policy = change switch
        {
            "shadow" => Policies.Usual with { Shadow = true },
            "off" => Policies.Usual with { Off = new HashSet<string>(StringComparer.Ordinal) { "mail.return" } },
            "read only" => Policies.Usual with { Highest = Impact.Read },
            "another folder" => Policies.Usual with { Folders = [@"E:\Exchsrvr\Imcdata"] },
            "starts" => Policies.Usual with { StartsPerHour = 0 },
            "its own" => Policies.Usual with { StartsPerHour = 1, CrashesPerIncident = 1 },
            _ => Policies.Usual,
        };
        _bench.Reopen();
        switch (change)
        {
            case "taken over":
                _bench.Desk.HandOver("ann has taken over.");
                break;
            case "altered":
                _bench.Corrupt(digest);
                break;
            case "gone":
                _bench.Falsify("DELETE FROM plan");
                break;
        }
    }

    private async Task<string> DieReturningAsync()
    {
        Fill();
        await _bench.ActAsync(new Remedy([Call.To("mail.hold", ("folder", "In"))], null, [], []), Holding);
        var back = Call.To("mail.return", ("question", Holding.ToString()));
        var start = Call.To("service.start", ("service", FakeServer.Imc));
        var (plan, digest) = await _bench.PlanAsync(new Remedy([back], null, [], [start]), Run.Question);
        await DieAsync(2, () => _bench.RunAsync(Run, digest, plan.Impact));
        return digest;
    }

    private async Task<string> DieSearchingAsync()
    {
        Fill();
        var search = Call.To("mail.search", ("starts", "6"), ("store-crashes", "4"), ("minutes", "40"));
        var (plan, digest) = await _bench.PlanAsync(new Remedy([search], null, [], []), Run.Question);
        var order = new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null);
        await DieAsync(3, () => _bench.RunAsync(Run, digest, plan.Impact, order));
        return digest;
    }

    private void Fill()
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        for (var index = 0; index < 3; index++)
        {
            Server.Put($@"{FakeServer.In}\MSG{index:00000}", "good");
        }
    }

    private async Task DieAsync(int change, Func<Task> work)
    {
        _bench.KillBefore(change);
        await Assert.ThrowsAsync<KilledException>(work);
        Server.Changing = null;
    }
}
