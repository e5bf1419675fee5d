using ImcBot.Bot.Cards;
using ImcBot.Bot.Export;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Replay;

/// <summary>
/// What another runbook would have done in a recorded incident: the machine runs with it, the relay and people answer as they did then. It
/// ends where the record has no answer, and says so; nothing is guessed.
/// </summary>
internal sealed class WhatIf
{
    // More steps than any incident takes; a runbook that goes in circles ends here.
    private const int MostFacts = 2000;

    private readonly Recording _recording;
    private readonly Queue<Effect> _asked = new();
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private Incident _incident = null!;
    private long _now;

    private WhatIf(Recording recording) => _recording = recording;

    /// <summary>Step by step, as sentences.</summary>
    public static IReadOnlyList<string> Tell(Recording recording, Runbook runbook) => new WhatIf(recording).Run(runbook);

    private List<string> Run(Runbook runbook)
    {
        if (_recording.Entries is not [{ Fact: Opened opened }, ..])
        {
            return ["The record does not begin with an opening."];
        }

        _now = opened.At;
        Take(IncidentMachine.Open(opened with { Runbook = runbook.Digest }, runbook));
        _lines.Add($"opened with {runbook.Id}, {runbook.Digest[..8]}");
        for (var told = 0; told < MostFacts; told++)
        {
            if (Next() is not { } fact)
            {
                break;
            }

            Take(IncidentMachine.Handle(_incident, fact));
        }

        _lines.Add($"ends: {Summary.State(_incident)}");
        return _lines;
    }

    private Fact? Next()
    {
        _now++;
        if (_asked.TryDequeue(out var asked))
        {
            return asked switch
            {
                RunCheck run => Check(run),
                MakePlan make => Plan(make),
                RunAction act => Act(act),
                _ => null,
            };
        }

        return _incident switch
        {
            { Phase: Phase.Planning, Proposal: { State: ChangeState.Planned } proposal } => Ask(proposal),
            { Phase: Phase.Planning, Proposal.Kind: ChangeKind.Flowing } => Said(
                new Commanded(_now, CommandVerb.Watch, Owner, null, ""),
                "the service works; watched"
            ),
            { Request: { } request } => Vote(request),
            { Phase: Phase.Watching } when _incident.Questions.IsEmpty => Said(
                new DeadlinePassed(_now, Deadline.WatchEnds, _incident.WatchQuestion),
                "the watch ends"
            ),
            _ => null,
        };
    }

    private Person Owner =>
        _recording.Entries.Select(entry => entry.Fact).OfType<Commanded>().FirstOrDefault()?.By ?? new Person("", "nobody", []);

    private Checked Check(RunCheck run)
    {
        var then = Answer(
            $"check {run.Check.Use}",
            AskedThen<RunCheck>().Where(ask => ask.Check.Equals(run.Check)).Select(ask => ask.Run),
            JobKind.Check
        );
        _lines.Add($"{run.Check.Use}: {(then is null ? "was not asked then, so it is unknown" : $"{then.Verdict}, {then.Summary}")}");
        return new Checked(
            _now,
            then is null
                ? new Report(
                    run.Run,
                    JobKind.Check,
                    Verdict.Unknown,
                    "not asked then",
                    new Dictionary<string, string>(StringComparer.Ordinal),
                    _now
                )
                : then with
                {
                    Run = run.Run,
                }
        );
    }

    private Planned? Plan(MakePlan make)
    {
        var uses = string.Join(", ", make.Remedy.Calls.Select(call => call.Use));
        var then = Answer(
            $"plan {uses}",
            AskedThen<MakePlan>().Where(ask => ask.Remedy.Calls.SequenceEqual(make.Remedy.Calls)).Select(ask => ask.Run),
            JobKind.Plan
        );
        if (then is null)
        {
            _lines.Add(
                $"would offer {_incident.Proposal?.Step ?? "a start"}: {_incident.Proposal?.Does} ({uses}); that was not planned "
                    + "then, so nobody knows how it goes on"
            );
            return null;
        }

        return new Planned(
            _now,
            then.Plan is null
                ? then with
                {
                    Run = make.Run,
                }
                : then with
                {
                    Run = make.Run,
                    Plan = Contracts.Plan.ToBytes(
                        Contracts.Plan.FromBytes(then.Plan) with
                        {
                            Question = make.Run.Question,
                            Remedy = make.Remedy,
                        }
                    ),
                }
        );
    }

