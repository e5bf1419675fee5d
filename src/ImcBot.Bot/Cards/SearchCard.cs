using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>
/// The search for the bad item while it goes on: what flows, what is held, what each round told, and that nothing is lost.
/// </summary>
internal static class SearchCard
{
    public static AdaptiveCard Draw(Incident incident, Search search, int lines)
    {
        var plan = incident.FindRequest(search.Question) is { } request ? Plan.FromBytes(request.Plan) : null;
        var estimate = SearchEstimate.Of(incident, plan);
        return new(
            Shape.Body([
                Shape.Head(
                    search.Counts is { IsBalanced: false } ? "attention" : Ground(incident, search),
                    $"{Words.Escape(incident.Label, 80)} search: {(search.End is null ? $"run {search.Run}" : "ended")}",
                    search.Question.ToString(),
                    new TextBlock(Flow(incident, search)) { Weight = "Bolder", Spacing = "None" },
                    new TextBlock(Spent(incident, search, estimate)) { Spacing = "None" },
                    search.End is null ? new TextBlock(Estimate(incident, search, estimate)) { Spacing = "None" } : null
                ),
                Shape.Row("Held", Held(search, Math.Min(lines, 10))),
                Shape.Row(search.End is null ? "Now" : "Result", Now(search, estimate)),
                .. SearchPicture.Draw(search, lines),
                .. Rounds(search, lines),
                Counts(search),
                Shape.Row(
                    "Twice?",
                    search.PossibleDuplicates.IsEmpty
                        ? "Possible duplicates: none."
                        : $"Possible duplicates: {Names(search, search.PossibleDuplicates, Math.Min(lines, 10))}."
                ),
                incident.Standing is Standing.Up or Standing.Flows && search is { End: null, FirstGoodAt: not null, Held.IsEmpty: false }
                    ? Shape.Plain($"You may end here: {incident.Words.Works}, the suspects wait for daylight.", weight: "Bolder")
                    : null,
                search.End is null
                    ? Shape.Small(
                        "If ImcBot or the link dies now, the relay goes to safe rest by itself: service up on "
                            + $"{incident.Words.Matter} shown safe, the rest held; README.txt is in the hold folder."
                    )
                    : null,
            ]),
            [.. Actions(incident, search)],
            $"{search.Question}: {Summary.Health(incident)}. {Now(search, estimate)}"
        );
    }

    private static string Ground(Incident incident, Search search) =>
        incident.Standing switch
        {
            Standing.Down => search.End is null ? "warning" : "attention",
            Standing.Up or Standing.Flows when search.End is not { Reached: false } => "good",
            _ => "warning",
        };

    /// <summary>How the last run left the service, and since when; whether it took anything is another matter.</summary>
    private static string Flow(Incident incident, Search search) =>
        incident.Standing switch
        {
            Standing.Down => $"{incident.DownClause.ToUpperInvariant()} {Health.Since(incident)}",
            Standing.Unknown => $"WHETHER {incident.Words.Works.ToUpperInvariant()} IS NOT KNOWN",
            _ => (
                search.FirstGoodAt is { } first
                    ? $"{incident.Words.Works.ToUpperInvariant()}, first accepted {Moment.Time(first)}"
                    : $"SERVICE UP, no {incident.Words.Item} accepted yet"
            ) + (incident.UpSince is { } up ? $", service up since {Moment.Time(up)}" : ""),
        };

    private static string Spent(Incident incident, Search search, SearchEstimate estimate)
    {
        var rounds = search.Rounds.Count - search.Before;
        var crashes = search.Rounds.Skip(search.Before).Count(round => round.Crashed);
        return $"{estimate.Round}s {rounds} of {search.Limits.Starts}, {incident.Words.CountCrashes(crashes)} of {search.Limits.Crashes}, "
            + $"{Summary.Length(search.StartedAt, incident.Now)} of {search.Limits.Minutes}";
    }

    private static string Estimate(Incident incident, Search search, SearchEstimate estimate)
    {
        var left = TimeSpan.FromMinutes(search.Limits.Minutes) - TimeSpan.FromMicroseconds(incident.Now - search.StartedAt);
        var fit = Math.Min(estimate.RoundsIn(left), Math.Max(0, search.Limits.Starts - (search.Rounds.Count - search.Before)));
        var measured = estimate.Measured || !estimate.Starts ? "" : ", not yet measured here";
        return $"a {estimate.Round} takes about {Moment.Long(estimate.PerRound)}{measured}: time for "
            + Words.Count(fit, $"more {estimate.Round}");
    }

