using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Core.Isolation;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>What people may ask of held mail: returned like any change, headers for one, deletion by its owner when all is over.</summary>
public sealed class What_people_ask_of_held_mail
{
    private const int Bad = 17;

    private static readonly Person Owner = Some.Person("mail-owner-1", "Mia Moreau", Role.ItemOwner);

    [Fact]
    public void A_held_message_goes_back_after_an_approval_and_with_a_start()
    {
        var rehearsal = Resolved();

        rehearsal.Command(CommandVerb.Messages, argument: $"return {Bad + 1}").Relay().Vote(Answer.Approve).Relay();

        var plan = rehearsal.Executed[^1];
        Assert.Equal(["mail.return", "service.start"], plan.Remedy.Calls.Select(call => call.Use));
        Assert.Equal($"{Bad}", plan.Remedy.Rungs[0].With["messages"]);
        Assert.False(rehearsal.Incident.Search!.Held.Contains(Bad));
    }

    [Fact]
    public void What_is_left_held_is_counted_once_and_as_it_is_now()
    {
        var rehearsal = Resolved(Bad, 40, 60);
        var held = rehearsal.Incident.Search!.Held.Count;

        rehearsal.Command(CommandVerb.Messages, argument: $"return {Bad + 1}").Relay().Vote(Answer.Approve).Relay();
        var part = Open(rehearsal);
        rehearsal.Command(CommandVerb.Messages, argument: "return all").Relay().Vote(Answer.Approve).Relay();

        Assert.True(held > 1, "one of several goes back");
        Assert.StartsWith($"{held - 1} messages held", Assert.Single(part).Text, StringComparison.Ordinal);
        Assert.Equal(Some.Responder, part[0].Owner);
        Assert.Empty(Open(rehearsal));
    }

    [Fact]
    public void Undelivered_mail_that_was_returned_before_the_all_clear_is_not_left_open_after_it()
    {
        var rehearsal = new Rehearsal("message").Relay();
        var step = rehearsal.Incident.Runbook.Steps.Single(step => step.Id == "message").Id;
        rehearsal.Set(incident =>
            incident with
            {
                Findings = incident.Findings.SetItem(
                    step,
                    incident.Findings[step] with
                    {
                        Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["archived"] = "12" },
                    }
                ),
            }
        );
        var before = FollowUp.Of(rehearsal.Incident).Exists(IsArchived);

        rehearsal.ServiceUp = true;
        rehearsal.Command(CommandVerb.Messages, argument: "return archived").Relay().Vote(Answer.Approve).Relay();

        Assert.True(before, "the archive is told as left open");
        Assert.DoesNotContain(FollowUp.Of(rehearsal.Incident), item => item.DoneAt is null && IsArchived(item));

