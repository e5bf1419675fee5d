using System.Text.Json;
using ImcBot.Bot.Cards;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Cards;

/// <summary>An approval card says what its plan says, what the journal knows, and nothing by default.</summary>
public sealed class What_an_approval_says
{
    [Fact]
    public void Others_are_asked_only_when_the_owner_holds_it_up_no_more()
    {
        var asked = new Rehearsal("message").Relay().Command(CommandVerb.Take).Command(CommandVerb.Ask);
        var from = asked.Incident.Request!.AskedAt;
        Assert.Contains(
            $"Others are asked {After(CallOrder.NextAfter)} and {After(CallOrder.SeniorAfter)}.",
            Text(asked.Incident),
            StringComparison.Ordinal
        );

        var held = asked.Wait(120).Vote(Answer.DenyNext, Some.Responder).Incident;

        var until = Assert.NotNull(held.Request!.PausedUntil);
        Assert.Contains($"Others are asked {Moment.Time(until)} and {After(CallOrder.SeniorAfter)}.", Text(held), StringComparison.Ordinal);

        string After(int minutes) => Moment.Time(from + (minutes * Micros.Minute));
    }

    [Fact]
    public void What_was_found_comes_before_what_the_step_cites()
    {
        var incident = CardSamples.Asking;
        var (step, why) = (incident.Runbook.Find(incident.Request!.Step)!, ApprovalCard.Why(incident, incident.Request!));

        Assert.StartsWith(incident.Findings[step.Id].Summary.TrimEnd('.'), why, StringComparison.Ordinal);
        Assert.EndsWith($" ({step.Kb})", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_asked_and_was_taken_out_of_the_record_is_said_to_be()
    {
        var asking = CardSamples.Asking;
        var decided = asking.Request! with { State = ChangeState.Refused, AskedBy = asking.Request!.AskedBy! with { Name = default } };

        var card = JsonSerializer.Serialize(CardJson.Write(lines => OutcomeCard.Draw(asking, decided, lines)));

        Assert.Contains("Asked by (removed) ", card, StringComparison.Ordinal);
    }

    [Fact]
    public void An_undo_names_the_message_that_was_proved_bad_and_comes_back()
    {
        Assert.Contains(
            "HBWK2Q2P, proved bad, comes back: the start may end in a store crash",
            Text(CardSamples.Undoing),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("3XDW6BQJ, proved bad", Text(CardSamples.Undoing), StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_names_the_message_that_events_name_and_that_still_lies_in_the_queue() =>
        Assert.Contains(
            "HBWK2Q2P, named as bad, is still in the queue: the start may end in a store crash",
            Text(CardSamples.Starting),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_start_after_the_named_message_was_taken_aside_names_nobody()
    {
        var searched = CardSamples.Undoing;
        var start = Plan.FromBytes(CardSamples.Starting.Request!.Plan);

        Assert.Empty(BadItems.StillIn(searched, start));
        Assert.Empty(BadItems.ComingBack(searched, start));
    }

    [Fact]
    public void A_start_after_the_search_was_taken_back_names_what_came_back()
    {
        var undoing = CardSamples.Undoing;
        var undone = undoing with
        {
            Changes = undoing.Changes.Replace(
                undoing.Request!,
                undoing.Request! with
                {
                    Offer = "undo-3",
                    State = ChangeState.Done,
                    Summary = "back",
                    At = undoing.Now,
                }
            ),
        };

        Assert.Equal(["HBWK2Q2P"], BadItems.StillIn(undone, Plan.FromBytes(CardSamples.Starting.Request!.Plan)));
    }

    [Fact]
    public void A_plan_that_takes_the_queue_aside_first_meets_nobody() =>
        Assert.Empty(BadItems.StillIn(CardSamples.Asking, Plan.FromBytes(CardSamples.Asking.Request!.Plan)));

    [Fact]
    public void What_does_not_say_what_it_touches_denies_nothing()
    {
        var text = Text(CardSamples.Opaque);

        Assert.Contains("runs command.reindex: what it touches is not known to ImcBot", text, StringComparison.Ordinal);
        Assert.Contains("nothing can be ruled out", text, StringComparison.Ordinal);
        Assert.DoesNotContain("deleting mail", text, StringComparison.Ordinal);
        Assert.DoesNotContain("stay connected", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_an_older_relay_denies_nothing_and_says_nothing_of_users()
    {
        var plan = Plan.FromBytes(CardSamples.Starting.Request!.Plan);
        var older = CardSamples.With(
            CardSamples.Asking,
            plan with
            {
                Users = null,
                Effects = [plan.Effects[0] with { Traits = null, Stops = null, Starts = null }],
            },
            "Start once"
        );

        Assert.Contains("the relay does not say what users notice", Text(older), StringComparison.Ordinal);
        Assert.Contains("nothing can be ruled out", Text(older), StringComparison.Ordinal);
    }

    [Fact]
    public void An_impact_that_the_runbook_raised_is_the_one_that_is_shown_and_break_glass_is_not_offered_for_it()
    {
        var plan = Plan.FromBytes(CardSamples.Starting.Request!.Plan);

        Assert.Contains("DISRUPTIVE", Text(CardSamples.Starting), StringComparison.Ordinal);
        Assert.Contains("break-glass", Text(CardSamples.Starting), StringComparison.Ordinal);
        var raised = Text(CardSamples.With(CardSamples.Asking, plan, "Start once", Impact.Destructive));
        Assert.Contains("DESTRUCTIVE", raised, StringComparison.Ordinal);
        Assert.DoesNotContain("break-glass", raised, StringComparison.Ordinal);
        Assert.DoesNotContain("DISRUPTIVE", raised, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("approval-search", "Olu Adeyemi, Lena Lindqvist")]
    [InlineData("approval-search-approver", "you, Lena Lindqvist")]
    [InlineData("approval-undo", "you, Lena Lindqvist, Sam Security and 2 more")]
    [InlineData("approval-opaque", "nobody on duty: it needs 1 'on-call'")]
    [InlineData("approval-files", "1 'on-call'")]
    public void Who_may_sign_is_named(string card, string names) =>
        Assert.Contains(
            $"\"{names}\"",
            CardSamples.All[card].GetRawText().Replace("\\u0027", "'", StringComparison.Ordinal),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_limit_stands_on_the_card_once()
    {
        var text = Text(CardSamples.Asking);

        Assert.Single(Occurrences(text, "12 starts"));
        Assert.Single(Occurrences(text, "40 min"));
    }

    [Fact]
    public void Nothing_below_the_details_stands_above_the_buttons()
    {
        using var card = JsonDocument.Parse(CardSamples.All["approval-search-approver"].GetRawText());
        var details = card
            .RootElement.GetProperty("body")
            .EnumerateArray()
            .Single(element => element.TryGetProperty("id", out var id) && id.GetString() == "details");

        Assert.False(details.GetProperty("isVisible").GetBoolean());
        Assert.Contains("Not in it", details.GetRawText(), StringComparison.Ordinal);
    }

    private static string Text(Incident incident) =>
        CardFactory
            .Write(incident, new PostKey(CardKind.Approval, incident.Request!.Question))
            .GetRawText()
            .Replace("\\u0027", "'", StringComparison.Ordinal);

    private static IEnumerable<int> Occurrences(string text, string what)
    {
        for (var at = text.IndexOf(what, StringComparison.Ordinal); at >= 0; at = text.IndexOf(what, at + 1, StringComparison.Ordinal))
        {
            yield return at;
        }
    }
}
