using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>
/// Leads the rounds of one approved search: what a run told goes into the search state, which says what the next run does.
/// </summary>
internal static class SearchRounds
{
    /// <summary>A round, one more after it, and safe rest.</summary>
    private const int FewestStarts = 3;

    public static Search Begin(Change request, GrantTerms grant, long now, SubjectWords words)
    {
        var hold = new SearchRound(0, IndexSet.Empty, IndexSet.Empty);
        return new(request.Question, request.Digest, grant, request.Search!, now, hold, hold.ToOrder(null)) { Words = words };
    }

    /// <summary>Goes on with an ended search under a new grant, within these limits.</summary>
    public static Call More(Search search, SearchLimits limits) =>
        Catalog.CallOf(
            Purpose.Search,
            (CallArguments.Starts, Number(limits.Starts)),
            (CallArguments.Crashes, Number(limits.Crashes)),
            (CallArguments.Minutes, Number(limits.Minutes)),
            (CallArguments.Continues, search.HeldBy.ToString())
        );

    /// <summary>
    /// What is left of an ended search's budget, for whoever approves that it goes on; at least what one round and safe rest take on this
    /// host.
    /// </summary>
    public static SearchLimits Rest(Incident incident, Search search)
    {
        var least = (int)Math.Ceiling(FewestStarts * SearchEstimate.Of(incident, null).PerRound / 60);
        var spent = search.State;
        return new(
            Math.Max(FewestStarts, search.Limits.Starts - (spent?.Starts ?? 0)),
            Math.Max(1, search.Limits.Crashes - (spent?.Crashes ?? 0)),
            Math.Max(least, search.Limits.Minutes - (int)Math.Ceiling((spent?.Spent ?? TimeSpan.Zero).TotalMinutes))
        );
    }

    /// <summary>The search that a request goes on with, or null when it begins one of its own.</summary>
    public static Search? Continued(Change request, Search? search) =>
        search is not null
        && Plan.FromBytes(request.Plan)
            .Remedy.Rungs.Any(call => call.With.GetValueOrDefault(CallArguments.Continues) == search.HeldBy.ToString())
            ? search
            : null;

    /// <summary>
    /// Whether a new budget would find something to do: items are held that were not told apart yet, or the service has gone down since.
    /// </summary>
    public static bool MayExtend(Incident incident, Search search) =>
        search is { State: { } state, End: not null, Held.IsEmpty: false }
        && (HasFallen(incident, search) || state.GoOn(AimOf(state)).Extend(search.Limits).NextRound() is SearchRound);

    /// <summary>Whether going on would bring the service up or tell something: there is a round to run, or safe rest to reach.</summary>
    public static bool MayResume(Incident incident, Search search, SearchLimits limits) =>
        search is { State: { } state, End: not null, Held.IsEmpty: false }
        && (HasFallen(incident, search) || Next(state.GoOn(state.Aim).Extend(limits).NextRound(), search) is not null);

    /// <summary>
    /// Whether the service ran after the search had ended and is down again. What came into the queue since is not known, so that going on
    /// begins with safe rest, and what counts is that the service works.
    /// </summary>
    public static bool HasFallen(Incident incident, Search search) =>
        incident.ServiceUp != true && incident.FindRequest(search.Question) is { HasEnded: true } ended && ended.Outage < incident.Outage;

    /// <summary>Goes on under a new approval with what the search has learned.</summary>
    public static Search Extend(Incident incident, Search search, Change request, GrantTerms grant)
    {
        var isAlone = Plan.FromBytes(request.Plan).Remedy.Rungs.Count == 1;
        var aim =
            HasFallen(incident, search) ? SearchAim.Flow
            : isAlone ? AimOf(search.State!)
            : search.State!.Aim;
        var state = search.State!.GoOn(aim).Extend(request.Search!);
        var fresh = search with
        {
            Question = request.Question,
            HeldBy = search.HeldBy,
            Plan = request.Digest,
            Grant = grant,
            Limits = request.Search!,
            StartedAt = incident.Now,
            Run = 0,
            Before = search.Rounds.Count,
            State = state,
            End = null,
            Ending = null,
            EndAsked = false,
            Replaced = search with { Replaced = null },
        };
        return !HasFallen(incident, search) && Next(state.NextRound(), fresh) is { } next ? next : Rest(fresh);
    }

