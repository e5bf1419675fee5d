using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>What a journal tells besides its lines, each thing with the entry it comes from. Bounded: talk is counted, not kept.</summary>
internal sealed class ReviewModel(Head before, string keyPrint)
{
    // Of each kind of thing that comes in storms; a review that has more says how many were left out.
    private const int Most = 1000;

    public Head Head { get; private set; } = before;

    public string KeyPrint { get; } = keyPrint;

    /// <summary>Why the transcript ends early, as a sentence; null while the journal verifies.</summary>
    public string? Frozen { get; init; }

    public Incident? Incident { get; private set; }

    public long LastAt { get; private set; }

    /// <summary>The phases in order, each from its entry on.</summary>
    public Bounded<(int Seq, long At, Phase Phase)> Phases { get; } = new(Most);

    /// <summary>When the service stopped and when it worked again.</summary>
    public Bounded<Outage> Outages { get; } = new(Most);

    /// <summary>When the all-clear was given that nothing has undone since; null while there is none.</summary>
    public long? ResolvedAt =>
        Phases.Items.LastOrDefault(phase => phase.Phase is not Phase.Closed) is { Phase: Phase.Resolved } last
            ? ByLastClock(last.Seq, last.At)
            : null;

    /// <summary>Microseconds that the service was down, all outages together, up to the last entry.</summary>
    public long Down => Outages.Items.Sum(outage => (outage.Until ?? LastAt) - outage.Since);

    public Bounded<TimelineMark> Marks { get; } = new(Most, static mark => Storms(mark.Fact));

    public Dictionary<QuestionId, Asked> Requests { get; } = [];

    /// <summary>What was done under an approval, or by hand, in order.</summary>
    public Bounded<(int Seq, Change Attempt)> Attempts { get; } = new(Most);

    public Bounded<SearchPoint> Search { get; } = new(Most);

    /// <summary>The entry of each step's newest answer.</summary>
    public Dictionary<string, int> Findings { get; } = new(StringComparer.Ordinal);

