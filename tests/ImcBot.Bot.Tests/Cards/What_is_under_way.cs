using ImcBot.Bot.Cards;
using ImcBot.Core.Incidents;
using Xunit;

namespace ImcBot.Bot.Tests.Cards;

/// <summary>What an approved change is at hangs on how far the change has come, whatever phase the incident is in.</summary>
public sealed class What_is_under_way
{
    [Theory]
    [InlineData(nameof(Phase.Acting))]
    [InlineData(nameof(Phase.Searching))]
    [InlineData(nameof(Phase.AwaitingPerson))]
    public void An_approved_change_waits_for_the_relay_until_its_grant_was_made(string phase)
    {
        var incident = With(phase, ChangeState.Approved);

        var card = Text(incident, CardKind.Incident);
        Assert.Contains("An approved change waits for the relay.", card, StringComparison.Ordinal);
        Assert.DoesNotContain("under way", card, StringComparison.Ordinal);
        Assert.Equal(phase != nameof(Phase.AwaitingPerson), card.Contains("is approved and waits for the relay", StringComparison.Ordinal));
        Assert.Contains("Nothing has begun: it waits for the relay.", Text(incident, CardKind.Approval), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(Phase.Acting))]
    [InlineData(nameof(Phase.Searching))]
    [InlineData(nameof(Phase.AwaitingPerson))]
    public void A_change_whose_grant_was_made_is_under_way(string phase)
    {
        var incident = With(phase, ChangeState.Running);

        var card = Text(incident, CardKind.Incident);
        Assert.Contains("An approved change is under way.", card, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing changed by ImcBot yet.", card, StringComparison.Ordinal);
        Assert.Contains("Under way", Text(incident, CardKind.Approval), StringComparison.Ordinal);
    }

    private static Incident With(string phase, ChangeState state)
    {
        var asking = CardSamples.Asking;
        return asking with
        {
            Phase = Enum.Parse<Phase>(phase),
            Changes = asking.Changes.Replace(asking.Request!, asking.Request! with { State = state }),
        };
    }

    private static string Text(Incident incident, CardKind kind) =>
        CardFactory
            .Write(incident, new PostKey(kind, kind is CardKind.Approval ? CardSamples.Asking.Request!.Question : default))
            .GetRawText();
}
