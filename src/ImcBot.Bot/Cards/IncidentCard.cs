using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>The first post of the thread: where the incident stands, what the article's steps found, and what comes next.</summary>
internal static class IncidentCard
{
    // Clients show so many buttons of one set; the rest can be typed.
    private const int MostChoices = 5;

    public static AdaptiveCard Draw(Incident incident, Viewing viewing, int lines)
    {
        var (ground, title) = Title(incident);
        return new AdaptiveCard(
            Shape.Body([
                Shape.Head(
                    ground,
                    $"{Words.Escape(incident.Label, 80)}: {title}",
                    incident.Name,
                    Health.Since(incident) is { } since ? new TextBlock(since) { Spacing = "None" } : null,
                    Health.Services(incident) is { Length: > 0 } services ? new TextBlock(services) { Spacing = "None" } : null
                ),
                Shape.Row("Owner", incident.Owner is { } owner ? owner.Name.ToString() : "nobody yet"),
                Shape.Row("Now", Shape.Plain(Now(incident), weight: "Bolder", color: incident.TakenOverBy is null ? null : "Warning")),
                BrokenGlass(incident),
                viewing.Limit is { } limit && incident.IsOpen ? Shape.Row("Relay", Shape.Plain(limit, color: "Warning")) : null,
                incident.Founder is { } founder
                    ? Shape.Row("Others", $"one of several hosts that stopped together; the card of INC-{founder} shows them all")
                    : null,
                Pages.Row(incident),
                .. State(incident),
                .. StepRows.Of(incident, lines),
                .. Next(incident),
                .. PassedOver(incident),
                LeftOpen(incident, lines),
                IncidentActions.More(incident),
                Shape.Small(
                    $"This thread is recorded{Kept(viewing.TextDays)}. Typed commands work too"
                        + $"{(viewing.HearsAll ? "" : ", with a mention of me")}: **help**"
                ),
            ]),
            [.. IncidentActions.Of(incident)],
            $"{Summary.Of(incident)}. Type status, why or help."
        );
    }

    private static string Kept(int days) =>
        days == 0 ? ""
        : days % 365 == 0 ? $" for {Words.Count(days / 365, "year")}"
        : $" for {Words.Count(days, "day")}";

    private static (string Ground, string Title) Title(Incident incident)
    {
        var (ground, health) = Health.Of(incident);
        return incident switch
        {
            { Phase: Phase.Closed } => (incident.Standing is Standing.Down ? ground : "default", $"CLOSED, {health}"),
            { Quiet: true, Standing: Standing.Up or Standing.Flows, Phase: not (Phase.Watching or Phase.Resolved) } => (
                "default",
                "warning seen, service UP"
            ),
            { Phase: Phase.Watching, Standing: Standing.Flows } => (ground, $"{health}, watching"),
            { Phase: Phase.Escalated } => (ground, $"{health}, escalated"),
            _ => (ground, health),
        };
    }

    private static string Now(Incident incident)
    {
        var state = incident switch
        {
            { Phase: Phase.Planning, Proposal: { AskedBy: not null, State: ChangeState.Offered } } =>
                "the relay plans it, then the approvers are asked",
            { Phase: Phase.Planning, Proposal: { Kind: not ChangeKind.Flowing, State: ChangeState.Offered } } =>
                "the relay plans what comes next",
            { Phase: Phase.Planning, Proposal.Kind: not ChangeKind.Flowing, Owner: null } => "waiting for an owner",
            { Phase: Phase.Planning, Proposal.Kind: not ChangeKind.Flowing } => "ready to ask for approval",
            _ => Summary.State(incident),
        };
        var silent = incident.RelaySilent ? $"no word from the relay on {incident.Host}; " : "";
        var taken = incident.TakenOverBy is { } person ? $"{person.Name} has taken over, ImcBot only reads until 'resume' or 'hand'" : null;
        return silent
            + (
                taken is null ? state
                : incident.Phase is Phase.AwaitingPerson ? taken
                : $"{taken}; {state}"
            );
    }

    private static ColumnSet? BrokenGlass(Incident incident)
    {
        var reviewer = incident.Reviewer is { } named ? $"{named.Name} reviews it" : "nobody reviews it yet: review @name";
        return incident.BrokenGlass.Count == 0
            ? null
            : Shape.Row(
                "Glass",
                Shape.Plain(
                    $"{string.Join(", ", incident.BrokenGlass.Select(broken => $"{broken.Question.Short} by {broken.Glass!.By.Name}"))}; "
                        + $"{reviewer}",
                    weight: "Bolder",
                    color: "Attention"
                )
            );
    }

    private static IEnumerable<Element> State(Incident incident)
    {
        if (incident.Headline.Length > 0)
        {
            yield return Shape.Row("Last", incident.Headline);
        }

        yield return Shape.Row("Users", string.Join(' ', Users(incident)));
        if (
            incident is { DownSince: not null, Search: null }
            && incident.Findings.Values.FirstOrDefault(finding => finding["in"] is not null) is { } queue
        )
        {
            yield return Shape.Row("Waiting", new TextBlock(Waiting(incident.Words, queue)));
        }
    }

