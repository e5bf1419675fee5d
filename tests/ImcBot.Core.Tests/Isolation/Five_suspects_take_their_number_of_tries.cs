using System.Numerics;
using Xunit;

namespace ImcBot.Core.Tests.Isolation;

/// <summary>
/// Why one culprit among five suspects may take six rounds where k + 4 = 5 are asked for, when the number of culprits k is unknown and only
/// verdicts are seen. Every way of trying is searched: any subset of the suspects may be returned in any round, chosen by all that was
/// seen, and a choice of culprits only has to be known in the end, not to have failed alone. Mail must flow without a crash first, so the
/// first round holds no suspect and k + 3 tries are left. A way is given up early only where Kraft's inequality rules it out.
/// </summary>
public sealed class Five_suspects_take_their_number_of_tries
{
    /// <summary>
    /// Bit c stands for "exactly the messages in the bit mask c are culprits"; none at all is ruled out by the earlier crash.
    /// </summary>
    private const uint Everything = 0xFFFF_FFFE;

    private readonly Dictionary<(uint Possible, int Tries, bool RestRan), bool> _known = [];

    [Fact]
    public void No_order_of_tries_separates_every_choice_of_culprits_in_their_number_plus_three() =>
        Assert.False(IsEnough(culprits => culprits + 3));

    [Fact]
    public void One_culprit_is_the_only_row_that_must_give_and_by_one_try() =>
        Assert.True(IsEnough(culprits => culprits == 1 ? 5 : culprits + 3));

    [Fact]
    public void Whatever_is_given_in_the_other_rows_one_culprit_in_four_tries_costs_two_culprits_more_than_five() =>
        Assert.False(
            IsEnough(culprits =>
                culprits switch
                {
                    1 => 4,
                    2 => 5,
                    _ => 8,
                }
            )
        );

    [Fact]
    public void With_a_suspect_in_the_first_round_four_more_than_culprits_would_do_but_the_store_may_crash_before_mail_flows() =>
        Assert.True(IsEnough(Everything, 0, restRan: false, culprits => culprits + 4));

    private bool IsEnough(Func<int, int> allowed) => IsEnough(Everything, 0, restRan: true, allowed);

    /// <param name="restRan">Whether the mail that is not suspected has been accepted; until then it may go back together with
    /// suspects.</param>
    private bool IsEnough(uint possible, int tries, bool restRan, Func<int, int> allowed)
    {
        var choices = Enumerable.Range(0, 32).Where(c => (possible & (1u << c)) != 0).ToList();
        if (choices.Count <= 1)
        {
            return choices.All(c => tries + (restRan ? 0 : 1) <= Allowed(c));
        }

        if (choices.Sum(c => Math.Pow(2, tries - Allowed(c))) > 1)
        {
            return false;
        }

        if (!_known.TryGetValue((possible, tries, restRan), out var enough))
        {
            enough = Enumerable
                .Range(0, 32)
                .Any(batch =>
                {
                    var ran = choices.Where(c => (c & batch) == 0).Aggregate(0u, (set, c) => set | (1u << c));
                    var crashed = possible & ~ran;
                    var tells = ran != 0 && (crashed != 0 || (batch == 0 && !restRan));
                    return tells && IsEnough(ran, tries + 1, restRan: true, allowed) && IsEnough(crashed, tries + 1, restRan, allowed);
                });
            _known[(possible, tries, restRan)] = enough;
        }

        return enough;

        int Allowed(int choice) => allowed(BitOperations.PopCount((uint)choice));
    }
}