    /// <summary>
    /// The search with its next run: a round, or safe rest where the service is down and nothing is left to tell apart; null when there is
    /// neither.
    /// </summary>
    private static Search? Next(SearchStep step, Search search) =>
        step switch
        {
            SearchRound next => Next(search, next, next.ToOrder(search.Manifest!.Digest)) with { Held = next.StillHeld },
            SearchEnd { NeedsRest: true } end => Next(search, search.Step, end.ToOrder(search.Manifest!.Digest)) with
            {
                Held = end.Held,
                Ending = end,
            },
            _ => null,
        };

    /// <summary>Once the service works there is time to tell the suspects apart; before that, flowing is what counts.</summary>
    private static SearchAim AimOf(SearchState state) => state.Flowed ? SearchAim.Separate : state.Aim;

    /// <summary>Takes a finished run and sets up the next one, or the end.</summary>
    public static Search Take(Search search, RoundReport round, string summary, RunFacts run, Incident incident)
    {
        search = search with
        {
            Rounds = search.Rounds.Add(
                new(
                    search.Run,
                    round.Kind,
                    search.Order.Messages.Union(round.Released).Count,
                    round.Verdict,
                    round.Crashed,
                    round.Seconds,
                    summary
                )
                {
                    Accepted = round.Counts.Accepted,
                }
            ),
            Manifest = search.Manifest ?? round.Outline,
            Counts = round.Counts,
            FirstGoodAt = search.FirstGoodAt ?? round.FirstAcceptedAt,
        };
        if (search.Ending is { } ending)
        {
            return Ended(Line(search, search.State), ending);
        }

        var state = (search.State ?? Begin(search, incident)).After(RoundResult.From(search.Step, round));
        search = Line(search, state) with { State = state };
        if (run.Wedged is not null)
        {
            return Ended(search, state.Hang());
        }

        var step = search.EndAsked ? state.Stop() : state.NextRound();
        return search.Run < search.Grant.Runs && Next(step, search) is { } next ? next : Ended(search, step as SearchEnd ?? state.Stop());
    }

    public static Search Ended(Search search, SearchEnd end) => search with { End = end, Ending = null, Held = end.Held };

    /// <summary>The last line tells how many messages could be the bad one.</summary>
    private static Search Line(Search search, SearchState? known) =>
        search with
        {
            Rounds = search.Rounds.SetItem(search.Rounds.Count - 1, search.Rounds[^1] with { Suspects = known?.Narrowed ?? 0 }),
        };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the time of the approval is over, so that the relay would begin no run of it any more.</summary>
    public static bool IsOver(Search search, long now) =>
        search.Run >= search.Grant.Runs || now - search.StartedAt >= search.Grant.Minutes * Micros.Minute;

    /// <summary>
    /// After a run that broke off: safe rest, which tells where every message is. What it would have tried counts as not tried.
    /// </summary>
    public static Search Mend(Search search)
    {
        search = search with { IsBroken = false };
        return search.Ending is null ? Rest(search) : Next(search, search.Step, search.Order);
    }

    /// <summary>Everything that lies in the queue is held, and the service started on none of it.</summary>
    private static Search Rest(Search search) =>
        Next(
            search,
            new SearchRound(0, IndexSet.Empty, IndexSet.Empty),
            new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, search.Manifest?.Digest)
        );

    private static Search Next(Search search, SearchRound step, RoundOrder order) =>
        search with
        {
            Run = search.Run + 1,
            Step = step,
            Order = order,
        };

    private static SearchState Begin(Search search, Incident incident)
    {
        var found = incident.Runbook.Steps.Select(step => incident.Findings.GetValueOrDefault(step.Id)).OfType<StepFinding>().ToList();
        var build = found.Select(finding => finding["version"]).FirstOrDefault(version => version is not null);
        var died = found.Select(finding => finding[CallArguments.CrashCount]).FirstOrDefault(count => count is not null);
        var outline = SearchOutline.From(
            search.Manifest!,
            Version.TryParse(build, out var version) ? version : null,
            int.TryParse(died, NumberStyles.None, CultureInfo.InvariantCulture, out var crashes) ? crashes : 0
        );
        return SearchState.Begin(outline, search.Limits, (int)(incident.Seed & int.MaxValue));
    }
}
