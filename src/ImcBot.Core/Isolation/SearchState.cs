using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Isolation;

/// <summary>
/// The search for bad messages (Q317653 resolution 4) as a value: what it started from and what each round told. The same outline,
/// seed and results always give the same next step, so a journal can replay it.
/// </summary>
internal sealed record SearchState
{
    /// <summary>How many messages may stay held when the service works and the rest waits for daylight.</summary>
    private const int Handful = 5;

    /// <summary>So many messages may be accused by pointing alone before one of them is tried alone.</summary>
    private const int TrustInPointing = 3;

    /// <summary>
    /// So many failures by newly arrived items mean that more will come: the search would spend its crashes on a sender that tries again.
    /// </summary>
    private const int Repeated = 2;

    private SearchState(SearchOutline outline, SearchLimits limits, int seed)
    {
        (Outline, Limits, Seed, Known) = (outline, limits, seed, outline.Count);
        New = outline.Count;
        var all = IndexSet.UpTo(outline.Count);
        var named = outline.Named.Intersect(all);
        Failures = [.. named.Select(index => new Failure(all, IndexSet.Of(index), ByName: true, all.Count, Seen: false))];
        Failures = Failures.AddRange(
            Enumerable.Repeat(
                new Failure(all, IndexSet.Empty, ByName: false, all.Count, Seen: false),
                all.IsEmpty ? 0 : Math.Clamp(outline.EarlierCrashes - named.Count, 0, 3)
            )
        );
    }

    public SearchOutline Outline { get; }

    public SearchLimits Limits { get; private init; }

    public int Seed { get; }

    public SearchAim Aim { get; private init; }

    /// <summary>Messages known: those of the outline and those that arrived since.</summary>
    public int Known { get; private init; }

    /// <summary>Taken without the service failing.</summary>
    public IndexSet Good { get; private init; }

    /// <summary>Out of the queue for good without having been taken: moved to the archive, or deleted.</summary>
    public IndexSet Archived { get; private init; }

    /// <summary>In flight at some crash: may be delivered twice.</summary>
    public IndexSet PossibleDuplicates { get; private init; }

    public ImmutableList<Failure> Failures { get; private init; }

    /// <summary>Tries so far, the start on the empty queue included.</summary>
    public int Starts { get; private init; }

    public int Crashes { get; private init; }

    public TimeSpan Spent { get; private init; }

    /// <summary>True from the first round on that ran with items returned.</summary>
    public bool Flowed { get; private init; }

    /// <summary>Whether the last try left the service down.</summary>
    public bool Down { get; private init; } = true;

    /// <summary>Rounds so far; the start on the empty queue is not one.</summary>
    public int Rounds { get; private init; }

    /// <summary>
    /// How many messages could be the bad one: those accused, and the smallest set that holds another; while nothing is accused, all that
    /// are open.
    /// </summary>
    public int Narrowed
    {
        get
        {
            var evidence = new Evidence(this);
            var accused = evidence.Accused.Except(Archived);
            return accused.Union(evidence.Narrowest.IsEmpty && accused.IsEmpty ? evidence.Open : evidence.Narrowest).Count;
        }
    }

    private bool EmptyQueueRan { get; init; }

    /// <summary>Whether a round may be tried: the empty queue ran, or the hold itself was one.</summary>
    private bool IsUnderWay => EmptyQueueRan || Rounds > 0;

    private bool EmptyQueueFailed { get; init; }

    private TimeSpan LastTook { get; init; }

    private int Silent { get; init; }

    /// <summary>
    /// The first index that counts as newly arrived: what had arrived before the search went on is held and told apart like the rest.
    /// </summary>
    private int New { get; init; }

    /// <summary>Failures that only newly arrived items explains.</summary>
    private int ArrivalFailures =>
        Failures.Count(failure => failure.Causes(Good) is { IsEmpty: false } causes && causes.Ranges[0].First >= New);

