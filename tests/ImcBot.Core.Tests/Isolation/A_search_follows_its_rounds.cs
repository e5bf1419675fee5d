using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;
using ImcBot.Testing.Isolation;
using Xunit;

namespace ImcBot.Core.Tests.Isolation;

public sealed class A_search_follows_its_rounds
{
    private static readonly SearchLimits Plenty = new(1_000, 1_000, 10_000);

    [Fact]
    public void The_first_try_is_the_empty_spool()
    {
        var round = Round(Begin(SearchOutline.Plain(10)));

        Assert.Equal((0, IndexSet.Empty, IndexSet.UpTo(10)), (round.Number, round.Return, round.StillHeld));
        Assert.Equal(RoundKind.Hold, round.ToOrder(null).Kind);
    }

    [Fact]
    public void A_crash_on_the_empty_spool_acquits_every_message()
    {
        var end = End(Begin(SearchOutline.Plain(10)).After(Told(0, RoundVerdict.Crashed, IndexSet.Empty)));

        Assert.Equal(SearchEndReason.QueueNotTheCause, end.Reason);
        Assert.Equal((IndexSet.Empty, IndexSet.UpTo(10), false), (end.Bad, end.Held, end.NeedsRest));
    }

    [Fact]
    public void The_first_round_returns_all_but_the_named_and_the_five_most_suspicious()
    {
        var outline = Suspecting(100, 10, 20, 30, 40, 50, 60) with { Named = IndexSet.Of(7), EarlierCrashes = 1 };
        var held = Round(Started(outline)).StillHeld;

        Assert.True(held.Contains(7));
        Assert.Equal(6, held.Count);
        Assert.True(held.Except(IndexSet.Of(7)).IsSubsetOf(IndexSet.Of(10, 20, 30, 40, 50, 60)));
    }

    [Fact]
    public void When_the_first_round_runs_mail_flows_and_the_search_ends_with_the_suspects_held()
    {
        var end = End(Accept(Started(Suspecting(100, 10, 20) with { EarlierCrashes = 1 })));

        Assert.Equal(SearchEndReason.Flows, end.Reason);
        Assert.Equal((IndexSet.Of(10, 20), false), (end.Held, end.NeedsRest));
    }

    [Fact]
    public void A_hold_that_left_all_but_the_suspects_to_the_service_was_the_first_round()
    {
        var state = Begin(Suspecting(100, 10, 20));
        var all = IndexSet.UpTo(100).Except(IndexSet.Of(10, 20));

        var ran = state.After(RoundResult.From(Round(state), Held(RoundVerdict.Ran, all, accepted: all)));
        Assert.Equal((1, true), (ran.Rounds, ran.Flowed));
        Assert.Equal(SearchEndReason.Flows, End(ran).Reason);

        var crashed = state.After(RoundResult.From(Round(state), Held(RoundVerdict.Crashed, all, accepted: IndexSet.UpTo(10))));
        Assert.Equal((IndexSet.UpTo(10), false), (crashed.Good, crashed.Flowed));
        var next = Round(crashed);
        Assert.Equal(2, next.Number);
        Assert.False(next.Return.IsEmpty);
        Assert.True(next.StillHeld.Contains(10) && next.StillHeld.Contains(20));
    }

    [Fact]
    public void A_person_who_goes_on_gets_the_suspects_told_apart()
    {
        var flows = Accept(Started(Suspecting(100, 10, 20) with { EarlierCrashes = 1 }));

        Assert.True(Round(flows.GoOn(SearchAim.Separate)).Return.IsSubsetOf(IndexSet.Of(10, 20)));
    }

    [Fact]
    public void A_message_that_events_named_is_bad_once_the_rest_ran_without_it()
    {
        var end = End(Accept(Started(SearchOutline.Plain(100, 1) with { Named = IndexSet.Of(7) })));

        Assert.Equal((IndexSet.Of(7), IndexSet.Of(7)), (end.Bad, end.Held));
    }

    [Fact]
    public void When_all_mail_is_accepted_none_is_bad()
    {
        var end = End(Accept(Started(SearchOutline.Plain(100))));

        Assert.Equal((SearchEndReason.NoneBad, IndexSet.Empty), (end.Reason, end.Held));
    }