    private static IEnumerable<string> Users(Incident incident)
    {
        yield return incident.Standing switch
        {
            Standing.Down => incident.DownSentence,
            Standing.Flows => incident.Words.WhenWorking,
            Standing.Up => $"The service runs and answers; whether {incident.Words.Works} is not verified yet.",
            _ => $"{SubjectWords.Capital(incident.Words.Service)}: not known yet.",
        };
        if (incident.Crashes > 0)
        {
            yield return $"{incident.Words.CountCrashes(incident.Crashes)} so far"
                + $"{(incident.Words.Users is { } users ? $"; each disconnects {users}" : "")}.";
        }

        var carried = incident.Requests.Count(change => change.State is ChangeState.Done or ChangeState.Failed or ChangeState.Lost);
        yield return incident.Running.LastOrDefault() is { } change ? Under(change)
        : carried == 0 ? "Nothing changed by ImcBot yet."
        : $"ImcBot has carried out {Words.Count(carried, "approved request")}.";
    }

    private static string Under(Change approved) =>
        approved switch
        {
            { WaitsFor: not null } => "An approved change waits for its turn.",
            { State: ChangeState.Approved } => "An approved change waits for the relay.",
            _ => "An approved change is under way.",
        };

    private static string Waiting(SubjectWords words, StepFinding queue)
    {
        var oldest = long.TryParse(queue["oldest"], out var at) && at > 0 ? $", oldest {Moment.Time(at)}" : "";
        var leaving = queue["out"] is { } waiting ? $", {Words.Escape(waiting, 12)} in {Words.Escape(words.Outgoing, 40)}" : "";
        var inside = long.TryParse(queue["in"], out var items) ? words.CountItems(items) : $"{queue["in"]} {words.Items}";
        var costs = words.Waits is { } waits ? $"Costs {Words.Escape(waits)}; " : "";
        return $"{costs}{Words.Escape(inside, 80)} safe in {Words.Escape(words.Queue, 40)}{leaving} at {Moment.Time(queue.At)}{oldest}.";
    }

    private static IEnumerable<Element> Next(Incident incident)
    {
        if (incident.Proposal is not { } proposal)
        {
            yield break;
        }

        var index = incident.Runbook.Steps.ToList().FindIndex(step => step.Id == proposal.Step);
        var where = index >= 0 ? $" (step {index + 1})" : "";
        var ask = proposal.Kind is ChangeKind.Flowing ? Words.Clean(proposal.Does) : $"ask to {Lower(Words.Clean(proposal.Does))}";
        yield return new RichText([new TextRun("Next: ") { Weight = "Bolder" }, new TextRun(ask + where)])
        {
            Separator = true,
            Spacing = "Medium",
        };
        if (incident.Runbook.Find(proposal.Recommended) is { } first)
        {
            yield return Shape.Plain(
                $"Recommended first: {first.Name}. Until then the search may convict innocent {incident.Words.Items}. This leaves "
                    + "the article's order.",
                color: "Warning"
            );
        }
    }

    /// <summary>What was refused or passed over is never gone; after two refusals people choose from everything that is left.</summary>
    private static IEnumerable<Element> PassedOver(Incident incident)
    {
        if (incident.Phase is not (Phase.Planning or Phase.AwaitingPerson or Phase.Escalated) || incident.ServiceUp == true)
        {
            yield break;
        }

        Choice[] choices = [.. Choices.PassedOver(incident), .. incident.DenialsInARow >= 2 ? Choices.Left(incident) : []];
        if (choices.Length > 0)
        {
            yield return Shape.Row(
                "Left",
                Shape.Plain(
                    $"to choose from: {string.Join(", ", choices.Select(choice => Choices.Find(incident, choice)?.Does ?? $"{choice}"))}"
                )
            );
            yield return new ActionSet([
                .. choices.Take(MostChoices).Select(choice => Shape.Button($"Ask: {choice}", "ask", incident, choice: choice)),
            ]);
        }
    }

    /// <summary>
    /// What is closed or handed to people says what it has left: items that are held, what is paused or changed for the night. The causes
    /// of one that is handed over stand in its steps.
    /// </summary>
    private static ColumnSet? LeftOpen(Incident incident, int lines)
    {
        string[] open = [.. FollowUp.Open(incident).Where(item => !(item.IsCause && incident.IsOpen)).Select(item => item.WithOwner)];
        return incident.Phase is Phase.Closed or Phase.Escalated && open.Length > 0 ? Shape.Row("Open", Shape.Lines(open, lines)) : null;
    }

    private static string Lower(string sentence) =>
        sentence is [var first, var second, ..] && char.IsLower(second) ? char.ToLowerInvariant(first) + sentence[1..] : sentence;
}
