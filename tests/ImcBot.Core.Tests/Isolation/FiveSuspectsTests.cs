using Xunit;

namespace ImcBot.Core.Tests.Isolation;

/// <summary>
/// Why the search may need one round more than culprits + 4 when an unknown number of culprits is among five suspects and only
/// verdicts are seen: after the round that returns all others, culprits + 3 tries are left, and no way of choosing them is enough.
/// </summary>
public sealed class FiveSuspectsTests
{
    private readonly Dictionary<(uint Possible, int Tries), bool> _known = [];

    [Fact]
    public void No_order_of_tries_separates_every_choice_of_culprits_in_their_number_plus_three() =>
        Assert.False(IsEnough(Everything, 0, culprits => culprits + 3));

    [Fact]
    public void Some_order_of_tries_separates_every_choice_of_culprits_in_their_number_plus_four() =>
        Assert.True(IsEnough(Everything, 0, culprits => culprits + 4));

    /// <summary>Bit c stands for "exactly the messages in the bit mask c are culprits"; none at all is ruled out by the earlier crash.</summary>
    private const uint Everything = 0xFFFF_FFFE;

    private bool IsEnough(uint possible, int tries, Func<int, int> allowed)
    {
        var choices = Enumerable.Range(0, 32).Where(c => (possible & (1u << c)) != 0).ToList();
        if (choices.Count <= 1)
        {
            return choices.All(c => tries <= Allowed(c));
        }

        if (choices.Sum(c => Math.Pow(2, tries - Allowed(c))) > 1)
        {
            return false;
        }

        if (!_known.TryGetValue((possible, tries), out var enough))
        {
            enough = Enumerable.Range(1, 31).Any(batch =>
            {
                var ran = choices.Where(c => (c & batch) == 0).Aggregate(0u, (set, c) => set | (1u << c));
                var crashed = possible & ~ran;
                return ran != 0 && crashed != 0 && IsEnough(ran, tries + 1, allowed) && IsEnough(crashed, tries + 1, allowed);
            });
            _known[(possible, tries)] = enough;
        }

        return enough;

        int Allowed(int choice) => allowed(System.Numerics.BitOperations.PopCount((uint)choice));
    }
}