    [Fact]
    public void A_hang_counts_like_a_crash()
    {
        var state = Started(SearchOutline.Plain(8));
        var crashed = state.After(Told(1, RoundVerdict.Crashed, IndexSet.UpTo(8)));
        var hung = state.After(Told(1, RoundVerdict.Hung, IndexSet.UpTo(8)) with { Crashed = true });

        Assert.Equal((crashed.Crashes, crashed.Down, crashed.NextRound()), (hung.Crashes, hung.Down, hung.NextRound()));
    }

    [Fact]
    public void A_round_of_which_nothing_is_known_is_tried_once_more_and_then_given_to_a_person()
    {
        var first = Started(SearchOutline.Plain(8));
        var second = first.After(Told(1, RoundVerdict.Unknown, IndexSet.UpTo(8)));

        Assert.Equal(Round(first).Return, Round(second).Return);
        Assert.Equal(SearchEndReason.NothingLearned, End(second.After(Told(2, RoundVerdict.Unknown, IndexSet.UpTo(8)))).Reason);
    }

    [Fact]
    public void What_was_accepted_before_a_crash_is_good()
    {
        var state = Started(SearchOutline.Plain(8))
            .After(Told(1, RoundVerdict.Crashed, IndexSet.UpTo(8)) with { Accepted = IndexSet.UpTo(5) });

        Assert.False(Round(state).Return.Overlaps(IndexSet.UpTo(5)));
        Assert.Equal(IndexSet.UpTo(5), state.Good);
    }

    [Fact]
    public void What_was_in_flight_at_a_crash_may_be_delivered_twice()
    {
        var state = Started(SearchOutline.Plain(8))
            .After(Told(1, RoundVerdict.Crashed, IndexSet.UpTo(8)) with { InFlight = IndexSet.Of(3) });

        Assert.Equal(IndexSet.Of(3), state.PossibleDuplicates);
    }

    [Fact]
    public void A_message_archived_while_the_round_failed_is_the_culprit_and_is_not_held()
    {
        var crashed = Started(SearchOutline.Plain(8))
            .After(Told(1, RoundVerdict.Crashed, IndexSet.UpTo(8)) with { Archived = IndexSet.Of(3) });
        var end = End(Accept(crashed));

        Assert.Equal((IndexSet.Of(3), IndexSet.Empty), (end.Bad, end.Held));
    }

    [Fact]
    public void Mail_that_arrived_in_a_round_that_failed_becomes_suspect_and_pausing_is_offered()
    {
        var state = Started(SearchOutline.Plain(2)) with { };
        state = state.After(Told(1, RoundVerdict.Crashed, IndexSet.UpTo(2)) with { Accepted = IndexSet.UpTo(2), Arrived = 1 });
        var end = state.GoOn(SearchAim.Flow).Stop();

        Assert.Equal((IndexSet.Of(2), true), (end.Suspects, end.PauseInbound));
    }

    [Fact]
    public void A_crash_on_the_empty_spool_while_mail_arrives_blames_what_arrived_and_tries_the_empty_spool_again()
    {
        var state = Begin(SearchOutline.Plain(10)).After(Told(0, RoundVerdict.Crashed, IndexSet.Empty) with { Arrived = 1 });
        var round = Round(state);

        Assert.Equal((0, IndexSet.Empty, IndexSet.UpTo(11)), (round.Number, round.Return, round.StillHeld));
        Assert.Equal(RoundKind.Return, round.ToOrder("digest").Kind);
    }

    [Fact]
    public void A_sender_that_sends_its_bad_mail_again_and_again_ends_the_search_before_the_crashes_are_spent()
    {
        var state = Begin(SearchOutline.Plain(10))
            .After(Told(0, RoundVerdict.Crashed, IndexSet.Empty) with { Arrived = 1 })
            .After(Told(0, RoundVerdict.Crashed, IndexSet.Empty) with { Arrived = 2 });

        Assert.Equal((SearchEndReason.ArrivalsFail, true), (End(state).Reason, End(state).PauseInbound));
        Assert.IsType<SearchRound>(state.GoOn(SearchAim.Separate).NextRound());
    }

