using System.Text.Json;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>What the relay planned, or why it cannot.</summary>
internal static class Planning
{
    public static string? Refuse(Incident incident, Report report) =>
        incident.Proposal is { State: ChangeState.Offered } proposal && report.Run == new RunId(proposal.Question, proposal.Plannings)
            ? null
            : $"{report.Run} plans something that is no longer offered.";

    public static Draft Learn(Draft draft, Report report)
    {
        var proposal = draft.Incident.Proposal!;
        return Impossible(draft.Incident, proposal, report) is { } why
                ? draft.End(proposal with { State = ChangeState.Impossible, Summary = why }).Headline($"Not possible: {why}")
            : proposal.WasAsked ? Ageing.Conclude(draft, proposal, report.Plan!)
            : draft
                .Update(proposal with { State = ChangeState.Planned, Plan = report.Plan! })
                .When(proposal.AskedBy is null, planned => planned.Show(CardKind.Incident));
    }

    /// <summary>What is offered next where it is not possible, or an approval does not stand for its new plan.</summary>
    public static Next? Follows(Incident before, Incident after, Report report)
    {
        var proposal = before.Proposal!;
        return Impossible(before, proposal, report) is { } why
            ? proposal.Kind is ChangeKind.StartOnce && Walk.MayStart(after)
                ? new Wanted(PersonTaskKind.Unknown, $"A start could not be planned: {why} See to it, then say 'retry'.")
                : Walk.On(after)
            : proposal.WasAsked && !Ageing.Stands(before, proposal, report.Plan!)
                ? new Offered(Offering.Again(proposal))
                : null;
    }

    private static string? Impossible(Incident incident, Change proposal, Report report) =>
        report.Verdict is Verdict.Clear ? Refuse(incident, proposal, report.Plan) : report.Summary;

    private static string? Refuse(Incident incident, Change proposal, byte[]? bytes)
    {
        try
        {
            var plan = bytes is null ? null : Plan.FromBytes(bytes);
            return plan is null ? "the relay sent no plan"
                : plan.Question != proposal.Question || plan.Relay != incident.Relay || plan.Host != incident.Host
                    ? "the plan is for something else"
                : !plan.Remedy.IsSame(proposal.Remedy!) ? "the plan is for another remedy than the one that was asked for"
                : plan.Impact is Impact.Unknown ? "the plan has an impact that this bot does not know; update the bot"
                : null;
        }
        catch (JsonException)
        {
            return "the plan cannot be read";
        }
    }
}
