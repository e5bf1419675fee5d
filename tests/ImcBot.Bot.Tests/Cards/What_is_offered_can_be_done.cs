using ImcBot.Bot.Cards;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Cards;

public sealed class What_is_offered_can_be_done
{
    [Fact]
    public void A_request_that_is_held_up_offers_no_yes_until_the_hold_is_over()
    {
        var rehearsal = new Rehearsal("threads") { Rule = new(Role.Lead, OtherPerson: true) }
            .Relay()
            .Command(CommandVerb.Ask);
        Assert.Contains("\"Approve\"", Asked(rehearsal), StringComparison.Ordinal);

        rehearsal.Vote(Answer.DenyNext, Some.Responder);
        Assert.Contains("HELD UP", Asked(rehearsal), StringComparison.Ordinal);
        Assert.DoesNotContain("\"Approve\"", Asked(rehearsal), StringComparison.Ordinal);

        rehearsal.Pass(Deadline.PauseEnds);
        Assert.DoesNotContain("HELD UP", Asked(rehearsal), StringComparison.Ordinal);
        Assert.Contains("\"Approve\"", Asked(rehearsal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_card_of_a_search_is_drawn_again_where_people_may_go_on_with_it()
    {
        var rehearsal = new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched();

        Assert.Contains(
            rehearsal.Told.Where(told => told.Decision.Incident.Phase is Phase.Watching).SelectMany(told => told.Decision.Effects),
            effect => effect is ShowCard { Post.Kind: CardKind.Search }
        );
    }

    private static string Asked(Rehearsal rehearsal) =>
        CardJson
            .Write(lines =>
                ApprovalCard.Draw(rehearsal.Incident, rehearsal.Incident.Request!, Viewing.ByEveryone with { Reader = Some.Lead }, lines)
            )
            .GetRawText();
}