    /// <param name="seed">Decides between equally suspicious messages.</param>
    public static SearchState Begin(SearchOutline outline, SearchLimits limits, int seed) => new(outline, limits, seed);

    /// <summary>
    /// The same search with another aim: what a person's "go on" means once the service works. What ended it before (new items, or
    /// something outside In) has been seen to, so it counts no longer.
    /// </summary>
    public SearchState GoOn(SearchAim aim) => this with { Aim = aim, EmptyQueueFailed = false, Silent = 0, New = Known };

    /// <summary>The same search under a new budget: what it has learned stays, what it has spent begins anew.</summary>
    public SearchState Extend(SearchLimits limits) => this with { Limits = limits, Starts = 0, Crashes = 0, Spent = TimeSpan.Zero };

    /// <summary>The same search without items that people had deleted.</summary>
    public SearchState Without(IndexSet deleted) => this with { Archived = Archived.Union(deleted) };

    /// <summary>The state after one more round.</summary>
    public SearchState After(RoundResult result)
    {
        var known = Math.Max(Known, Outline.Count + result.Arrived);
        var arrivals = IndexSet.Range(Known, known - Known);
        var good = Good.Union(result.Accepted);
        var archived = Archived.Union(result.Archived);
        var blamed = result.Returned.Union(arrivals).Except(good);
        var learned =
            result.Failed
            || good.Count > Good.Count
            || archived.Count > Archived.Count
            || (result.Verdict == RoundVerdict.Ran && result.Round == 0);
        return this with
        {
            Known = known,
            Good = good,
            Archived = archived,
            Failures = result.Failed ? WithFailure(result, blamed) : Failures,
            PossibleDuplicates = result.Failed
                ? PossibleDuplicates.Union(result.InFlight.Union(result.PossibleDuplicates).Except(result.Accepted))
                : PossibleDuplicates,
            Starts = Starts + 1,
            Rounds = Rounds + (result.Round > 0 ? 1 : 0),
            Crashes = Crashes + (result.Crashed ? 1 : 0),
            Spent = Spent + result.Took,
            LastTook = result.Took,
            Flowed = Flowed || (result.Verdict == RoundVerdict.Ran && !result.Returned.IsEmpty),
            Down = result.Failed,
            EmptyQueueRan = EmptyQueueRan || (result.Verdict == RoundVerdict.Ran && result.Round == 0),
            EmptyQueueFailed = EmptyQueueFailed || (result.Failed && result.Round == 0 && blamed.IsEmpty),
            Silent = learned ? 0 : Silent + 1,
        };
    }

    /// <summary>The next round, or the end.</summary>
    public SearchStep NextRound()
    {
        var evidence = new Evidence(this);
        if (WhyEnded(evidence) is { } reason)
        {
            return End(reason, evidence);
        }

        var batch = IsUnderWay ? ChooseBatch(evidence) : IndexSet.Empty;
        return new SearchRound(IsUnderWay ? Rounds + 1 : 0, batch, IndexSet.UpTo(Known).Except(Good).Except(Archived).Except(batch));
    }

    /// <summary>Ends it here, as a person may at any time.</summary>
    public SearchEnd Stop() => End(SearchEndReason.Stopped, new Evidence(this));

    /// <summary>Ends it because the service does not stop, so that no item may be moved.</summary>
    public SearchEnd Hang() => End(SearchEndReason.Wedged, new Evidence(this));

    private SearchEnd End(SearchEndReason reason, Evidence evidence)
    {
        var suspects = evidence
            .Accused.Except(evidence.Bad)
            .Union(evidence.Narrowest)
            .Union(evidence.Weights.Suspects(evidence.Open, Handful))
            .Except(Archived);
        var held = IndexSet.UpTo(Known).Except(Good).Except(Archived);
        return new SearchEnd(
            reason,
            evidence.Bad,
            suspects,
            held,
            Down
                && reason is not (SearchEndReason.QueueNotTheCause or SearchEndReason.Wedged)
                && !(reason is SearchEndReason.ArrivalsFail && New == Outline.Count),
            evidence.Accused.Any(index => index >= Outline.Count),
            EmptyQueueRan || Flowed
        );
    }

