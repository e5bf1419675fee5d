using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>A no is no failure and never final: who may say it for all, and how what was refused comes back.</summary>
public sealed class A_no_is_never_final
{
    private static readonly Person Bystander = Some.Person("11111111-0000-0000-0000-000000000008", "Bo Bystander");

    [Theory]
    [InlineData(nameof(Answer.DenyNext))]
    [InlineData(nameof(Answer.DenyStop))]
    public void The_no_of_somebody_who_could_not_approve_is_an_objection_and_pages_nobody(string answer)
    {
        var rehearsal = Asked("threads");

        rehearsal.Vote(Enum.Parse<Answer>(answer), Bystander).Vote(Answer.DenyNext, Bystander);

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.Equal(Bystander, Assert.Single(rehearsal.Incident.Request!.Objections).By);
        Assert.DoesNotContain(rehearsal.Told.TakeLast(2).SelectMany(told => told.Decision.Effects), effect => effect is Page or Say);
        Assert.Equal(Phase.Acting, rehearsal.Vote(Answer.Approve).Incident.Phase);
    }

    [Fact]
    public void An_owner_without_the_role_holds_a_request_up_once_for_ten_minutes()
    {
        var rehearsal = Asked("threads").Command(CommandVerb.Take);
        var expires = rehearsal.Incident.Request!.ExpiresAt;

        rehearsal.Vote(Answer.DenyNext, Some.Responder).Wait(9 * 60).Vote(Answer.Approve);
        Assert.Contains("paused", rehearsal.Declined, StringComparison.Ordinal);
        Assert.Equal(expires + (10 * 60_000_000L), rehearsal.Incident.Request!.ExpiresAt);

        rehearsal.Pass(Deadline.PauseEnds).Vote(Answer.DenyNext, Some.Responder).Vote(Answer.Approve);
        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_request_is_said_to_be_held_up_no_longer_once_and_not_after_its_owner_has_let_it_go()
    {
        var (ended, released) = (HeldUp(), HeldUp());

        ended.Pass(Deadline.PauseEnds);
        released.Command(CommandVerb.Retract, Some.Responder, question: released.Incident.Request!.Question).Pass(Deadline.PauseEnds);

        Assert.Single(ended.Said, text => text.Contains("no longer held up", StringComparison.Ordinal));
        Assert.DoesNotContain(released.Said, text => text.Contains("no longer held up", StringComparison.Ordinal));

        static Rehearsal HeldUp() => Asked("threads").Command(CommandVerb.Take).Vote(Answer.DenyNext, Some.Responder);
    }

    [Fact]
    public void A_pause_that_ends_after_the_incident_was_handed_on_is_said_to_have_ended()
    {
        var rehearsal = Asked("threads")
            .Command(CommandVerb.Take)
            .Vote(Answer.DenyNext, Some.Responder)
            .Command(CommandVerb.Take, Some.Lead);

        rehearsal.Pass(Deadline.PauseEnds);

        Assert.Contains(rehearsal.Said, text => text.Contains("no longer held up", StringComparison.Ordinal));
    }

    [Fact]
    public void Whoever_may_approve_a_paused_request_may_refuse_it_meanwhile()
    {
        var rehearsal = Asked("threads").Command(CommandVerb.Take).Vote(Answer.DenyNext, Some.Responder).Vote(Answer.DenyStop);

        Assert.Equal(Phase.Escalated, rehearsal.Incident.Phase);
    }

    [Fact]
    public void Refusals_of_the_next_remedy_never_stop_the_asking()
    {
        var rehearsal = Asked("disk-space", "antivirus", "threads");

        rehearsal
            .Vote(Answer.DenyNext, Some.Lead)
            .Relay()
            .Command(CommandVerb.Ask)
            .Vote(Answer.DenyNext, Some.Lead)
            .Command(CommandVerb.Skip)
            .Relay()
            .Command(CommandVerb.Ask)
            .Vote(Answer.DenyNext, Some.Lead)
            .Relay()
            .Command(CommandVerb.Ask);

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.Equal(4, Choices.PassedOver(rehearsal.Incident).Count);
        Assert.Empty(rehearsal.Executed);
    }

    [Fact]
    public void Nothing_is_said_to_be_left_only_with_the_names_of_what_was_refused_and_it_can_be_asked_again()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        while (rehearsal.Incident.Phase is not Phase.Escalated)
        {
            rehearsal.Command(CommandVerb.Ask).Vote(Answer.DenyNext).Relay();
        }

        Assert.Contains("'ask ", rehearsal.Incident.Headline, StringComparison.Ordinal);
        Assert.All(
            Choices.PassedOver(rehearsal.Incident),
            choice => Assert.Contains($"{choice}", rehearsal.Incident.Headline, StringComparison.Ordinal)
        );
        rehearsal.Execute = _ =>
        {
            rehearsal.Findings.Clear();
            rehearsal.ServiceUp = true;
            return Verdict.Clear;
        };

        rehearsal.Ask("threads").Relay();
        Assert.Equal(("threads", "raise"), (rehearsal.Incident.Request!.Step, rehearsal.Incident.Request.Offer));
        rehearsal.Vote(Answer.Approve).Relay();
        Assert.Equal(Phase.Watching, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_start_that_was_refused_is_not_offered_again_by_itself_and_comes_when_it_is_asked_for()
    {
        var rehearsal = new Rehearsal().Relay().Command(CommandVerb.Ask).Vote(Answer.DenyNext).Relay();
        Assert.NotEqual(ChangeKind.StartOnce, rehearsal.Incident.Proposal?.Kind);

        rehearsal.Ask("start-once").Relay();

        Assert.Equal(ChangeKind.StartOnce, rehearsal.Incident.Request!.Kind);
    }

    [Fact]
    public void The_end_of_a_hung_process_can_be_refused_and_asked_for_again()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.ActData["wedged"] = rehearsal.Incident.Runbook.Service;
        rehearsal.Execute = _ => Verdict.Unknown;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Command(CommandVerb.Ask).Relay().Vote(Answer.DenyNext).Relay();
        Assert.NotEqual(ChangeKind.Wedged, rehearsal.Incident.Proposal?.Kind);

        rehearsal.Ask("end-wedged").Relay();

        Assert.Equal(ChangeKind.Wedged, rehearsal.Incident.Request!.Kind);
    }

    [Fact]
    public void Work_by_hand_that_was_passed_over_is_given_to_a_person_again()
    {
        var rehearsal = new Rehearsal("store-build").Relay();
        while (rehearsal.Incident.Phase is not Phase.Escalated)
        {
            rehearsal.Command(CommandVerb.Skip).Relay();
        }

        rehearsal.Ask("hotfix");

        Assert.Equal("hotfix", rehearsal.Incident.Task!.Offer);
    }

    [Theory]
    [InlineData("disk-space", "disk-space ladder")]
    [InlineData("1", "disk-space ladder")]
    [InlineData("Disk", "disk-space ladder")]
    [InlineData("MOVE-IMCDATA", "disk-space move-imcdata")]
    [InlineData("disk-space remove-programs", "disk-space remove-programs")]
    [InlineData("start-once", "start-once")]
    [InlineData("whatever", null)]
    [InlineData("disk-space whatever", null)]
    public void A_step_is_asked_for_by_its_id_its_name_its_number_or_a_remedys_name(string words, string? choice) =>
        Assert.Equal(choice, Choices.Read(new Rehearsal("disk-space").Relay().Incident, words)?.ToString());

    [Fact]
    public void While_a_request_waits_nothing_else_is_asked()
    {
        var rehearsal = Asked("disk-space", "threads");

        rehearsal.Ask("threads");

        Assert.Contains("waits for an answer", rehearsal.Declined, StringComparison.Ordinal);
    }

    private static Rehearsal Asked(params string[] findings) =>
        new Rehearsal(findings).Relay().Command(CommandVerb.Take, Some.OnCall).Command(CommandVerb.Ask);
}
