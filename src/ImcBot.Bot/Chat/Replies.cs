using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Chat;

/// <summary>Answers that are only read from the incident as it stands; they change nothing.</summary>
internal static class Replies
{
    public static Reply Help(string hears) =>
        new(
            $"{hears} 7/3 is the number on a card.\n\n"
                + string.Join("\n", Vocabulary.Help.Select(line => $"- **{line.Words}**: {line.Does}"))
        );

    public static Reply Status(Incident incident) => Card(Summary.Of(incident), incident, StatusRows(incident));

    public static Reply Why(Incident incident) => Card($"Why: {Summary.State(incident)}", incident, WhyRows(incident));

    public static Reply Messages(Incident incident) => Card($"Suspicious {incident.Words.Items}", incident, MessageRows(incident));

    /// <summary>Every incident that is open, with what it waits for.</summary>
    public static Reply Open(IReadOnlyList<Incident> open) =>
        open.Count == 0
            ? new("No incident is open. 'open HOST' opens one.")
            : new(
                null,
                CardJson.Write(lines =>
                    NoticeCard.Lines(
                        $"{Words.Count(open.Count, "incident")} open",
                        "",
                        [.. open.Select(incident => ($"{incident.Name} {incident.Label}", Waits(incident)))],
                        lines
                    )
                )
            );

    /// <summary>Why nothing was made of it; null where something was.</summary>
    public static Reply? Declined(Decision decision) => decision.Declined is { } why ? Reply.Of(why) : null;

    private static string Waits(Incident incident)
    {
        var what = incident switch
        {
            { Request: { } request } => $"{request.Question.Short} waits for {ApprovalRule.InWords(ApprovalRules.Missing(request))} until "
                + $"{Moment.Time(request.ExpiresAt)}: {Words.Escape(request.Does)}",
            { Phase: Phase.Planning, Proposal: { State: ChangeState.Planned } proposal } =>
                $"waits for somebody to ask for: {Words.Escape(proposal.Does)}",
            { Phase: Phase.Escalated } => $"waits for people: {Words.Escape(incident.Headline)}",
            _ => Words.Escape(Summary.State(incident)),
        };
        var left = FollowUp.Open(incident).Count();
        return $"{what}; owner {Words.Escape(incident.Owner?.Name.ToString() ?? "nobody yet", 60)}"
            + $"{(incident.Phase is Phase.Resolved && left > 0 ? $"; {Words.Count(left, "thing")} left open" : "")}";
    }

    /// <summary>Why these words name nothing to ask for, and what does.</summary>
    public static string Askable(Incident incident, string words) =>
        $"'{Words.Clean(words, 40)}' is no step of {incident.Runbook.Id}. Ask for one by its name or number: "
        + $"{string.Join(", ", incident.Runbook.Steps.Select((step, index) => $"{index + 1} {step.Id}"))}.";

    private static Reply Card(string title, Incident incident, IEnumerable<(string, string)> rows)
    {
        var all = rows.ToArray();
        return new Reply(null, CardJson.Write(lines => NoticeCard.Lines(title, incident.Name, all, lines)));
    }

    private static IEnumerable<(string, string)> StatusRows(Incident incident)
    {
        yield return (incident.Words.Label, Health.Of(incident).Words + (Health.Since(incident) is { } since ? $" {since}" : ""));
        if (Health.Services(incident) is { Length: > 0 } services)
        {
            yield return ("Server", services);
        }

        yield return ("Owner", Words.Escape(incident.Owner?.Name.ToString() ?? "nobody yet", 60));
        if (incident.Headline.Length > 0)
        {
            yield return ("Last", Words.Escape(incident.Headline));
        }

        if (incident.Request is { } request)
        {
            yield return (
                "Asked",
                $"{request.Question.Short}: {Words.Escape(request.Does)}; "
                    + (
                        request.IsHeldUp(incident.Now)
                            ? $"{ApprovalCard.HeldUp} until {Moment.Time(request.PausedUntil!.Value)}, refusing it for all needs "
                                + $"{request.Approval.Words}: **deny {request.Question.Short} why**"
                            : $"**approve {request.Question.Short}** or **deny {request.Question.Short} why**"
                    )
                    + $", by {Moment.Time(request.ExpiresAt)}"
            );
        }

        foreach (var attempt in incident.Tried)
        {
            yield return (
                attempt.Question.Short,
                $"{Moment.Time(attempt.At)} {Words.Escape(attempt.InWords)}: {Summary.Came(attempt)}. " + $"{Words.Escape(attempt.Summary)}"
            );
        }

        foreach (var (item, number) in FollowUp.Of(incident).Select((item, index) => (item, index + 1)).Where(entry => entry.item.IsOpen))
        {
            yield return (
                $"Left {number}",
                $"{Words.Escape(item.Text)}; {Words.Escape(item.Owner?.Name.ToString() ?? "NO OWNER YET", 60)}, due {Moment.Date(item.Due)}"
            );
        }

        yield return ("So far", Summary.Cost(incident));
    }

