using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>Every way into acting and searching is guarded by a live approval.</summary>
public sealed class Nothing_acts_without_a_live_approval
{
    private static readonly Incident Approved = new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Incident;

    public static TheoryData<string> Stale => ["another plan", "unsigned", "aged", "begun", "taken back", "of a search"];

    [Fact]
    public void What_has_just_been_approved_may_begin() =>
        Assert.True(LiveApproval.MayBegin(Approved, Approved.Requests.Last().Question, searches: false));

    [Theory]
    [MemberData(nameof(Stale))]
    public void Nothing_begins_by_an_approval_that_is_not_live(string what)
    {
        var change = Approved.Requests.Last();
        var stale = what switch
        {
            "another plan" => change with { Plan = [.. change.Plan, (byte)' '] },
            "unsigned" => change with { Votes = [] },
            "aged" => change with { Votes = [.. change.Votes.Select(vote => vote with { At = vote.At - LiveApproval.VoteStands - 1 })] },
            "begun" => change with { State = ChangeState.Running, GrantedAt = Approved.Now },
            "taken back" => change with { State = ChangeState.Withdrawn },
            _ => change,
        };

        Assert.False(LiveApproval.MayBegin(Approved with { Changes = [stale] }, change.Question, searches: what == "of a search"));
    }

    [Fact]
    public void The_diagram_guards_each_way_into_acting_and_searching_and_draws_at_most_forty_edges()
    {
        var edges = PhaseDiagram
            .Draw()
            .Split('\n')
            .Where(line => line.Contains("-->", StringComparison.Ordinal) && !line.Contains("[*]", StringComparison.Ordinal))
            .ToList();

        Assert.InRange(edges.Count, 1, 40);
        Assert.All(
            edges.Where(edge =>
                edge.Contains("--> Acting", StringComparison.Ordinal) || edge.Contains("--> Searching", StringComparison.Ordinal)
            ),
            edge => Assert.Contains("approv", edge, StringComparison.Ordinal)
        );
        Assert.All(
            edges.Where(edge => !edge.Contains("Opened", StringComparison.Ordinal)),
            edge => Assert.EndsWith("]", edge, StringComparison.Ordinal)
        );
    }
}
