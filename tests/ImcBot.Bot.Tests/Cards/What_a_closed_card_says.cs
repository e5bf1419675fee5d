using ImcBot.Bot.Cards;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Cards;

/// <summary>Closing an incident hides nothing of what it leaves behind.</summary>
public sealed class What_a_closed_card_says
{
    private const string Held = @"1 message held in D:\ImcBotHold\INC-7: separate, return or give to the owner of the mail (Riley Reyes)";

    private static Rehearsal Closed =>
        new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched().Command(CommandVerb.Take).Command(CommandVerb.Close);

    [Fact]
    public void What_is_held_stands_on_it_with_its_owner()
    {
        var rehearsal = Closed;

        Assert.Equal(Phase.Closed, rehearsal.Incident.Phase);
        Assert.Contains(Held, Card(rehearsal), StringComparison.Ordinal);
    }

    [Fact]
    public void It_stands_there_until_its_owner_says_that_it_is_dealt_with()
    {
        var rehearsal = Closed.Command(CommandVerb.FollowUp, Some.Lead, "1 done");
        Assert.Contains(Held, Card(rehearsal), StringComparison.Ordinal);

        rehearsal.Command(CommandVerb.FollowUp, Some.Responder, "1 done");

        Assert.Contains(rehearsal.Effects, effect => effect is ShowCard { Post.Kind: CardKind.Incident });
        Assert.DoesNotContain("held in", Card(rehearsal), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_search_broke_off_mail_may_still_be_held_and_how_to_have_it_back_stands_on_it()
    {
        var rehearsal = new Rehearsal("message").Relay().Command(CommandVerb.Take);
        rehearsal.Breaks = _ => true;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        while (rehearsal.Incident.IsOpen)
        {
            rehearsal.Command(CommandVerb.Close);
            Assert.Null(rehearsal.Declined);
        }

        Assert.Contains(
            "broke off and mail may still be held: 'undo 2' puts it back, proved by hash (Riley Reyes)",
            Card(rehearsal),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_card_of_a_search_that_never_was_tells_what_came_of_its_approval(bool takenBack)
    {
        var rehearsal = new Rehearsal("message").Relay().Command(CommandVerb.Ask).Vote(Answer.Approve);
        var post = rehearsal.Effects.OfType<ShowCard>().Single(effect => effect.Post.Kind is CardKind.Search).Post;
        if (takenBack)
        {
            rehearsal.Command(CommandVerb.Retract, Some.OnCall, question: post.Question);
        }
        else
        {
            rehearsal.ActData["voided"] = "the server was away";
            rehearsal.Execute = _ => Verdict.Unknown;
            rehearsal.Relay();
        }

        Assert.Null(rehearsal.Incident.Search);
        Assert.Equal(2, rehearsal.Effects.OfType<ShowCard>().Count(effect => effect.Post == post));
        Assert.Equal(
            $"{CardFactory.Write(rehearsal.Incident, new PostKey(CardKind.Approval, post.Question))}",
            $"{CardFactory.Write(rehearsal.Incident, post)}"
        );
    }

    [Fact]
    public void What_is_held_and_paused_stands_on_the_card_of_one_that_is_handed_over_too()
    {
        var spool = new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).ArriveIn(false, true);
        var rehearsal = spool.Searched().Command(CommandVerb.Take);
        spool.Arrive(isBad: true);
        rehearsal.ServiceUp = false;
        rehearsal
            .Tell(at => new Alerted(at, Some.Alert(false, 4102)))
            .Relay()
            .Command(CommandVerb.Ask)
            .Vote(Answer.Approve)
            .Relay()
            .Command(CommandVerb.Escalate);

        Assert.Equal(Phase.Escalated, rehearsal.Incident.Phase);
        Assert.Contains("messages held in", Card(rehearsal), StringComparison.Ordinal);
        Assert.Contains("Stop taking mail from the Internet", Card(rehearsal), StringComparison.Ordinal);
        rehearsal.Pass(Deadline.FollowUpsDue);
        Assert.Contains("Stop taking mail from the Internet", rehearsal.Said.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_left_nothing_is_said_to_be_open()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = true;
            return Verdict.Clear;
        };
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        while (rehearsal.Incident.FollowUps.FindIndex(item => item.DoneAt is null) is >= 0 and var left)
        {
            rehearsal.Command(CommandVerb.FollowUp, argument: $"{left + 1} done");
        }

        rehearsal.Command(CommandVerb.Close);

        Assert.Equal(Phase.Closed, rehearsal.Incident.Phase);
        Assert.DoesNotContain("\nOpen\n", Card(rehearsal), StringComparison.Ordinal);
    }

    private static string Card(Rehearsal rehearsal) =>
        string.Join('\n', CardTexts.Of(CardFactory.Write(rehearsal.Incident, new PostKey(CardKind.Incident, default))));
}