    [Fact]
    public void Once_the_search_goes_on_what_had_arrived_is_told_apart_like_the_rest_and_only_newer_mail_ends_it_again()
    {
        var state = Begin(SearchOutline.Plain(3))
            .After(Told(0, RoundVerdict.Crashed, IndexSet.Empty) with { Arrived = 1 })
            .After(Told(0, RoundVerdict.Crashed, IndexSet.Empty) with { Arrived = 2 })
            .GoOn(SearchAim.Flow)
            .After(Told(0, RoundVerdict.Ran, IndexSet.Empty) with { Arrived = 2 });
        foreach (var index in new[] { 3, 4 })
        {
            state = state.After(Told(index, RoundVerdict.Crashed, IndexSet.Of(index)) with { Arrived = 2 });
            Assert.NotEqual(SearchEndReason.ArrivalsFail, (state.NextRound() as SearchEnd)?.Reason);
        }

        state = state
            .After(Told(5, RoundVerdict.Crashed, IndexSet.Empty) with { Arrived = 3 })
            .After(Told(6, RoundVerdict.Crashed, IndexSet.Empty) with { Arrived = 4 });
        Assert.Equal((SearchEndReason.ArrivalsFail, true), (End(state).Reason, End(state).NeedsRest));
    }

    [Fact]
    public void Mail_that_arrived_in_a_round_that_ran_counts_as_tested()
    {
        var state = Started(SearchOutline.Plain(2))
            .After(Told(1, RoundVerdict.Ran, IndexSet.UpTo(2)) with { Accepted = IndexSet.UpTo(5), Arrived = 3 });

        Assert.Equal((SearchEndReason.NoneBad, 5), (End(state).Reason, state.Known));
    }

    [Theory]
    [InlineData(4, 100, 100, nameof(SearchEndReason.StartsSpent))]
    [InlineData(100, 2, 100, nameof(SearchEndReason.CrashesSpent))]
    [InlineData(100, 100, 3, nameof(SearchEndReason.MinutesSpent))]
    public void The_limit_reached_first_ends_the_search_with_everything_unproved_held(int starts, int crashes, int minutes, string reason)
    {
        var bad = IndexSet.Of(100, 900);
        var run = SearchRun.Of(
            SearchState.Begin(SearchOutline.Plain(1_000), new SearchLimits(starts, crashes, minutes), 1),
            new SimulatedSpool(bad, Seen.Verdict, 0, 1)
        );

        Assert.Equal(reason, run.End.Reason.ToString());
        Assert.True(bad.IsSubsetOf(run.End.Held));
        Assert.Equal(IndexSet.UpTo(1_000), run.End.Held.Union(run.States[^1].Good));
        Assert.True(run.Crashes <= crashes);
        Assert.True(run.States[^1].Starts < starts, "one start is kept for the safe rest");
    }

    [Fact]
    public void A_lone_chance_crash_convicts_nobody()
    {
        var state = Started(Suspecting(50, 10) with { EarlierCrashes = 1 });
        state = Accept(state).GoOn(SearchAim.Prove);
        state = state.After(Told(2, RoundVerdict.Crashed, IndexSet.Of(10)));
        Assert.Equal(IndexSet.Of(10), Round(state).Return);
        state = Accept(state);

        Assert.Equal((SearchEndReason.NoneBad, IndexSet.Empty), (End(state).Reason, End(state).Held));
    }

    [Fact]
    public void Suspects_in_flight_at_a_crash_are_set_apart_but_not_yet_called_bad()
    {
        var state = Accept(Started(Suspecting(100, 10, 20, 30) with { EarlierCrashes = 1, PointsOut = true })).GoOn(SearchAim.Separate);
        state = state.After(
            Told(2, RoundVerdict.Crashed, IndexSet.Of(10, 20, 30)) with
            {
                InFlight = IndexSet.Of(10),
                Accepted = state.Good,
            }
        );
        state = state.After(Told(3, RoundVerdict.Crashed, IndexSet.Of(20, 30)) with { InFlight = IndexSet.Of(20), Accepted = state.Good });
        var end = End(Accept(state));

        Assert.Equal(SearchEndReason.Separated, end.Reason);
        Assert.Equal((IndexSet.Empty, IndexSet.Of(10, 20)), (end.Bad, end.Suspects));
    }