        static bool IsArchived(FollowUp item) => item.Text.Contains("undelivered", StringComparison.Ordinal);
    }

    private static List<FollowUp> Open(Rehearsal rehearsal) =>
        [.. FollowUp.Of(rehearsal.Incident).Where(item => item.DoneAt is null && item.Holds != default)];

    [Fact]
    public void Old_mail_is_returned_only_when_asked_for_again()
    {
        var rehearsal = Resolved();
        rehearsal.Wait(3 * 86_400);

        rehearsal.Command(CommandVerb.Messages, argument: $"return {Bad + 1}");
        var warning = rehearsal.Declined;
        rehearsal.Command(CommandVerb.Messages, argument: $"return {Bad + 1} anyway");

        Assert.Contains("more than 24 hours ago", warning, StringComparison.Ordinal);
        Assert.Null(rehearsal.Declined);
        Assert.Equal(Phase.Planning, rehearsal.Incident.Phase);
    }

    [Fact]
    public void Archived_mail_is_offered_back_on_request()
    {
        var rehearsal = Resolved();

        rehearsal.Command(CommandVerb.Messages, argument: "return archived").Relay().Vote(Answer.Approve).Relay();

        Assert.Equal(["mail.replay", "service.start"], rehearsal.Executed[^1].Remedy.Calls.Select(call => call.Use));
    }

    [Fact]
    public void Nobody_deletes_mail_while_the_incident_is_open()
    {
        var rehearsal = new Rehearsal("message").Relay();

        rehearsal.Command(CommandVerb.Messages, argument: $"delete {Bad + 1} it is spam");

        Assert.Contains("is deleted before the incident is resolved", rehearsal.Declined, StringComparison.Ordinal);
    }

    [Fact]
    public void Deletion_needs_a_reason_and_the_mail_owner_who_did_not_ask()
    {
        var rehearsal = Resolved();

        rehearsal.Command(CommandVerb.Messages, argument: $"delete {Bad + 1}");
        var withoutReason = rehearsal.Declined;
        rehearsal.Command(CommandVerb.Messages, Owner, $"delete {Bad + 1} a bounce of our own list").Relay();
        rehearsal.Vote(Answer.Approve, Some.Lead);
        var lead = rehearsal.Declined;
        rehearsal.Vote(Answer.Approve, Owner);
        var asker = rehearsal.Declined;
        rehearsal.Vote(Answer.Approve, Some.Person("mail-owner-2", "Max Mori", Role.ItemOwner)).Relay();

        Assert.Contains("why", withoutReason, StringComparison.Ordinal);
        Assert.NotNull(lead);
        Assert.NotNull(asker);
        var call = Assert.Single(rehearsal.Executed[^1].Remedy.Calls);
        Assert.Equal(("mail.delete", "7d"), (call.Use, call.With["held-for"]));
        Assert.Contains("a bounce of our own list", rehearsal.Incident.Requests.Last().Does, StringComparison.Ordinal);
        Assert.False(rehearsal.Incident.Search!.Held.Contains(Bad));
    }

    [Theory]
    [InlineData("1 not done")]
    [InlineData("1 NOT done")]
    [InlineData("1 isn't done")]
    [InlineData("1 done not yet")]
    [InlineData("1 not yet")]
    [InlineData("1 no")]
    [InlineData("1")]
    public void What_is_not_said_to_be_done_stays_left_open(string argument)
    {
        var rehearsal = Resolved();

        rehearsal.Command(CommandVerb.FollowUp, argument: argument);

        Assert.Contains("follow-up 1", rehearsal.Declined, StringComparison.Ordinal);
        Assert.Null(FollowUp.Of(rehearsal.Incident)[0].DoneAt);
        Assert.Null(rehearsal.Command(CommandVerb.FollowUp, argument: "1 Done").Declined);
        Assert.NotNull(FollowUp.Of(rehearsal.Incident)[0].DoneAt);
    }

    [Fact]
    public void Each_item_is_where_the_relay_told_that_it_is()
    {
        var rehearsal = Resolved(Bad, 40, 60);
        string At(int item) => Whereabouts.Of(rehearsal.Incident, rehearsal.Incident.Search!, item);
        var (good, held) = (At(3), At(Bad));

        rehearsal.Command(CommandVerb.Messages, Owner, $"delete {Bad + 1} a bounce").Relay();
        var planned = At(Bad);
        rehearsal.Vote(Answer.Approve, Some.Person("mail-owner-2", "Max Mori", Role.ItemOwner)).Relay();
        rehearsal.Command(CommandVerb.Messages, argument: "return 41").Relay().Vote(Answer.Approve).Relay();
        var (deleted, returned, other) = (At(Bad), At(40), At(60));
        var state = rehearsal.Incident.Search!.State!;
        var archiving = state.After(
            new RoundResult(9, RoundVerdict.Ran, IndexSet.Of(61), IndexSet.Empty, IndexSet.Of(61), 0, false, TimeSpan.Zero)
        );
        rehearsal.Set(incident => incident with { Search = incident.Search! with { State = archiving } });

        Assert.Equal(("accepted", "held", "held"), (good, held, planned));
        Assert.Equal(("deleted", "returned", "held"), (deleted, returned, other));
        Assert.Equal("archived undelivered", At(61));
        rehearsal.Command(CommandVerb.Undo, argument: $"{rehearsal.Incident.Search!.HeldBy.Number}").Relay().Vote(Answer.Approve).Relay();
        Assert.Equal("returned", At(60));
    }

    [Theory]
    [InlineData("return 3")]
    [InlineData("return NOSUCHME")]
    [InlineData("headers 3")]
    [InlineData("burn 18")]
    public void What_is_not_held_or_not_understood_is_declined(string argument)
    {
        var rehearsal = Resolved();

        rehearsal.Command(CommandVerb.Messages, argument: argument);

        Assert.NotNull(rehearsal.Declined);
        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);
    }

    [Fact]
    public void Asking_for_headers_changes_nothing_but_is_a_fact_of_its_own()
    {
        var rehearsal = Resolved();
        var effects = rehearsal.Effects.Count;

        rehearsal.Command(CommandVerb.Messages, argument: $"headers {Bad + 1}");

        Assert.Null(rehearsal.Declined);
        Assert.Equal(effects, rehearsal.Effects.Count);
    }

    private static Rehearsal Resolved(params int[] bad)
    {
        int[] held = bad.Length == 0 ? [Bad] : bad;
        var spool = new FakeSpool(200, held.ToHashSet(), IndexSet.Of(held));
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report;
        };
        return rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
    }
}
