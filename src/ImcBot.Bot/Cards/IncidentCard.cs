using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>The first post of the thread: where the incident stands, what the article's steps found, and what comes next.</summary>
internal static class IncidentCard
{
    private const string More = "more";

    public static AdaptiveCard Draw(Incident incident, Viewing viewing, int lines)
    {
        var (ground, title) = Title(incident);
        return new AdaptiveCard(
            [
                Shape.Head(ground, $"{Words.Escape(incident.Host, 60)}: {title}", incident.Name, Since(incident)),
                Shape.Row("Owner", incident.Owner is { } owner ? owner.Name.ToString() : "nobody yet"),
                Shape.Row("Now", Shape.Plain(Now(incident), weight: "Bolder", color: incident.TakenOverBy is null ? null : "Warning")),
                .. Warnings(incident),
                .. viewing.Limit is { } limit && incident.IsOpen ? [Shape.Row("Relay", Shape.Plain(limit, color: "Warning"))] : Array.Empty<Element>(),
                .. incident.Founder is { } founder ? [Shape.Row("Others", $"one of several hosts that stopped together; the card of INC-{founder} shows them all")] : Array.Empty<Element>(),
                .. Pages.Rows(incident),
                .. State(incident),
                Checked(incident),
                .. incident.Runbook.Steps.Take(lines).Select((step, index) => StepRow(incident, step, index + 1)),
                .. Next(incident),
                .. MoreActions(incident),
                Shape.Small($"This thread is recorded for 1 year. Typed commands work too{(viewing.HearsAll ? "" : ", with a mention of me")}: **help**"),
            ],
            [.. Actions(incident)],
            $"{Summary.Of(incident)}. Type status, why or help.");
    }

    private static (string Ground, string Title) Title(Incident incident) => incident switch
    {
        { Phase: Phase.Closed } => ("default", "incident CLOSED"),
        { Phase: Phase.Resolved } => ("good", "RESOLVED, Internet mail flows"),
        { Quiet: true, DownSince: null } => ("default", "warning seen, service UP"),
        { Phase: Phase.Watching } => ("good", "Internet mail FLOWS, watching"),
        { DownSince: null, ServiceUp: true } => ("good", "Internet mail FLOWS"),
        { Phase: Phase.Escalated } => ("attention", "Internet mail STOPPED, escalated"),
        { ServiceUp: null, DownSince: null } => ("warning", "Internet mail: CHECKING"),
        _ => ("attention", "Internet mail STOPPED"),
    };

    private static TextBlock? Since(Incident incident) => incident.DownSince is { } since
        ? new TextBlock($"since {Moment.Time(since)} ({Moment.Span(since, incident.Now)})") { Spacing = "None" }
        : null;

    private static string Now(Incident incident)
    {
        var state = incident switch
        {
            { Phase: Phase.Planning, Proposal: { AskedBy: not null, Plan: null } } => "the relay plans it, then the approvers are asked",
            { Phase: Phase.Planning, Proposal: { Kind: not ProposalKind.Flowing, Plan: null } } => "the relay plans what comes next",
            { Phase: Phase.Planning, Proposal.Kind: not ProposalKind.Flowing, Owner: null } => "waiting for an owner",
            { Phase: Phase.Planning, Proposal.Kind: not ProposalKind.Flowing } => "ready to ask for approval",
            _ => Summary.State(incident),
        };
        var silent = incident.RelaySilent ? $"no word from the relay on {incident.Host}; " : "";
        var taken = incident.TakenOverBy is { } person ? $"{person.Name} has taken over, ImcBot only reads until 'resume' or 'hand'" : null;
        return silent + (taken is null ? state : incident.Phase is Phase.AwaitingPerson ? taken : $"{taken}; {state}");
    }

    private static IEnumerable<Element> Warnings(Incident incident)
    {
        if (!incident.BrokenGlass.IsEmpty)
        {
            var reviewer = incident.Reviewer is { } named ? $"{named.Name} reviews it" : "nobody reviews it yet: review @name";
            yield return Shape.Row("Glass", Shape.Plain(
                $"{string.Join(", ", incident.BrokenGlass.Select(broken => $"{broken.Question.Short} by {broken.By.Name}"))}; {reviewer}", weight: "Bolder", color: "Attention"));
        }
    }