    private static IEnumerable<(string, string)> WhyRows(Incident incident)
    {
        var current = incident.Request?.Step ?? incident.Proposal?.Step ?? incident.Task?.Step;
        if (incident.Runbook.Find(current) is { } step)
        {
            yield return ("Step", Words.Escape($"{step.Name}, {step.Kb}"));
            yield return ("Found", Found(incident, step));
            if (step.Departs is { } departs)
            {
                yield return ("Departs", Words.Escape(departs));
            }

            var recommended = incident.Runbook.Find(incident.Proposal?.Recommended);
            if (recommended is not null)
            {
                yield return (
                    "First",
                    Words.Escape($"{recommended.Name} is recommended before it: its finding would make this step convict innocents.")
                );
            }
        }
        else
        {
            yield return ("Now", Words.Escape(Summary.State(incident)));
        }

        foreach (var (other, index) in incident.Runbook.Steps.Select((other, index) => (other, index)))
        {
            yield return ($"Step {index + 1}", $"{Words.Escape($"{other.Name} ({other.Kb})")}: {Found(incident, other)}");
        }

        foreach (var said in incident.Events.TakeLast(5))
        {
            yield return (said.Called, $"{Moment.Time(said.At)} {Words.Escape($"{said.Source}: {said.Message}")}");
        }
    }

    private static string Found(Incident incident, Step step) =>
        incident.Findings.GetValueOrDefault(step.Id) is not { } finding
            ? "not checked yet"
            : $"{finding.Verdict.ToString().ToLowerInvariant()} at {Moment.Time(finding.At)}, {Words.Escape(finding.Summary)}";

    private static IEnumerable<(string, string)> MessageRows(Incident incident)
    {
        if (incident.Search?.Manifest is not { } manifest)
        {
            var named = incident.Findings.Values.Select(finding => finding["named"]).FirstOrDefault(names => !string.IsNullOrEmpty(names));
            yield return (
                "",
                named is null
                    ? $"No {incident.Words.Item} is suspected yet; {incident.Words.Items} are read only in an approved search."
                    : $"Named by the server's events: {Words.Escape(named)}."
            );
            yield break;
        }

        var bad = incident.Search.End?.Bad ?? IndexSet.Empty;
        foreach (
            var message in manifest
                .Weighed.OrderByDescending(message => bad.Contains(message.Index))
                .ThenByDescending(message => manifest.Named.Contains(message.Index))
        )
        {
            var state = (bad.Contains(message.Index) ? "BAD, " : "") + Whereabouts.Of(incident, incident.Search, message.Index);
            var named = manifest.Named.Contains(message.Index) ? ", named by events" : "";
            yield return (
                $"{message.Index + 1}",
                $"**{Words.Escape(message.Name, 60)}** {state}{named}, {Words.Count(message.Size, "byte")}, "
                    + $"{Moment.Date(message.Arrived)} {Moment.Time(message.Arrived)}, "
                    + Words.Escape($"from {message.SenderDomain ?? "an unreadable sender"}: {string.Join(", ", message.Features)}")
            );
        }

        if (!incident.Search.Held.IsEmpty)
        {
            var first = incident.Search.Held.First() + 1;
            yield return (
                "",
                $"**messages return {first}** puts one back, **messages headers {first}** shows you its headers. Bodies and "
                    + "recipients never leave the server."
            );
        }

        if (
            incident.Findings.Values.Select(finding => finding["archived"]).FirstOrDefault(count => count is not (null or "0")) is
            { } archived
        )
        {
            yield return (
                "Archived",
                $"{Words.Escape(archived, 12)} undelivered in {Words.Escape(incident.Words.Archive, 40)}: "
                    + "**messages return archived** puts them back"
            );
        }
    }
}