    private static string Held(Search search, int most)
    {
        if (search.Held.IsEmpty)
        {
            return search.State is null ? "being moved aside" : "nothing";
        }

        var bad = search.End?.Bad ?? IndexSet.Empty;
        var convicted = bad.IsEmpty ? "" : $" BAD: {Names(search, bad, most)}.";
        var unseen = search.Unseen == 0 ? "" : $", {search.Unseen} of them seen nowhere";
        return $"{search.Words.CountItems(search.Held.Count)}{unseen}: {Names(search, search.Held, most)}, in "
            + $"{search.Manifest?.Folder ?? "the hold folder"}.{convicted}";
    }

    private static string Names(Search search, IndexSet items, int most) => SubjectWords.List(search.Names(items), items.Count, most);

    private static string Now(Search search, SearchEstimate estimate) =>
        search switch
        {
            { End: not null } => search.Sentence,
            { Ending: not null } => $"going to safe rest: service up on {search.Words.Matter} shown safe, the rest held",
            { EndAsked: true } => "ends after this run, then safe rest",
            { Order.Kind: RoundKind.Hold } when estimate.Starts => $"stopping, holding {search.Words.Queue}, starting on the empty queue",
            { Order.Kind: RoundKind.Hold } => $"holding {search.Words.Queue} while {search.Words.Service} goes on, watching",
            _ => $"returned {search.Words.CountItems(search.Order.Messages.Count)}, "
                + (estimate.Starts ? "starting and watching" : "watching"),
        };

    private static IEnumerable<Element> Rounds(Search search, int lines)
    {
        if (search.Rounds.IsEmpty)
        {
            yield break;
        }

        yield return Line("Run", "Returned", "Result", "Took", header: true) with
        {
            Separator = true,
            Spacing = "Medium",
        };
        var hidden = Math.Max(0, search.Rounds.Count - Math.Min(lines, 12));
        if (hidden > 0)
        {
            yield return new TextBlock($"{Words.Count(hidden, "earlier run")} in the transcript") { IsSubtle = true, Spacing = "Small" };
        }

        foreach (var round in search.Rounds.Skip(hidden))
        {
            yield return Line($"{round.Run}", Returned(round.Kind, round.Returned), Result(round, search.Words), $"{round.Seconds:0} s");
        }

        if (search.End is null)
        {
            yield return Line($"{search.Run}", Returned(search.Order.Kind, search.Order.Messages.Count), "watching …", "");
        }
    }

    private static ColumnSet Line(string run, string returned, string result, string took, bool header = false) =>
        new([Cell("40px", run, header), Cell("86px", returned, header), Cell("stretch", result, header), Cell("56px", took, header)])
        {
            Spacing = "Small",
        };

    private static Column Cell(string width, string text, bool header) =>
        new(width, [new TextBlock(text) { IsSubtle = header ? true : null, Weight = header ? "Bolder" : null }]);

    private static string Returned(RoundKind kind, int count) =>
        kind switch
        {
            RoundKind.Return => $"{count}",
            RoundKind.Hold when count == 0 => "none",
            RoundKind.Hold => $"{count} left",
            _ => "rest",
        };

    private static string Result(RoundLine round, SubjectWords words) =>
        round.Verdict switch
        {
            RoundVerdict.Ran => "**ran**",
            RoundVerdict.Crashed => "**CRASHED**",
            RoundVerdict.Hung => "**HUNG**",
            _ => "unknown",
        } + (round.Crashed ? $", {words.Crash}" : "");

    private static ColumnSet? Counts(Search search)
    {
        if (search.Counts is not { } counts)
        {
            return null;
        }

        var arrived = counts.Arrived > 0 ? $"{search.Words.CountItems(counts.Arrived)} arrived meanwhile. " : "";
        var balanced = counts.IsBalanced
            ? "Balanced: nothing is lost."
            : "DOES NOT BALANCE: someone must look before anything else is done.";
        return Shape.Row(
            "Count",
            $"{arrived}{(long)counts.Found + counts.Arrived} = {counts.Accepted} accepted + {counts.InQueue} in {search.Words.Queue}"
                + $" + {counts.Held} held + {counts.Archived} archived + "
                + $"{counts.Deleted} deleted + {counts.Unknown} unknown. {balanced}"
        );
    }

    private static IEnumerable<CardAction> Actions(Incident incident, Search search)
    {
        if (search is { End: null, EndAsked: false, Ending: null } && incident.Phase is Phase.Searching)
        {
            yield return Shape.Button(
                incident.Standing is Standing.Down || search.FirstGoodAt is null ? "Stop safely" : "End, keep held",
                "end",
                incident,
                search.Question
            );
        }

        if (
            incident.Phase is Phase.Watching or Phase.Resolved or Phase.AwaitingPerson or Phase.Escalated
            && SearchRounds.MayExtend(incident, search)
        )
        {
            yield return Shape.Button("Ask for more, go on", "go-on", incident, search.Question);
        }
    }
}
