using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>What may be typed at this moment, by this person; first what somebody waits for. The machine says what it would take.</summary>
internal static class Help
{
    public const int MostLines = 8;

    private const int MostIncidents = 3;

    public static Reply Now(Incident? here, IReadOnlyList<Incident> open, Person by, bool hearsAll)
    {
        var fixedLines = here is null ? [] : new[] { ("status · why · messages", "where it stands, and why") };
        var moment = here is null ? Anywhere(open, by) : InThread(here, by);
        return new Reply(
            string.Join(
                '\n',
                [
                    .. hearsAll ? Array.Empty<string>() : ["Mention me when you write."],
                    .. moment
                        .Take(MostLines - (hearsAll ? 1 : 2) - fixedLines.Length)
                        .Concat(fixedLines)
                        .Append(("help all", "every word"))
                        .Select(line => $"- **{line.Item1}**: {Words.Escape(line.Item2, 200)}"),
                ]
            )
        );
    }

    private static IEnumerable<(string Words, string Does)> Anywhere(IReadOnlyList<Incident> open, Person by)
    {
        foreach (var incident in open.Take(MostIncidents))
        {
            yield return ($"status {incident.Name}", Summary.Of(incident));
        }

        if (open.Count > MostIncidents)
        {
            yield return (Vocabulary.Incidents, $"all {open.Count} that are open, and what each waits for");
        }

        yield return ($"{Vocabulary.Open} HOST", "open an incident for a host yourself");
        if (Role.Signs(by.Roles, Role.Administrator))
        {
            yield return ("relay add HOST · relay list · relay revoke ID", "who may speak for which host");
        }

        yield return ($"{Vocabulary.Stats} 30d", "times, answers and causes of the last days");
    }

    private static IEnumerable<(string Words, string Does)> InThread(Incident incident, Person by)
    {
        if (incident.Request is { } request)
        {
            var question = request.Question.Short;
            yield return request.IsHeldUp(incident.Now)
                ? (
                    $"deny {question} why",
                    $"{ApprovalCard.HeldUp} for another {Summary.Length(incident.Now, request.PausedUntil!.Value)}, refusing it for all "
                        + $"needs {request.Approval.Words}: {request.InWords}"
                )
            : ApprovalRules.Refuse(request, by) is null
                ? ($"approve {question} · deny {question} why", $"you may answer: {request.InWords}")
            : ($"deny {question} why", $"say no to: {request.InWords}; a yes needs {ApprovalRule.InWords(ApprovalRules.Missing(request))}");
        }

        foreach (var (verb, words, does) in Candidates(incident))
        {
            var asked = verb is CommandVerb.Retract ? incident.Request?.Question : null;
            if (IsTaken(incident, new Commanded(incident.Now, verb, by, asked, "")))
            {
                yield return (words, does);
            }
        }

        if (FollowUp.Of(incident).FindIndex(item => item.IsOpen) is >= 0 and var at)
        {
            var done = $"{at + 1} done";
            yield return (
                $"follow-up {at + 1} @name 2026-12-31"
                    + (IsTaken(incident, new Commanded(incident.Now, CommandVerb.FollowUp, by, null, done)) ? $" · follow-up {done}" : ""),
                "who looks after what is left open, and until when"
            );
        }
    }

    private static bool IsTaken(Incident incident, Commanded command) => IncidentMachine.Handle(incident, command).Declined is null;

    private static IEnumerable<(CommandVerb Verb, string Words, string Does)> Candidates(Incident incident)
    {
        if (incident.Owner is null)
        {
            yield return (CommandVerb.Take, "take", "own the incident; nobody does yet");
        }

        yield return (CommandVerb.OnIt, "on-it", "you look at the request: nobody else is called for a while");
        yield return (CommandVerb.Retract, $"retract {incident.Request?.Question.Short}", "take your answer back");
        if (incident.Proposal is { AskedBy: null } offered)
        {
            yield return (CommandVerb.Ask, "ask", $"have the approvers asked: {offered.InWords}");
        }

        yield return (CommandVerb.Recommended, "recommended", "take the recommended step first");
        yield return (CommandVerb.Done, "done", "the step that a person was asked to do is done");
        yield return (CommandVerb.Skip, "skip", "pass over what is offered");
        yield return (CommandVerb.Watch, "watch · walk", "only watch, or walk the article anyway");
        if (incident.TakenOverBy is not null || incident.Phase is Phase.AwaitingPerson or Phase.Escalated)
        {
            yield return (CommandVerb.Resume, "resume", "go on where it was left");
        }

        yield return (CommandVerb.End, "end · stop", "end the search after the run under way and keep the suspects held");
        yield return (CommandVerb.GoOn, "go-on", "go on separating the suspects that are held");
        if (incident is { Reviewer: null, BrokenGlass.Count: > 0 })
        {
            yield return (CommandVerb.Export, "review @name", "name who reviews the break-glass");
        }

        if (incident.Phase is Phase.Planning or Phase.AwaitingPerson or Phase.Escalated)
        {
            yield return (CommandVerb.StartOnce, "start-once", "ask for one plain start, changing nothing");
        }

        yield return (CommandVerb.Escalate, "escalate", "hand it to the lead");
        yield return (CommandVerb.Close, "close", "end the incident");
        yield return (CommandVerb.Export, "export", "get the record privately");
    }
}