    /// <summary>What each step's check found last when it found something, though it may be clear by now.</summary>
    public Dictionary<string, (int Seq, StepFinding Finding)> Causes { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of people who wrote, clicked or voted, by object id: rosters know only ids.</summary>
    public Dictionary<string, string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Facts that are told in the review under a name of their own.</summary>
    public Bounded<(int Seq, Fact Fact, Sealed? Declined)> Kept { get; } = new(Most, static kept => Storms(kept.Fact));

    /// <summary>The command by which somebody took it up first; null while nobody has.</summary>
    public (int Seq, Commanded Command)? TakenUp =>
        Kept.Items.FirstOrDefault(kept =>
            kept is { Declined: null, Fact: Commanded { Verb: CommandVerb.Take or CommandVerb.Ask or CommandVerb.Hand } }
        )
            is { Fact: Commanded command } taken
            ? (taken.Seq, command)
            : null;

    /// <summary>Each report: the relay's clock and the server's against the bot's.</summary>
    public Clocks Clocks { get; } = new();

    /// <summary>Which programs and policies took part, each with the first entry that tells of it.</summary>
    public Fingerprints Prints { get; } = new(Most);

    /// <summary>What a check saw differently from before, though ImcBot had done nothing between.</summary>
    public Bounded<(int Seq, string Text)> Foreign { get; } = new(Most);

    public int Talk { get; private set; }

    private readonly List<(int Seq, long By)> _steps = [];
    private readonly HashSet<(QuestionId, Choice)> _tried = [];
    private int _actedSince;
    private long _actedAt;

    public void Take(Told told)
    {
        var (entry, incident, before) = (told.Entry, told.Incident, Incident);
        (Head, LastAt, Incident) = (new Head(Head.Incident, entry.Seq, told.Stored.Hash), entry.At, incident);
        if (before?.Phase != incident.Phase)
        {
            Phases.Add((entry.Seq, entry.At, incident.Phase));
        }

        if (entry is { Fact: ClockSet set, Declined: null })
        {
            TakeClock(entry.Seq, set.By);
        }
        else if (before?.DownSince != incident.DownSince)
        {
            TakeOutage(entry, incident.DownSince);
        }

        if (!ReferenceEquals(before?.Changes, incident.Changes))
        {
            TakeChanges(entry.Seq, incident);
        }

        if (entry.Fact?.Reported is { } reported)
        {
            Clocks.Take(entry, reported);
        }

        TakeFact(entry, incident, before);
        TakeRequest(entry.Seq, incident, before);
        if (!ReferenceEquals(incident.Findings, before?.Findings))
        {
            TakeFindings(entry.Seq, incident, before);
        }
    }

    private void TakeChanges(int seq, Incident incident)
    {
        var tried = incident.Tried.ToDictionary(NameOf);

        // What an earlier one came to may have been doubted since, or a search that broke off has ended after all.
        Attempts.Update(
            (_, item) => tried.GetValueOrDefault(NameOf(item.Attempt)) is { } now ? (now.At == item.Attempt.At ? item.Seq : seq, now) : item
        );
        foreach (var (name, change) in tried)
        {
            if (_tried.Add(name))
            {
                Attempts.Add((seq, change));
            }
        }
    }

    private static (QuestionId, Choice) NameOf(Change change) => (change.Question, Choice.Of(change));

    /// <summary>What lasts goes on from where the new clock puts its beginning.</summary>
    private void TakeClock(int seq, long by)
    {
        _steps.Add((seq, by));
        if (Outages.Last is { Until: null } open)
        {
            Outages.ReplaceLast(open with { Since = open.Since + by });
        }
    }

    /// <summary>An entry's time by the clock as it was set last: what lies between two of them is what went by.</summary>
    public long ByLastClock(int seq, long at) => at + _steps.Where(step => step.Seq > seq).Sum(step => step.By);

    private void TakeOutage(Entry entry, long? since)
    {
        if (Outages.Last is { Until: null } open)
        {
            Outages.ReplaceLast(open with { Until = entry.At, EndedBy = entry.Seq });
        }

        if (since is { } from)
        {
            Outages.Add(new Outage(from, entry.Seq, null, null));
        }
    }

    private void TakeFact(Entry entry, Incident incident, Incident? before)
    {
        switch (entry.Fact)
        {
            case Noted { IsNote: false }:
                Talk++;
                break;
            case Noted:
                Keep(entry, MarkKind.Note);
                break;
            case Opened opened:
                Keep(entry, MarkKind.Event);
                Prints.Take(entry.Seq, opened.Builds);
                break;
            case Introduced greeting:
                Keep(entry, MarkKind.Command);
                Prints.Take(entry.Seq, greeting.Builds);
                break;
            case Alerted { Alert: var alert }:
                Keep(entry, MarkKind.Event);
                if (alert is { ServiceUp: true, Events.Count: 0 } && alert.At > _actedAt && before?.Running.Any() != true)
                {
                    Foreign.Add((entry.Seq, "The service was seen running without a start by ImcBot"));
                }

                break;
            case Voted voted:
                Keep(entry, MarkKind.Vote);
                Name(voted.By);
                Requests.GetValueOrDefault(voted.Question)?.Votes.Add((entry.Seq, voted, entry.Declined));
                break;
            case Commanded commanded:
                Keep(entry, MarkKind.Command);
                Name(commanded.By);
                break;
            case Paged or Acknowledged or Refused or RosterChanged or ClockSet or Gathered or Unsaid:
                Keep(entry, MarkKind.Command);
                break;
            case Acted { Report: var report }:
                Keep(entry, MarkKind.Run);
                TakeRun(entry, report, incident);
                break;
            case Posted { Post.Kind: CardKind.Approval } posted when Requests.TryGetValue(posted.Post.Question, out var request):
                Requests[posted.Post.Question] = request with { PostedBy = entry.Seq, Card = posted.Card, Called = posted.Called ?? [] };
                break;
            default:
                break;
        }
    }

    /// <summary>What a relay reports of a run; one that is declined did nothing here, though what its relay signed stands.</summary>
    private void TakeRun(Entry entry, Report report, Incident incident)
    {
        if (report.Statement is { } statement && LedgerStatement.TryRead(statement, out var read))
        {
            Prints.Take(entry.Seq, read.Row);
        }

        if (entry.Declined is not null)
        {
            return;
        }

        (_actedSince, _actedAt) = (entry.Seq, report.At);
        if (report.Round is { } round && incident.Search is not null)
        {
            Search.Add(new SearchPoint(entry.Seq, report.Run.Run, round.Kind, round.Verdict, round.Crashed, round.Counts, round.Seconds));
        }
    }

    private void TakeRequest(int seq, Incident incident, Incident? before)
    {
        if (incident.Request is { } asked && asked.Question != before?.Request?.Question && Requests.Count < Most)
        {
            Requests[asked.Question] = new Asked(seq, null, default, [], [], incident.Roster);
        }
    }

    private void TakeFindings(int seq, Incident incident, Incident? before)
    {
        foreach (
            var (step, finding) in incident.Findings.Where(pair =>
                !ReferenceEquals(pair.Value, before?.Findings.GetValueOrDefault(pair.Key))
            )
        )
        {
            Compare(seq, step, before?.Findings.GetValueOrDefault(step), finding);
            Findings[step] = seq;
            if (finding.Verdict is Verdict.Finding or Verdict.Failed)
            {
                Causes[step] = (seq, finding);
            }
        }
    }

    private void Name(Person person)
    {
        if (person.Name.Value is { } name && Names.Count < Most)
        {
            Names[person.Id] = name;
        }
    }

    private void Compare(int seq, string step, StepFinding? then, StepFinding now)
    {
        if (
            then is not null
            && then.Verdict != now.Verdict
            && then.Verdict is not Verdict.Unknown
            && now.Verdict is not Verdict.Unknown
            && Findings.TryGetValue(step, out var seen)
            && seen > _actedSince
        )
        {
            Foreign.Add((seq, $"{step}: '{then.Summary}' (entry {seen}) became '{now.Summary}' with no run of ImcBot between"));
        }
    }

    // What people did and what was done is never left out for it.
    private static bool Storms(Fact fact) => fact is Alerted or RosterChanged;

    private void Keep(Entry entry, MarkKind kind)
    {
        Kept.Add((entry.Seq, entry.Fact!, entry.Declined));
        Marks.Add(new TimelineMark(entry.Seq, entry.At, kind, entry.Fact!));
    }
}