    private static IEnumerable<Element> State(Incident incident)
    {
        if (incident.Headline.Length > 0)
        {
            yield return Shape.Row("Last", incident.Headline);
        }

        yield return Shape.Row("Users", string.Join(' ', Users(incident)));
        if (incident.Findings.Values.FirstOrDefault(finding => finding["in"] is not null) is { } spool && incident.DownSince is not null)
        {
            yield return Shape.Row("Waiting", new TextBlock(Waiting(spool)));
        }
    }

    private static IEnumerable<string> Users(Incident incident)
    {
        yield return incident.DownSince is not null ? "Internet mail: neither in nor out." : incident.ServiceUp == true ? "Internet mail goes in and out." : "Internet mail: not known yet.";
        if (incident.StoreCrashes > 0)
        {
            yield return $"The store has stopped {Words.Count(incident.StoreCrashes, "time")}; each time disconnects every mailbox user.";
        }

        var done = incident.Attempts.Count(attempt => attempt is { ByHand: false, Outcome: AttemptOutcome.Done or AttemptOutcome.Failed or AttemptOutcome.Lost });
        yield return done switch
        {
            _ when !incident.Changed && incident.Search is null => "Nothing changed by ImcBot yet.",
            0 => "An approved change is under way.",
            1 => "ImcBot has carried out 1 approved remedy.",
            _ => $"ImcBot has carried out {done} approved remedies.",
        };
    }

    private static string Waiting(StepFinding spool)
    {
        var oldest = long.TryParse(spool["oldest"], out var at) && at > 0 ? $", oldest {Moment.Time(at)}" : "";
        var outbound = spool["out"] is { } waiting ? $", {Words.Escape(waiting, 12)} in Out" : "";
        return $"Costs delay, not mail: senders retry; {Words.Escape(spool["in"], 12)} files safe in In{outbound}{oldest}.";
    }

    private static TextBlock Checked(Incident incident)
    {
        var newest = incident.Findings.Values.Select(finding => finding.At).DefaultIfEmpty(0).Max();
        var when = newest > 0 ? $", checked {Moment.Time(newest)}" : ", checking";
        var heard = incident.RelayHeardAt is { } at && !incident.RelaySilent ? $", relay heard {Moment.Time(at)}" : incident.RelaySilent ? ", relay SILENT" : "";
        return new TextBlock($"**KB {Words.Escape(incident.Runbook.Id, 20)}**{when}{heard}") { Separator = true, Spacing = "Medium" };
    }

    private static ColumnSet StepRow(Incident incident, Step step, int number)
    {
        var (word, color, text) = Status(incident, step);
        return new ColumnSet(
        [
            new Column("88px", [Shape.Plain($"{number} {step.Name}")]),
            new Column("66px", [new TextBlock(word) { Weight = "Bolder", Color = color }]),
            new Column("stretch", [Shape.Plain(text)]),
        ])
        { Spacing = "Small" };
    }

    private static (string Word, string Color, string Text) Status(Incident incident, Step step)
    {
        var finding = incident.Findings.GetValueOrDefault(step.Id);
        if (finding?.Verdict is Verdict.Finding && incident.Attempts.FindLast(done => done.Step == step.Id && done.Outcome is AttemptOutcome.Done && done.At >= finding.At) is { } remedied)
        {
            return ("done", "Good", remedied.Summary);
        }

        var offered = incident.Proposal?.Step ?? incident.Request?.Step ?? incident.Search?.Question switch { { } asked => incident.FindRequest(asked)?.Step, _ => null };
        return finding?.Verdict switch
        {
            null => ("…", "Default", "being checked"),
            Verdict.Clear => ("ok", "Good", finding.Summary),
            Verdict.Finding when step.Id == offered => ("LIKELY", "Attention", finding.Summary),
            Verdict.Finding => ("LOOK", "Warning", finding.Summary),
            Verdict.Failed => ("FAILED", "Attention", finding.Summary),
            _ => ("unknown", "Warning", finding.Summary),
        };
    }

