using CsCheck;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;
using ImcBot.Testing.Isolation;
using Xunit;

namespace ImcBot.Core.Tests.Isolation;

public sealed class A_search_finds_exactly_the_bad
{
    private static readonly SearchLimits NoLimits = new(int.MaxValue, int.MaxValue, int.MaxValue / 2);

    private static readonly Gen<(int Count, IndexSet Bad, Seen Seen, int Died, int Seed)> Spools =
        from count in Gen.Int[1, 300]
        from bad in Gen.Int[0, count - 1].Array[0, Math.Min(count, 9)]
        from seen in Gen.Enum<Seen>()
        from died in Gen.Int[0, 2]
        from seed in Gen.Int[0, 1_000_000]
        select (count, IndexSet.Of(bad), seen, died, seed);

    [Fact]
    public void Without_chance_crashes_exactly_the_bad_messages_stay_held() =>
        Spools.Sample(spool =>
        {
            var run = Run(spool, SearchAim.Separate, chanceRate: 0);
            Assert.Equal(spool.Bad, run.End.Held);
            Assert.Equal(IndexSet.UpTo(spool.Count).Except(spool.Bad), run.States[^1].Good);
        });

    [Fact]
    public void With_chance_crashes_every_good_message_is_accepted_or_still_held_and_every_bad_one_is_held() =>
        Spools.Sample(spool =>
        {
            var run = Run(spool, SearchAim.Prove, chanceRate: 0.1);
            Assert.True(spool.Bad.IsSubsetOf(run.End.Held));
            Assert.Equal(IndexSet.UpTo(spool.Count), run.End.Held.Union(run.States[^1].Good));
        });

    [Fact]
    public void No_round_returns_what_was_accepted_or_holds_what_it_returns() =>
        Spools.Sample(spool =>
        {
            foreach (var state in Run(spool, SearchAim.Prove, chanceRate: 0.02).States)
            {
                if (state.NextRound() is SearchRound round)
                {
                    Assert.False(round.Return.Overlaps(state.Good));
                    Assert.False(round.Return.Overlaps(round.StillHeld));
                    Assert.Equal(round.Number == 0, round.Return.IsEmpty);
                    Assert.Equal(IndexSet.UpTo(spool.Count), round.Return.Union(round.StillHeld).Union(state.Good));
                }
            }
        });

    private static SearchRun Run((int Count, IndexSet Bad, Seen Seen, int Died, int Seed) spool, SearchAim aim, double chanceRate) =>
        SearchRun.Of(
            SearchState.Begin(SearchOutline.Plain(spool.Count, spool.Died), NoLimits, spool.Seed).GoOn(aim),
            new SimulatedSpool(spool.Bad, spool.Seen, chanceRate, spool.Seed)
        );
}
