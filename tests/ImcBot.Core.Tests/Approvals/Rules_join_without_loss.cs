using CsCheck;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Approvals;

public sealed class Rules_join_without_loss
{
    private static readonly Gen<string> Roles = Gen.Int[0, Role.Approvers.Count - 1].Select(index => Role.Approvers[index]);

    private static readonly Gen<ApprovalRule> Rules = Gen.Select(
        Roles,
        Gen.Bool,
        Gen.Int[1, 3],
        Roles.Array[0, 3],
        (role, other, count, signers) => new ApprovalRule(role, other, count, signers)
    );

    private static readonly Gen<string[][]> People = Roles.Array[1, 2].Array[0, 7];

    [Theory]
    [InlineData("on-call", "security security", "on-call security security")]
    [InlineData("lead ops-lead", "ops-lead", "ops-lead ops-lead")]
    [InlineData("on-call lead", "on-call", "lead on-call")]
    [InlineData("on-call security security", "on-call security", "on-call security security")]
    [InlineData("on-call on-call", "lead", "lead lead")]
    [InlineData("on-call", "security lead", "lead security")]
    [InlineData("security", "lead lead", "security lead lead")]
    [InlineData("on-call", "on-call", "on-call")]
    public void Joined_each_role_has_the_larger_number_of_seats(string rule, string rider, string joined) =>
        Assert.Equal(joined.Split(' ').Order(), Of(rule).With(Of(rider)).Seats.Order());

    [Fact]
    public void Whoever_satisfies_the_joined_rule_satisfies_each_part() =>
        Gen.Select(Rules, Rules, People)
            .Sample(
                (rule, rider, people) =>
                {
                    var joined = rule.With(rider);
                    string[][] seated = [.. joined.Seats.Select(seat => new[] { seat })];

                    Assert.True(IsMet(joined, seated));
                    Assert.All([rule, rider], part => Assert.True(IsMet(part, seated), $"{joined.Words} is less than {part.Words}"));
                    Assert.True(!IsMet(joined, people) || (IsMet(rule, people) && IsMet(rider, people)), joined.Words);
                    Assert.Equal(rule.OtherPerson || rider.OtherPerson, joined.OtherPerson);
                }
            );

    [Fact]
    public void A_rule_that_joins_itself_is_the_same_and_no_seat_is_beyond_what_both_ask_together() =>
        Gen.Select(Rules, Rules)
            .Sample(
                (rule, rider) =>
                {
                    Assert.Equal(rule.Seats.Order(), rule.With(rule).Seats.Order());
                    Assert.InRange(rule.With(rider).Seats.Count, 1, rule.Seats.Count + rider.Seats.Count);
                }
            );

    /// <summary>The first is the rule's own role, as often as it stands there; the others sign too.</summary>
    private static ApprovalRule Of(string seats)
    {
        var roles = seats.Split(' ');
        return new(roles[0], false, roles.Count(role => role == roles[0]), [.. roles.Where(role => role != roles[0])]);
    }

    private static bool IsMet(ApprovalRule rule, string[][] people) =>
        ApprovalRules
            .Missing(
                new Change(new QuestionId(7, 1), ChangeKind.Remedy, null, "")
                {
                    Approval = rule,
                    Votes =
                    [
                        .. people.Select(
                            (roles, number) => new Vote(Some.Person($"person {number}", $"Person {number}", roles), Answer.Approve, "", 1)
                        ),
                    ],
                }
            )
            .Count == 0;
}