    private static IEnumerable<Element> Next(Incident incident)
    {
        if (incident.Proposal is not { } proposal)
        {
            yield break;
        }

        var index = incident.Runbook.Steps.ToList().FindIndex(step => step.Id == proposal.Step);
        var where = index >= 0 ? $" (step {index + 1})" : "";
        var ask = proposal.Kind is ProposalKind.Flowing ? Words.Clean(proposal.Does) : $"ask to {Lower(Words.Clean(proposal.Does))}";
        yield return new RichText([new TextRun("Next: ") { Weight = "Bolder" }, new TextRun(ask + where)]) { Separator = true, Spacing = "Medium" };
        if (incident.Runbook.Find(proposal.Recommended) is { } first)
        {
            yield return Shape.Plain($"Recommended first: {first.Name}. Until then the search may convict innocent mail. This leaves the article's order.", color: "Warning");
        }
    }

    private static string Lower(string sentence) =>
        sentence is [var first, var second, ..] && char.IsLower(second) ? char.ToLowerInvariant(first) + sentence[1..] : sentence;

    private static IEnumerable<CardAction> Actions(Incident incident)
    {
        if (incident.Phase is Phase.Closed)
        {
            yield return Shape.Button("Export", "export", incident);
            yield break;
        }

        if (incident.Owner is null && incident.Phase is not Phase.Resolved)
        {
            yield return Shape.Button("Take it", "take", incident, style: "positive");
        }

        foreach (var action in Offered(incident))
        {
            yield return action;
        }

        if (incident.Phase is not (Phase.Resolved or Phase.Escalated) && !EscalatesBelow(incident))
        {
            yield return Shape.Button("Escalate", "escalate", incident);
        }

        if (incident.Phase is Phase.Escalated || incident.TakenOverBy is not null)
        {
            yield return Shape.Button("Resume", "resume", incident);
        }

        yield return new ToggleVisibility("More", [More]);
    }

    // Clients show five buttons and hide the rest; taking the incident comes first.
    private static bool EscalatesBelow(Incident incident) => incident is { Owner: null, Proposal: not null };

    private static IEnumerable<CardAction> Offered(Incident incident)
    {
        Execute Offer(string title, string verb) => Shape.Button(title, verb, incident, incident.Proposal?.Question, First(verb, incident));
        return incident.Proposal switch
        {
            null => [],
            { Kind: ProposalKind.Flowing } => [Offer("Watch", "watch"), Offer("Walk anyway", "walk"), Offer("Close", "close")],
            { AskedBy: not null, Plan: null } => [Offer("Skip", "skip")],
            { Recommended: { } first } => [Offer($"{incident.Runbook.Find(first)?.Name} first", "recommended"), Offer("Ask approval", "ask"), Offer("Skip", "skip")],
            { Kind: ProposalKind.Remedy } => [Offer("Ask approval", "ask"), Offer("Start once, change nothing", "start-once"), Offer("Skip", "skip")],
            _ => [Offer("Ask approval", "ask"), Offer("Skip", "skip")],
        };
    }

    // One button leads: take it first, then ask.
    private static string? First(string verb, Incident incident) =>
        incident.Owner is not null && verb == (incident.Proposal?.Recommended is null ? "ask" : "recommended") ? "positive" : null;

    private static IEnumerable<Element> MoreActions(Incident incident)
    {
        if (incident.Phase is Phase.Closed)
        {
            yield break;
        }

        IEnumerable<CardAction> rest =
        [
            .. EscalatesBelow(incident) ? [Shape.Button("Escalate", "escalate", incident)] : Array.Empty<CardAction>(),
            Shape.Button("Check again", "retry", incident), Shape.Button("Pause", "pause", incident),
            .. incident.TakenOverBy is null ? [Shape.Button("Take over", "takeover", incident)] : Array.Empty<CardAction>(),
            Shape.Button("Why this step?", "why", incident), Shape.Button("Export", "export", incident), Shape.Button("Close", "close", incident),
        ];
        yield return new ActionSet([.. rest]) { Id = More, IsVisible = false };
    }
}
