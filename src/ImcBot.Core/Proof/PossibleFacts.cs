using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Proof;

/// <summary>
/// Everything that can happen to an incident where it stands: each answer, each report, silence, every command, and what comes too late.
/// </summary>
internal static class PossibleFacts
{
    private const string Host = "HOST",
        Relay = "relay";

    private static readonly IReadOnlyDictionary<string, string> NoData = new Dictionary<string, string>(StringComparer.Ordinal);

    private static readonly CommandVerb[] Harmless =
    [
        CommandVerb.Unknown,
        CommandVerb.Status,
        CommandVerb.Why,
        CommandVerb.Take,
        CommandVerb.Hand,
        CommandVerb.Note,
        CommandVerb.Messages,
        CommandVerb.Export,
        CommandVerb.Help,
    ];

    private static readonly Person Responder = new("1", "Responder", []);
    private static readonly Person Approver = new("2", "Approver", Role.Approvers);
    private static readonly Person Second = new("4", "Second", Role.Approvers);
    private static readonly Person Third = new("5", "Third", Role.Approvers);
    private static readonly Person Asker = new("3", "Asker", Role.Approvers);

    public static IEnumerable<Opened> Openings(Runbook runbook) =>
        from quiet in new[] { false, true }
        select new Opened(0, 1, Host, Relay, runbook.Digest, HostProfile.Patient, 1, quiet, null, quiet ? null : Responder);

    /// <summary>What moves an incident: answers, reports, silence, commands.</summary>
    public static IEnumerable<IReadOnlyList<Fact>> At(Incident incident) =>
        [
            .. incident
                .Questions.Where(open => !open.Value.Checks.IsEmpty)
                .SelectMany(open => SurveyAnswers.To(incident, open.Key, open.Value)),
            .. Plans(incident)
                .Concat(Votes(incident))
                .Concat(Runs(incident))
                .Concat(Silence(incident))
                .Concat(Commands(incident))
                .Concat(Alerts(incident))
                .Select(Alone),
        ];

    /// <summary>What ought to change nothing, or what a look at one check shows for all: enough to be told once at each place.</summary>
    public static IEnumerable<IReadOnlyList<Fact>> StrayAt(Incident incident) =>
        [
            .. incident
                .Questions.Where(open => !open.Value.Checks.IsEmpty)
                .SelectMany(open => SurveyAnswers.OddTo(incident, open.Key, open.Value)),
            .. Late(incident).Concat(Talk(incident)).Select(Alone),
        ];

    private static Fact[] Alone(Fact fact) => [fact];

    public static Report Report(Incident incident, RunId run, JobKind kind, Verdict verdict) =>
        new(run, kind, verdict, "told", NoData, incident.Now);

    private static IEnumerable<Fact> Plans(Incident incident)
    {
        if (incident.Proposal is not { Remedy: { } remedy, State: ChangeState.Offered, Question: var question })
        {
            yield break;
        }

        var run = new RunId(question, incident.Proposal.Plannings);
        var good = Report(incident, run, JobKind.Plan, Verdict.Clear) with { Plan = PlanOf(question, remedy) };
        yield return new Planned(incident.Now, good);
        yield return new Planned(incident.Now, good with { Plan = null });
        yield return new Planned(incident.Now, good with { Plan = PlanOf(question, Remedy.Undo(new(1, 999))) });
        yield return new Planned(incident.Now, Report(incident, run, JobKind.Plan, Verdict.Failed));
        yield return new Planned(incident.Now, Report(incident, run, JobKind.Plan, Verdict.Unknown));
    }

    private static byte[] PlanOf(QuestionId question, Remedy remedy)
    {
        var effects = remedy
            .Calls.Select(call => Catalog.Find(call.Use)!)
            .Select(entry => new PlannedEffect(Call.To(entry.Id), entry.Impact, entry.Scope, entry.Does, entry.Undo, [], null, NoData))
            .ToList();
        return Plan.ToBytes(
            new(
                question,
                Relay,
                Host,
                remedy,
                effects,
                effects.Select(effect => effect.Impact).DefaultIfEmpty(Impact.Reversible).Max(),
                null,
                []
            )
        );
    }

