using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;

namespace ImcBot.Core.Incidents;

/// <summary>Leads the rounds of one approved search: what a run told goes into the search state, which says what the next run does.</summary>
internal static class SearchRounds
{
    /// <summary>The argument that names the question whose held mail is searched on.</summary>
    private const string Continues = "continues";

    public static Search Begin(Request request, GrantTerms grant, long now)
    {
        var hold = new SearchRound(0, IndexSet.Empty, IndexSet.Empty);
        return new(request.Question, request.Digest, grant, request.Search!, now, 1, hold, hold.ToOrder(null), [], null, null, null, IndexSet.Empty, null, null, false, null);
    }

    /// <summary>The remedy that goes on with an ended search under a new grant.</summary>
    public static Remedy More(Search search) => new(
        [
            Call.To(
                "mail.search", ("starts", Number(search.Limits.Starts)), ("store-crashes", Number(search.Limits.StoreCrashes)), ("minutes", Number(search.Limits.Minutes)),
                (Continues, search.HeldBy.ToString())),
        ], null, [], []);

    /// <summary>The search that a request goes on with, or null when it begins one of its own.</summary>
    public static Search? Continued(Request request, Search? search) =>
        search is not null && Plan.FromBytes(request.Plan).Remedy.Rungs.Any(call => call.With.GetValueOrDefault(Continues) == search.HeldBy.ToString()) ? search : null;

    /// <summary>Whether a new budget would find something to do: mail is held that was not told apart yet.</summary>
    public static bool MayExtend(Search search) =>
        search is { State: { } state, End: not null, Held.IsEmpty: false } && state.GoOn(AimOf(state)).Extend(search.Limits).NextRound() is SearchRound;

    public static Search Extend(Search search, Request request, GrantTerms grant, long now)
    {
        var fresh = search with { Question = request.Question, HeldBy = search.HeldBy, Plan = request.Digest, Grant = grant, Limits = request.Search!, StartedAt = now, Run = 0, Before = search.Rounds.Count };
        return GoOn(fresh with { State = search.State!.Extend(request.Search!) }, AimOf(search.State));
    }

    /// <summary>Once mail flows there is time to tell the suspects apart; before that, flowing is what counts.</summary>
    private static SearchAim AimOf(SearchState state) => state.MailFlowed ? SearchAim.Separate : state.Aim;

    /// <summary>Takes a finished run and sets up the next one, or the end.</summary>
    public static Search Take(Search search, RoundReport round, Report report, Incident incident)
    {
        search = search with
        {
            Rounds = search.Rounds.Add(new(search.Run, round.Kind, search.Order.Messages.Count, round.Verdict, round.StoreCrashed, round.Seconds, report.Summary, 0, round.Counts.Accepted)),
            Manifest = search.Manifest ?? round.Outline,
            Counts = round.Counts,
            FirstGoodMailAt = search.FirstGoodMailAt ?? round.FirstAcceptedAt,
        };
        if (search.Ending is { } ending)
        {
            return Line(search, search.State) with { End = ending, Held = ending.Held };
        }

        var state = (search.State ?? Begin(search, incident)).After(RoundResult.From(search.Step, round));
        search = Line(search, state) with { State = state };
        if (report.Data.ContainsKey("wedged"))
        {
            var end = state.Hang();
            return search with { End = end, Held = end.Held };
        }

        return (search.EndAsked ? state.Stop() : state.NextRound()) switch
        {
            SearchRound next => Next(search, next, next.ToOrder(search.Manifest!.Digest)) with { Held = next.StillHeld },
            SearchEnd { NeedsRest: true } end => Next(search, search.Step, end.ToOrder(search.Manifest!.Digest)) with { Held = end.Held, Ending = end },
            SearchEnd end => search with { End = end, Held = end.Held },
            var other => throw new InvalidOperationException($"A search does not know what to do with {other}."),
        };
    }

    /// <summary>The last line tells how many messages could be the bad one.</summary>
    private static Search Line(Search search, SearchState? known) => search with
    {
        Rounds = search.Rounds.SetItem(search.Rounds.Count - 1, search.Rounds[^1] with { Suspects = known?.Narrowed ?? 0 }),
    };

    /// <summary>Whether budget and grant leave room to separate the suspects that are still held.</summary>
    public static bool CanGoOn(Search search, long now, SearchAim aim = SearchAim.Separate) =>
        search is { State: not null, Held.IsEmpty: false } && now - search.StartedAt < search.Limits.Minutes * 60_000_000L
        && search.State.GoOn(aim).NextRound() is SearchRound;

    public static Search GoOn(Search search, SearchAim aim = SearchAim.Separate)
    {
        var state = search.State!.GoOn(aim);
        var next = (SearchRound)state.NextRound();
        return Next(search with { State = state, End = null, Ending = null, EndAsked = false }, next, next.ToOrder(search.Manifest!.Digest));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>After a run that broke off: safe rest, which tells where every message is. What it would have tried counts as not tried.</summary>
    public static Search Mend(Search search)
    {
        search = search with { IsBroken = false };
        var rest = new SearchRound(0, IndexSet.Empty, IndexSet.Empty);
        return search.Ending is null
            ? Next(search, rest, new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, search.Manifest?.Digest))
            : Next(search, search.Step, search.Order);
    }

    private static Search Next(Search search, SearchRound step, RoundOrder order) => search with { Run = search.Run + 1, Step = step, Order = order };

    private static SearchState Begin(Search search, Incident incident)
    {
        var build = incident.Findings.Values.Select(finding => finding["version"]).FirstOrDefault(version => version is not null);
        var died = incident.Findings.Values.Select(finding => finding["storeDied"]).FirstOrDefault(count => count is not null);
        var outline = SearchOutline.From(
            search.Manifest!, Version.TryParse(build, out var version) ? version : null,
            int.TryParse(died, NumberStyles.None, CultureInfo.InvariantCulture, out var crashes) ? crashes : 0);
        return SearchState.Begin(outline, search.Limits, (int)(incident.Seed & int.MaxValue));
    }
}
