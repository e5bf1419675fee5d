using ImcBot.Contracts;
using Xunit;

namespace ImcBot.Core.Tests.Isolation;

public sealed class Counts_of_messages_balance
{
    [Fact]
    public void States_that_sum_to_found_and_arrived_balance() =>
        Assert.True(new MessageCounts(312, 9, InQueue: 2, Held: 3, Accepted: 316, Archived: 0, Deleted: 0, Unknown: 0).IsBalanced);

    [Fact]
    public void One_message_missing_does_not_balance() =>
        Assert.False(new MessageCounts(312, 9, InQueue: 1, Held: 3, Accepted: 316, Archived: 0, Deleted: 0, Unknown: 0).IsBalanced);

    [Fact]
    public void Large_numbers_do_not_wrap_into_balance() =>
        Assert.False(new MessageCounts(0, 0, int.MaxValue, int.MaxValue, 2, 0, 0, 0).IsBalanced);
}
