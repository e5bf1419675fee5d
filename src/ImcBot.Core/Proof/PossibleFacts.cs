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
        select new Opened(
            0,
            1,
            PossibleReports.Host,
            PossibleReports.Relay,
            runbook.Digest,
            HostProfile.Patient,
            1,
            quiet,
            null,
            quiet ? null : Responder
        );

    /// <summary>What moves an incident: answers, reports, silence, commands.</summary>
    public static IEnumerable<IReadOnlyList<Fact>> At(Incident incident) =>
        [
            .. incident.Questions.SelectMany(open => SurveyAnswers.To(incident, open.Key, open.Value)),
            .. PossibleReports
                .Plans(incident)
                .Concat(Votes(incident))
                .Concat(PossibleReports.Runs(incident))
                .Concat(Silence(incident))
                .Concat(Commands(incident))
                .Concat(Alerts(incident))
                .Select(Alone),
        ];

    /// <summary>What ought to change nothing, or what a look at one check shows for all: enough to be told once at each place.</summary>
    public static IEnumerable<IReadOnlyList<Fact>> StrayAt(Incident incident) =>
        [
            .. incident.Questions.SelectMany(open => SurveyAnswers.OddTo(incident, open.Key, open.Value)),
            .. Late(incident).Concat(Talk(incident)).Select(Alone),
        ];

    private static Fact[] Alone(Fact fact) => [fact];

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
        if (incident.Requests.LastOrDefault() is { } asked)
        {
            yield return new Commanded(incident.Now, CommandVerb.Retract, Approver, asked.Question, "");
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
            .Runbook.OpensOn.Select(opens =>
                (opens.Source, Id: opens.Fatal.Concat(opens.Warning).FirstOrDefault(), Kind: opens.Kinds is [var kind, ..] ? kind : null)
            )
            .FirstOrDefault();
        HostEvent[] events = [new(1, incident.Now, opens.Source ?? "", opens.Id, "", [], opens.Id == 0 ? opens.Kind : null)];
        yield return new Alerted(incident.Now, new(PossibleReports.Host, incident.Runbook.Service, true, false, [], incident.Now));
        yield return new Alerted(incident.Now, new(PossibleReports.Host, incident.Runbook.Service, false, false, events, incident.Now));
        foreach (var outage in incident.Runbook.Outages)
        {
            yield return new Alerted(
                incident.Now,
                new(
                    PossibleReports.Host,
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
        var past = incident.Requests.LastOrDefault(change => change.State is not ChangeState.Asked)?.Question ?? new QuestionId(1, 1);
        yield return new Voted(incident.Now, past, Approver, Answer.Approve, "");
        yield return new Acted(incident.Now, PossibleReports.Of(incident, new RunId(past, 99), JobKind.Act, Verdict.Clear));
        yield return new Planned(incident.Now, PossibleReports.Of(incident, new RunId(past, 1), JobKind.Plan, Verdict.Clear));
        yield return new Checked(incident.Now, PossibleReports.Of(incident, new RunId(new(1, 999), 1), JobKind.Check, Verdict.Clear));
        foreach (
            var question in incident
                .Questions.Keys.Select(incident.Id)
                .Concat(incident.Changes.Where(IsWaiting).Select(change => change.Question))
                .Append(incident.WatchQuestion)
                .Append(past)
                .Append(default)
        )
        {
            foreach (var deadline in Enum.GetValues<Deadline>())
            {
                yield return Passed(incident, deadline, question);
            }
        }
    }

    private static bool IsWaiting(Change change) =>
        change.IsRunning || change.State is ChangeState.Asked || change is { State: ChangeState.Offered, Remedy: not null };
}
