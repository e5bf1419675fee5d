using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;

namespace ImcBot.Core.Incidents;

/// <summary>Leads the rounds of one approved search: what a run told goes into the search state, which says what the next run does.</summary>
internal static class SearchRounds
{
    public static Search Begin(Request request, GrantTerms grant, long now)
    {
        var hold = new SearchRound(0, IndexSet.Empty, IndexSet.Empty);
        return new(request.Question, request.Digest, grant, request.Search!, now, 1, hold, hold.ToOrder(null), [], null, null, null, IndexSet.Empty, null, null, false, null);
    }

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
            return Line(search, ending) with { End = ending, Held = ending.Held };
        }

        var state = (search.State ?? Begin(search, incident)).After(RoundResult.From(search.Step, round));
        search = Line(search, state.Stop()) with { State = state };
        return (search.EndAsked ? state.Stop() : state.NextRound()) switch
        {
            SearchRound next => Next(search, next, next.ToOrder(search.Manifest!.Digest)) with { Held = next.StillHeld },
            SearchEnd { NeedsRest: true } end => Next(search, search.Step, end.ToOrder(search.Manifest!.Digest)) with { Held = end.Held, Ending = end },
            SearchEnd end => search with { End = end, Held = end.Held },
            var other => throw new InvalidOperationException($"A search does not know what to do with {other}."),
        };
    }

    /// <summary>The last line tells how many suspects are left.</summary>
    private static Search Line(Search search, SearchEnd known) => search with
    {
        Rounds = search.Rounds.SetItem(search.Rounds.Count - 1, search.Rounds[^1] with { Suspects = known.Bad.Union(known.Suspects).Count }),
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
