using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>Buttons of cards that are over.</summary>
public sealed class Buttons_of_old_cards_do_nothing
{
    [Fact]
    public void A_pause_that_is_over_is_shown_as_over()
    {
        var rehearsal = new Rehearsal("message").Relay().Command(CommandVerb.Takeover);
        var paused = rehearsal.Incident.Task!.Question;

        rehearsal.Command(CommandVerb.Resume);

        Assert.Equal(2, rehearsal.Effects.OfType<ShowCard>().Count(show => show.Post == new PostKey(CardKind.Manual, paused)));
    }

    [Theory]
    [InlineData(nameof(CommandVerb.Resume))]
    [InlineData(nameof(CommandVerb.Retry))]
    public void Its_buttons_do_not_withdraw_a_request_that_came_after_it(string button)
    {
        var rehearsal = new Rehearsal("message").Relay().Command(CommandVerb.Takeover);
        var paused = rehearsal.Incident.Task!.Question;
        rehearsal.Command(CommandVerb.Resume).Relay().Command(CommandVerb.Ask);

        rehearsal.Command(Enum.Parse<CommandVerb>(button), question: paused);

        Assert.Equal("That card is no longer current; use the newest one.", rehearsal.Declined);
        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
    }

    [Fact]
    public void Two_people_who_skip_the_same_offer_skip_one()
    {
        var rehearsal = new Rehearsal("disk-space", "message").Relay();
        var offered = rehearsal.Incident.Proposal!.Question;

        rehearsal.Command(CommandVerb.Skip, question: offered).Command(CommandVerb.Skip, Some.OnCall, question: offered);

        Assert.NotNull(rehearsal.Declined);
        Assert.Single(rehearsal.Incident.Tried);
    }

    [Fact]
    public void The_button_of_the_card_that_stands_is_taken()
    {
        var rehearsal = new Rehearsal("message").Relay().Command(CommandVerb.Takeover);

        rehearsal.Command(CommandVerb.Resume, question: rehearsal.Incident.Task!.Question);

        Assert.Null(rehearsal.Declined);
        Assert.Equal(Phase.Surveying, rehearsal.Incident.Phase);
    }
}