    private SearchEndReason? WhyEnded(Evidence evidence)
    {
        var settled = evidence.Open.IsEmpty;
        var proved = evidence.Accused.Except(Archived).IsSubsetOf(evidence.Certain);
        return this switch
        {
            { EmptyQueueFailed: true } => SearchEndReason.QueueNotTheCause,
            { Silent: >= 2 } => SearchEndReason.NothingLearned,
            _ when ArrivalFailures >= Repeated => SearchEndReason.ArrivalsFail,
            { IsUnderWay: false } => WhySpent(),
            _ when settled && evidence.Accused.IsEmpty => SearchEndReason.NoneBad,
            _ when settled && proved => SearchEndReason.Proved,
            { Aim: not SearchAim.Prove } when settled && evidence.Accused.Except(Archived).IsSubsetOf(evidence.Separated) =>
                SearchEndReason.Separated,
            { Aim: SearchAim.Flow, Flowed: true } when settled || (!Down && evidence.Open.Count <= Handful) => SearchEndReason.Flows,
            _ => WhySpent(),
        };
    }

    /// <summary>One start is kept back, so that after a last crash the service can be brought up on the safe rest.</summary>
    private SearchEndReason? WhySpent() =>
        Limits.Starts - Starts < 2 ? SearchEndReason.StartsSpent
        : Crashes >= Limits.Crashes ? SearchEndReason.CrashesSpent
        : Spent + LastTook > TimeSpan.FromMinutes(Limits.Minutes) ? SearchEndReason.MinutesSpent
        : null;

    private IndexSet ChooseBatch(Evidence evidence)
    {
        if (evidence.Open.IsEmpty)
        {
            var unproved = evidence.Accused.Except(evidence.Certain).Except(Archived);
            var together = unproved.Except(evidence.Separated);
            return (together.IsEmpty ? unproved : together).Take(1);
        }

        if (evidence.OnlyPointedAt.Count >= TrustInPointing)
        {
            return evidence.OnlyPointedAt.Take(1);
        }

        var suspects = Flowed ? IndexSet.Empty : evidence.Weights.Suspects(evidence.Open, Handful);
        var rest = evidence.Open.Except(suspects);
        var restoreFirst = Rounds == 0 && !(suspects.IsEmpty && evidence.Accused.IsEmpty);
        return (restoreFirst || evidence.PointsOut) && !rest.IsEmpty && !IsPointedAt(evidence.Narrowest, evidence)
            ? rest
            : Batch.Choose(evidence, Flowed, restoreFailed: Rounds > 0 && !suspects.IsEmpty);
    }

    /// <summary>Whether some failure pointed at several messages at once, so that they must be told apart.</summary>
    private bool IsPointedAt(IndexSet narrowest, Evidence evidence) =>
        narrowest.Count > 1 && narrowest != evidence.Open && Failures.Any(f => f.Pointed.Except(Good) == narrowest);

    /// <summary>What was archived while the round failed was in flight and is as good as named (4117, Q192186).</summary>
    private ImmutableList<Failure> WithFailure(RoundResult result, IndexSet batch)
    {
        if (batch.IsEmpty)
        {
            return Failures;
        }

        var returned = Math.Max(result.Returned.Count, batch.Count);
        var named = result.Named.Union(result.Archived.Except(Archived)).Intersect(batch);
        return Failures.Add(
            named.IsEmpty
                ? new Failure(batch, result.InFlight.Intersect(batch), ByName: false, returned, Seen: true)
                : new Failure(batch, named, ByName: true, returned, Seen: true)
        );
    }
}