    private Commanded? Ask(Change proposal)
    {
        _lines.Add($"offers {proposal.Step ?? "a start"}: {proposal.Does}");
        return VotesFor(proposal.Step, proposal.Offer).Count > 0
            ? new Commanded(_now, CommandVerb.Ask, Owner, null, "")
            : Stop<Commanded>("nobody was asked for that then, so nobody knows the answer");
    }

    private Voted? Vote(Change request)
    {
        var votes = VotesFor(request.Step, request.Offer);
        var key = $"vote {request.Step} {request.Offer}";
        var next = _used.GetValueOrDefault(key);
        _used[key] = next + 1;
        if (next >= votes.Count)
        {
            return Stop<Voted>($"{request.Does}: what was answered then is not enough for {request.Approval.Words}");
        }

        var vote = votes[next] with { At = _now, Question = request.Question, Plan = null };
        _lines.Add($"as then, {FactWords.Name(vote.By)} {VoteWords.Of(request, vote.By, vote.Answer)}: {request.Does}");
        return vote;
    }

    private Acted? Act(RunAction act)
    {
        var request = _incident.FindRequest(act.Run.Question)!;
        var runs = RequestsThen(request.Step, request.Offer)
            .Select(question => new RunId(question, act.Run.Run))
            .Where(run => AskedThen<RunAction>().Any(then => then.Run == run && SameOrder(then.Order, act.Order)));
        return Answer($"act {request.Step} {request.Offer} {act.Run.Run}", runs, JobKind.Act) is { } then
            ? Said(new Acted(_now, then with { Run = act.Run }), $"{request.Does}: {then.Verdict}, {then.Summary}")
            : Stop<Acted>($"{request.Does}: that was not run this way then, so nobody knows how it goes on");
    }

    private static bool SameOrder(RoundOrder? then, RoundOrder? now) =>
        (then is null && now is null) || (then?.Kind == now?.Kind && then?.Messages == now?.Messages);

    private IEnumerable<T> AskedThen<T>()
        where T : Effect => _recording.Entries.SelectMany(entry => entry.Effects).OfType<T>();

    /// <summary>The recorded report to one of these runs: the next one at each asking, the last one again when there is no other.</summary>
    private Report? Answer(string key, IEnumerable<RunId> runs, JobKind kind)
    {
        var known = runs.ToHashSet();
        var reports = _recording
            .Entries.Where(entry => entry.Declined is null)
            .Select(entry => entry.Fact?.Reported)
            .OfType<Report>()
            .Where(report => report.Kind == kind && known.Contains(report.Run))
            .ToList();
        var next = _used.GetValueOrDefault(key);
        _used[key] = next + 1;
        return reports.Count == 0 ? null : reports[Math.Min(next, reports.Count - 1)];
    }

    private List<Voted> VotesFor(string? step, string offer)
    {
        var questions = RequestsThen(step, offer).ToHashSet();
        return
        [
            .. _recording
                .Entries.Where(entry => entry.Declined is null)
                .Select(entry => entry.Fact)
                .OfType<Voted>()
                .Where(vote => questions.Contains(vote.Question)),
        ];
    }

    private IEnumerable<QuestionId> RequestsThen(string? step, string offer) =>
        (_recording.Last?.Requests ?? [])
            .Where(request => request.Step == step && request.Offer == offer)
            .Select(request => request.Question);

    private T Said<T>(T fact, string line)
    {
        _lines.Add(line);
        return fact;
    }

    private T? Stop<T>(string line)
        where T : class
    {
        _lines.Add(line);
        return null;
    }

    private void Take(Decision decision)
    {
        _incident = decision.Incident;
        foreach (var effect in decision.Effects.Where(effect => effect is RunCheck or MakePlan or RunAction))
        {
            _asked.Enqueue(effect);
        }
    }
}
