using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>What a search is said to hold, and whether it may be taken up, after it broke off, was refused, undone or gone on with.</summary>
public sealed class A_search_is_what_was_done_to_it
{
    private const int Bad = 150;

    private static readonly Person Owner = Some.Person("mail-owner-1", "Mia Moreau", Role.ItemOwner);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_broke_off_is_not_taken_up_after_something_else_has_brought_the_service_back(bool undone)
    {
        var rehearsal = Broken(new FakeSpool(200, new HashSet<int> { Bad }));
        var search = rehearsal.Incident.Search!.Question;
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = true;
            return Verdict.Clear;
        };
        rehearsal.Command(undone ? CommandVerb.Undo : CommandVerb.StartOnce, argument: undone ? $"{search.Number}" : "");
        rehearsal.Relay();
        if (!undone)
        {
            rehearsal.Command(CommandVerb.Ask).Relay();
        }

        rehearsal.Vote(Answer.Approve).Relay();
        Assert.Equal(Phase.Watching, rehearsal.Incident.Phase);
        var runs = Runs(rehearsal);

        rehearsal.Command(CommandVerb.Pause).Command(CommandVerb.Resume).Relay();

        Assert.Equal(runs, Runs(rehearsal));
        Assert.True(rehearsal.ServiceUp);
    }

    [Fact]
    public void A_round_that_was_refused_leaves_held_what_was_held()
    {
        var rehearsal = Prepared(new FakeSpool(200, new HashSet<int> { Bad }));
        var inner = rehearsal.Round!;
        IndexSet? before = null;
        rehearsal.Round = run =>
        {
            before = run.Run.Run == 2 ? rehearsal.Incident.Search!.Held : before;
            return run.Run.Run < 3 ? inner(run) : null;
        };
        rehearsal.Execute = _ => rehearsal.Incident.Search!.Run < 3 ? Verdict.Clear : Verdict.Failed;

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        var search = rehearsal.Incident.Search!;
        Assert.NotNull(search.End);
        Assert.Equal(search.End.Held, search.Held);
    }

    [Fact]
    public void One_whose_runs_are_used_up_ends()
    {
        var rehearsal = Prepared(new FakeSpool(200, Enumerable.Range(0, 200).ToHashSet()));
        rehearsal.Command(CommandVerb.Ask);
        rehearsal.Breaks = run => run.Run > 1;
        rehearsal.Vote(Answer.Approve).Relay();
        while (rehearsal.Incident is { Phase: Phase.AwaitingPerson, Search: { IsBroken: true } broken } && broken.Run < broken.Grant.Runs)
        {
            var last = broken.Run + 1 >= broken.Grant.Runs;
            rehearsal.Breaks = run => !last && run.Run > 1;
            rehearsal.Command(CommandVerb.Retry).Relay();
        }

        Assert.NotNull(rehearsal.Incident.Search!.End);
        Assert.Empty(rehearsal.Incident.Running);
    }

    [Fact]
    public void What_was_deleted_is_not_tried_again()
    {
        var rehearsal = Resolved(new FakeSpool(200, new HashSet<int> { 17, 60 }, IndexSet.Empty, 17, 40, 60, 80));
        rehearsal.Command(CommandVerb.Messages, Owner, "delete 18 a bounce").Relay();
        rehearsal.Vote(Answer.Approve, Some.Person("mail-owner-2", "Max Mori", Role.ItemOwner)).Relay();
        var before = Runs(rehearsal);

        rehearsal.Command(CommandVerb.GoOn).Relay().Vote(Answer.Approve).Relay();

        Assert.True(Runs(rehearsal) > before);
        Assert.False(rehearsal.Incident.Search!.Held.Contains(17));
        Assert.DoesNotContain(
            rehearsal.Effects.OfType<RunAction>().Skip(before),
            run => run.Order is { } order && order.Messages.Contains(17)
        );
    }

    [Fact]
    public void What_was_returned_before_a_start_that_failed_is_not_held_and_what_is_held_again_is_not_returned()
    {
        var rehearsal = Resolved(new FakeSpool(200, new HashSet<int> { 17 }, IndexSet.Of(17)));
        rehearsal.Execute = _ => Verdict.Failed;

        rehearsal.Command(CommandVerb.Messages, argument: "return 18").Relay().Vote(Answer.Approve).Relay();

        Assert.False(rehearsal.Incident.Search!.Held.Contains(17));
        Assert.Equal("returned", Whereabouts.Of(rehearsal.Incident, rehearsal.Incident.Search!, 17));
        rehearsal.Set(incident => incident with { Search = incident.Search! with { Held = incident.Search.Held.Union(IndexSet.Of(17)) } });
        Assert.Equal("held", Whereabouts.Of(rehearsal.Incident, rehearsal.Incident.Search!, 17));
    }

    [Fact]
    public void One_that_moved_nothing_leaves_nothing_to_look_after()
    {
        var rehearsal = Prepared(new FakeSpool(200, new HashSet<int> { Bad }));
        rehearsal.Round = null;
        rehearsal.ActData["voided"] = "the server was away";
        rehearsal.Execute = _ => Verdict.Unknown;

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal(ChangeState.Voided, rehearsal.Incident.Requests.First().State);
        Assert.Empty(rehearsal.Incident.Holding);
        Assert.DoesNotContain(FollowUp.Of(rehearsal.Incident), item => item.Holds != default);
    }

    [Fact]
    public void One_that_was_taken_up_and_ended_well_is_done()
    {
        var rehearsal = Broken(new FakeSpool(200, new HashSet<int> { Bad }));
        rehearsal.ServiceUp = false;

        rehearsal.Command(CommandVerb.Retry).Relay();

        var search = rehearsal.Incident.FindRequest(rehearsal.Incident.Search!.Question)!;
        Assert.Equal((ChangeState.Done, ChangeState.Done), (search.State, search.Own));
    }

    [Fact]
    public void One_that_was_gone_on_with_is_still_found_by_its_question()
    {
        var rehearsal = Prepared(new FakeSpool(200, new HashSet<int> { 17, 60 }, IndexSet.Empty, 17, 40, 60, 80));
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        var first = rehearsal.Incident.Search!.Question;

        rehearsal.Command(CommandVerb.GoOn).Relay().Vote(Answer.Approve).Relay();

        Assert.NotEqual(first, rehearsal.Incident.Search!.Question);
        Assert.NotNull(rehearsal.Incident.SearchOf(first)?.End);
    }

    [Fact]
    public void What_the_relay_tells_as_perhaps_twice_is_told_on()
    {
        var rehearsal = Prepared(new FakeSpool(200, new HashSet<int> { Bad }));
        var inner = rehearsal.Round!;
        rehearsal.Round = run =>
        {
            var report = inner(run);
            return report is { Crashed: true } ? report with { FirstUnaccepted = null, PossibleDuplicates = IndexSet.Of(Bad) } : report;
        };

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.True(rehearsal.Incident.Search!.Rounds.Exists(round => round.Crashed));
        Assert.Equal(IndexSet.Of(Bad), rehearsal.Incident.Search.PossibleDuplicates);
    }

    private static int Runs(Rehearsal rehearsal) => rehearsal.Effects.OfType<RunAction>().Count();

    private static Rehearsal Broken(FakeSpool spool)
    {
        var rehearsal = Prepared(spool);
        rehearsal.Breaks = run => run.Run == 2;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        rehearsal.Breaks = _ => false;
        Assert.True(rehearsal.Incident.Search!.IsBroken);
        return rehearsal;
    }

    private static Rehearsal Resolved(FakeSpool spool) =>
        Prepared(spool).Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

    private static Rehearsal Prepared(FakeSpool spool)
    {
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report;
        };
        return rehearsal;
    }
}
