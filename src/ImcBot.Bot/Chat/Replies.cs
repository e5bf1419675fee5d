using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>Answers that are only read from the incident as it stands; they change nothing.</summary>
internal static class Replies
{
    public static Reply Help(string hearing) => new(
        $"{hearing} 7/3 is the number on a card.\n\n"
        + string.Join("\n", Vocabulary.Help.Select(line => $"- **{line.Words}**: {line.Does}")));

    public static Reply Status(Incident incident) => Card(Summary.Of(incident), incident, StatusRows(incident));

    public static Reply Why(Incident incident) => Card($"Why: {Summary.State(incident)}", incident, WhyRows(incident));

    public static Reply Messages(Incident incident) => Card("Suspicious messages", incident, MessageRows(incident));

    private static Reply Card(string title, Incident incident, IEnumerable<(string, string)> rows)
    {
        var all = rows.ToArray();
        return new Reply(null, CardJson.Write(lines => NoticeCard.Lines(title, incident.Name, all, lines)));
    }

    private static IEnumerable<(string, string)> StatusRows(Incident incident)
    {
        yield return ("Owner", incident.Owner?.Name.ToString() ?? "nobody yet");
        if (incident.DownSince is { } since)
        {
            yield return ("Down", $"since {Moment.Utc(since)}, {Moment.Span(since, incident.Now)}");
        }

        if (incident.Headline.Length > 0)
        {
            yield return ("Last", incident.Headline);
        }

        if (incident.Request is { Outcome: null } request)
        {
            yield return ("Asked", $"{request.Question.Short}: {request.Does}; approve {request.Question.Short} or deny {request.Question.Short} why, by {Moment.Utc(request.ExpiresAt)}");
        }

        foreach (var attempt in incident.Attempts)
        {
            yield return (attempt.Question.Short, $"{attempt.Offer}: {attempt.Outcome.ToString().ToLowerInvariant()}. {attempt.Summary}");
        }

        yield return ("So far", $"starts {incident.Starts}, store crashes {incident.StoreCrashes}, requests to people {incident.Requests}");
    }

    private static IEnumerable<(string, string)> WhyRows(Incident incident)
    {
        var current = incident.Request?.Step ?? incident.Proposal?.Step ?? incident.Task?.Step;
        if (incident.Runbook.Find(current) is { } step)
        {
            yield return ("Step", $"{step.Name}, {step.Kb}");
            yield return ("Found", incident.Findings.GetValueOrDefault(step.Id)?.Summary ?? "not checked yet");
            if (step.Departs is { } departs)
            {
                yield return ("Departs", departs);
            }

            var recommended = incident.Runbook.Find(incident.Proposal?.Recommended);
            if (recommended is not null)
            {
                yield return ("First", $"{recommended.Name} is recommended before it: its finding would make this step convict innocents.");
            }
        }
        else
        {
            yield return ("Now", Summary.State(incident));
        }

        foreach (var (other, index) in incident.Runbook.Steps.Select((other, index) => (other, index)))
        {
            var finding = incident.Findings.GetValueOrDefault(other.Id);
            yield return ($"Step {index + 1}", $"{other.Name} ({other.Kb}): {(finding is null ? "not checked" : $"{finding.Verdict.ToString().ToLowerInvariant()}, {finding.Summary}")}");
        }

        foreach (var said in incident.Events.TakeLast(5))
        {
            yield return ($"{said.Id}", $"{Moment.Utc(said.At)} {said.Source}: {said.Message}");
        }
    }

    private static IEnumerable<(string, string)> MessageRows(Incident incident)
    {
        if (incident.Search?.Manifest is not { } manifest)
        {
            var named = incident.Findings.Values.Select(finding => finding["named"]).FirstOrDefault(names => !string.IsNullOrEmpty(names));
            yield return ("", named is null ? "No message is suspected yet; messages are read only in an approved search." : $"Named by the server's events: {named}.");
            yield break;
        }

        var bad = incident.Search.End?.Bad ?? IndexSet.Empty;
        foreach (var message in manifest.Weighed.OrderByDescending(message => bad.Contains(message.Index)).ThenByDescending(message => manifest.Named.Contains(message.Index)))
        {
            var state = bad.Contains(message.Index) ? "BAD" : incident.Search.Held.Contains(message.Index) ? "held" : "returned";
            var named = manifest.Named.Contains(message.Index) ? ", named by events" : "";
            yield return (message.Name, $"{message.Index}: {state}{named}, {message.Size} bytes, {Moment.Utc(message.Arrived)}, from {message.SenderDomain ?? "an unreadable sender"}: {string.Join(", ", message.Features)}");
        }

        if (!incident.Search.Held.IsEmpty)
        {
            yield return ("", $"'messages return {incident.Search.Held.First()}' puts one back, 'messages headers {incident.Search.Held.First()}' shows you its headers. Bodies and recipients never leave the server.");
        }

        if (incident.Findings.Values.Select(finding => finding["archived"]).FirstOrDefault(count => count is not (null or "0")) is { } archived)
        {
            yield return ("Archived", $@"{archived} undelivered in In\Archive (4117): 'messages return archived' puts them back");
        }
    }
}