    private static IEnumerable<Fact> Votes(Incident incident) =>
        incident.Request is not { Question: var question }
            ? []
            : from vote in new[]
            {
                (Responder, Answer.Approve),
                (Approver, Answer.Approve),
                (Asker, Answer.Approve),
                (Second, Answer.Approve),
                (Third, Answer.Approve),
                (Approver, Answer.BreakGlass),
                (Responder, Answer.BreakGlass),
                (Responder, Answer.DenyNext),
                (Responder, Answer.DenyStop),
                (Approver, Answer.DenyNext),
                (Approver, Answer.DenyStop),
                (Approver, Answer.Unknown),
            }
            select new Voted(incident.Now, question, vote.Item1, vote.Item2, "nobody else is there");

    private static IEnumerable<Fact> Runs(Incident incident)
    {
        foreach (var (number, open) in incident.Questions)
        {
            if (open.Kind is not QuestionKind.Act)
            {
                continue;
            }

            foreach (
                var (age, signers) in new[] { (0L, Role.Approvers), (11L * 60_000_000, Role.Approvers), (0L, (IReadOnlyList<string>)[]) }
            )
            {
                yield return new Granted(
                    incident.Now + age,
                    incident.Id(number),
                    [.. incident.Decided[^1].Votes.Select(vote => vote.By with { Roles = signers })],
                    10L * 60_000_000
                );
            }

            yield return new Queued(incident.Now, incident.Id(number), new(2, new(2, 1)));
            var searching = incident.Search?.Question == incident.Id(number) ? incident.Search : null;
            var report = Report(incident, new RunId(incident.Id(number), searching?.Run ?? 1), JobKind.Act, Verdict.Clear);
            foreach (var verdict in Enum.GetValues<Verdict>())
            {
                yield return new Acted(incident.Now, report with { Verdict = verdict });
            }

            yield return new Acted(
                incident.Now,
                report with
                {
                    Verdict = Verdict.Failed,
                    Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["voided"] = "something changed" },
                }
            );
            var hangs = new Dictionary<string, string>(StringComparer.Ordinal) { ["wedged"] = incident.Runbook.Service };
            yield return new Acted(incident.Now, report with { Verdict = Verdict.Unknown, Data = hangs });
            foreach (var round in searching is null ? [] : Rounds(searching))
            {
                yield return new Acted(incident.Now, report with { Round = round });
            }
        }
    }

    /// <summary>
    /// A round over four messages: it ran, it crashed on the first it was given or on one that arrived, it hung, or nobody saw how it
    /// ended.
    /// </summary>
    private static IEnumerable<RoundReport> Rounds(Search search)
    {
        var good = search.State?.Good ?? IndexSet.Empty;
        var given = search.Order.Messages;
        var arrived = (search.State?.Known ?? 4) - 4;
        var ends = Enum.GetValues<RoundVerdict>()
            .Select(verdict => (Verdict: verdict, Arrived: arrived))
            .Append((RoundVerdict.Crashed, arrived + 1));
        foreach (var (verdict, arrivals) in ends)
        {
            var accepted = verdict is RoundVerdict.Ran ? good.Union(given) : good;
            var first =
                arrivals > arrived ? 4 + arrived
                : given.IsEmpty ? (int?)null
                : given.First();
            yield return new(
                search.Order.Kind,
                verdict,
                search.Order.Kind is RoundKind.Hold ? new(4, 4000, "manifest", "hold", [], IndexSet.Empty) : null,
                accepted,
                IndexSet.Empty,
                IndexSet.Empty,
                IndexSet.Empty,
                IndexSet.Empty,
                arrivals,
                verdict is RoundVerdict.Crashed ? first : null,
                verdict is RoundVerdict.Crashed,
                1,
                new(4, arrivals, arrivals, 4 - accepted.Count, accepted.Count, 0, 0, 0),
                null
            );
        }
    }

    private static IEnumerable<Fact> Silence(Incident incident)
    {
        if (Laws.NeedOf(incident) is { Deadline: { } deadline, Question: var question })
        {
            yield return Passed(incident, deadline, question);
        }
    }

    /// <summary>No deadline comes early: a request's passes once its time is over.</summary>
    private static DeadlinePassed Passed(Incident incident, Deadline deadline, QuestionId question) =>
        new(Math.Max(incident.Now, incident.Request?.ExpiresAt ?? incident.Proposal?.DueAt ?? 0), deadline, question);

    private static IEnumerable<Fact> Commands(Incident incident)
    {
        foreach (var verb in Enum.GetValues<CommandVerb>().Except(Harmless))
        {
            yield return new Commanded(incident.Now, verb, Responder, null, "", Approver);
        }

        yield return new Commanded(incident.Now, CommandVerb.Ask, Asker, incident.Proposal?.Question, "");
        if ((incident.Request ?? incident.Decided.LastOrDefault())?.Question is { } asked)
        {
            yield return new Commanded(incident.Now, CommandVerb.Retract, Approver, asked, "");
        }

        foreach (var choice in Choices.PassedOver(incident))
        {
            yield return Ask(incident, choice);
        }
    }

    /// <summary>Somebody without any role asks for something by name.</summary>
    public static Commanded Ask(Incident incident, Choice choice) =>
        new(incident.Now, CommandVerb.Ask, Responder, null, "", Choice: choice);

    private static IEnumerable<Fact> Alerts(Incident incident)
    {
        var opens = incident
            .Runbook.OpensOn.Select(opens => (opens.Source, Id: opens.Fatal.Concat(opens.Warning).FirstOrDefault()))
            .FirstOrDefault();
        HostEvent[] events = [new(1, incident.Now, opens.Source ?? "", opens.Id, "", [])];
        yield return new Alerted(incident.Now, new(Host, incident.Runbook.Service, true, false, [], incident.Now));
        yield return new Alerted(incident.Now, new(Host, incident.Runbook.Service, false, false, events, incident.Now));
        foreach (var outage in incident.Runbook.Outages)
        {
            yield return new Alerted(
                incident.Now,
                new(
                    Host,
                    incident.Runbook.Service,
                    outage.Kind is OutageKind.UrlSilent,
                    false,
                    [],
                    incident.Now,
                    new(outage.Kind, incident.Now, incident.Runbook.Url)
                )
            );
        }
    }

    private static IEnumerable<Fact> Talk(Incident incident)
    {
        foreach (var verb in Harmless)
        {
            yield return new Commanded(incident.Now, verb, Responder, null, "", Approver);
        }

        yield return new Commanded(incident.Now, CommandVerb.Hand, Responder, null, "");
        yield return new Noted(incident.Now, Responder, "", IsNote: true);
        yield return new Unposted(incident.Now, new PostKey(CardKind.Approval, incident.Request?.Question ?? default), "refused");
        yield return new RosterChanged(incident.Now, DutyRoster.Empty);
        yield return new Paged(incident.Now, 1, Sent: false, "no answer", Unsure: true);
        yield return new Acknowledged(incident.Now, 1, "somebody");
        yield return new Refused(incident.Now, "guest", "approve", "not of the team");
        yield return new RelaySilent(incident.Now);
        yield return new RelayHeard(incident.Now);
        yield return new Posted(incident.Now, new PostKey(CardKind.Incident, default), "thread", "post", PossibleDuplicate: true);
    }

    /// <summary>Answers to what is no longer asked, and every deadline of every question, its own or not.</summary>
    private static IEnumerable<Fact> Late(Incident incident)
    {
        var past = incident.Decided.Count > 0 ? incident.Decided[^1].Question : new QuestionId(1, 1);
        yield return new Voted(incident.Now, past, Approver, Answer.Approve, "");
        yield return new Acted(incident.Now, Report(incident, new RunId(past, 99), JobKind.Act, Verdict.Clear));
        yield return new Planned(incident.Now, Report(incident, new RunId(past, 1), JobKind.Plan, Verdict.Clear));
        yield return new Checked(incident.Now, Report(incident, new RunId(new(1, 999), 1), JobKind.Check, Verdict.Clear));
        foreach (var question in incident.Questions.Keys.Select(incident.Id).Append(incident.WatchQuestion).Append(past).Append(default))
        {
            foreach (var deadline in Enum.GetValues<Deadline>())
            {
                yield return Passed(incident, deadline, question);
            }
        }
    }
}
