using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using Xunit;

namespace ImcBot.Core.Tests.Isolation;

public sealed class Suspicion_orders_the_messages
{
    private static readonly Version Old = new(5, 5, 2653, 17),
        New = new(5, 5, 2656, 60);

    [Fact]
    public void A_defect_weighs_most_on_a_store_older_than_its_fix() =>
        Assert.True(Weigh(Old, Defect.BlankCharset) > 100 * Weigh(New, Defect.BlankCharset));

    [Fact]
    public void A_defect_that_is_fixed_still_makes_a_suspect() => Assert.True(Weigh(New, Defect.BlankCharset) >= Suspicion.Suspect);

    [Fact]
    public void A_store_of_exactly_the_fixing_build_has_the_fix() =>
        Assert.Equal(Weigh(New, Defect.EmptyBoundary), Weigh(Old, Defect.EmptyBoundary));

    [Fact]
    public void An_unknown_build_counts_as_the_oldest() => Assert.Equal(Weigh(Old, Defect.BlankCharset), Weigh(null, Defect.BlankCharset));

    [Fact]
    public void Nearness_and_domain_break_ties_but_make_no_suspect_alone()
    {
        Assert.True(Weigh(New, Defect.NearFirstFailure) < Suspicion.Suspect);
        Assert.True(Weigh(New, Defect.CulpritDomain) < Suspicion.Suspect);
        Assert.True(Weigh(Old, Defect.BlankCharset, Defect.CulpritDomain) > Weigh(Old, Defect.BlankCharset));
    }

    [Fact]
    public void A_defect_from_a_newer_relay_is_ignored() => Assert.Equal(1, Weigh(Old, "something-new"));

    [Fact]
    public void Only_messages_above_the_ordinary_get_a_weight()
    {
        WeighedMessage[] messages = [Message(3, Defect.BlankCharset), Message(4), Message(5, "something-new")];
        Assert.Equal([3], Suspicion.Weigh(messages, Old).Keys);
    }

    private static double Weigh(Version? build, params string[] features) => Suspicion.Weigh(features, 1_000, build);

    private static WeighedMessage Message(int index, params string[] features) => new(index, "HBWK2Q2P", 1_000, features, 0, null);
}