    [Fact]
    public void Another_message_from_the_domain_of_a_found_one_is_tried_before_equals()
    {
        var outline = Suspecting(100, 10, 20, 30) with
        {
            EarlierCrashes = 1,
            Domains = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create(10, "a.example"), KeyValuePair.Create(30, "A.example")]),
        };
        var state = Accept(Started(outline)).GoOn(SearchAim.Separate);
        state = state.After(Told(2, RoundVerdict.Crashed, IndexSet.Of(10)));

        Assert.Equal(IndexSet.Of(30), Round(state).Return);
    }

    [Fact]
    public void Pointing_at_the_wrong_message_costs_a_few_crashes_and_convicts_nobody()
    {
        var state = Begin(SearchOutline.Plain(1_000, 1) with { PointsOut = true }).GoOn(SearchAim.Separate);
        var run = SearchRun.Of(state, new SimulatedSpool(IndexSet.Of(500), Seen.Astray, 0, 1));

        Assert.Equal(IndexSet.Of(500), run.End.Held);
        Assert.InRange(run.Crashes, 1, 16);
    }

    [Fact]
    public void The_same_outline_seed_and_results_give_the_same_state_and_next_step()
    {
        var run = SearchRun.Of(
            Begin(SearchOutline.Plain(500)).GoOn(SearchAim.Separate),
            new SimulatedSpool(IndexSet.Of(3, 77), Seen.Verdict, 0, 5)
        );
        var again = SearchRun.Of(
            Begin(SearchOutline.Plain(500)).GoOn(SearchAim.Separate),
            new SimulatedSpool(IndexSet.Of(3, 77), Seen.Verdict, 0, 5)
        );

        Assert.Equal(run.States.Select(Told), again.States.Select(Told));
        Assert.Equal(run.End, again.End);

        static (IndexSet, IndexSet, int, SearchStep) Told(SearchState state) =>
            (state.Good, state.PossibleDuplicates, state.Crashes, state.NextRound());
    }

    [Fact]
    public void An_empty_spool_ends_after_its_start() => Assert.Equal(SearchEndReason.NoneBad, End(Started(SearchOutline.Plain(0))).Reason);

    private static SearchOutline Suspecting(int count, params int[] indexes) =>
        SearchOutline.Plain(count) with
        {
            Weights = indexes.ToImmutableSortedDictionary(i => i, _ => 10_000.0),
        };

    private static SearchState Begin(SearchOutline outline) => SearchState.Begin(outline, Plenty, 7);

    private static SearchState Started(SearchOutline outline) => Begin(outline).After(Told(0, RoundVerdict.Ran, IndexSet.Empty));

    /// <summary>The next round runs and everything in it is accepted.</summary>
    private static SearchState Accept(SearchState state)
    {
        var round = Round(state);
        return state.After(Told(round.Number, RoundVerdict.Ran, round.Return) with { Accepted = state.Good.Union(round.Return) });
    }

    private static SearchRound Round(SearchState state) => Assert.IsType<SearchRound>(state.NextRound());

    private static SearchEnd End(SearchState state) => Assert.IsType<SearchEnd>(state.NextRound());

    private static RoundReport Held(RoundVerdict verdict, IndexSet released, IndexSet accepted) =>
        new(
            RoundKind.Hold,
            verdict,
            null,
            accepted,
            released.Except(accepted),
            IndexSet.Empty,
            IndexSet.Empty,
            IndexSet.Empty,
            0,
            null,
            verdict is RoundVerdict.Crashed,
            60,
            new(100, 0, released.Count - accepted.Count, 100 - released.Count, accepted.Count, 0, 0, 0),
            null
        )
        {
            Released = released,
        };

    private static RoundResult Told(int round, RoundVerdict verdict, IndexSet returned) =>
        new(round, verdict, returned, IndexSet.Empty, IndexSet.Empty, 0, verdict == RoundVerdict.Crashed, TimeSpan.FromMinutes(1));
}
