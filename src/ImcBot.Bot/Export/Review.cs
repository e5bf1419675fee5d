using System.Globalization;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Export;

/// <summary>One line of the draft.</summary>
/// <param name="Entry">The journal entry it comes from, or null for what the transcript itself knows.</param>
/// <param name="IsReported">Somebody said so; ImcBot did not see it.</param>
internal sealed record ReviewLine(int? Entry, string Text, bool IsReported = false);

/// <param name="None">What stands there when there is no line.</param>
internal sealed record ReviewSection(string Title, string None, IReadOnlyList<ReviewLine> Lines);

/// <summary>The draft for the review: facts only, each with its entry. What they mean is for people to say.</summary>
internal static class Review
{
    public static IReadOnlyList<ReviewSection> Of(ReviewModel story, Incident incident) =>
        [
            new("Impact", "No impact is recorded.", [.. Impact(story, incident)]),
            new("Times", "Nothing is recorded.", [.. Times(story, incident)]),
            new("Causes found", "No check found a cause.", [.. Causes(story, incident)]),
            new("Refused, expired and declined", "Nothing was refused.", [.. Refused(story, incident)]),
            new("Departures from the article", "Nothing departed from the article.", [.. Departures(story, incident)]),
            new("Done by hand (reported, not observed)", "Nobody reported work done by hand.", [.. ByHand(story, incident)]),
            new("Changes on the host that ImcBot did not make", "None were seen.", [.. Foreign(story, incident)]),
            new(
                "Open follow-ups",
                "Nothing is left open.",
                [
                    .. incident
                        .FollowUps.Where(item => item.DoneAt is null)
                        .Select(item => new ReviewLine(
                            null,
                            $"{item.Text}; {(item.Owner is { } owner ? owner.Name : "nobody")} by {Day(item.Due)}"
                        )),
                ]
            ),
            new("Clocks", "No report was made.", [.. ClockLines(story)]),
            new("Fingerprints", "", [.. Prints(story, incident)]),
            new("What this transcript does not prove", "", NotProven),
        ];

    /// <summary>Said in every form, so that nobody takes the chain for more than it is.</summary>
    private static IReadOnlyList<ReviewLine> NotProven { get; } =
    [
        new(null, "That a person is who the channel says: it rests on the channel's sign-in."),
        new(null, "That what people reported by hand happened, or when."),
        new(null, "That nothing else was done on the server: only what checks, events and counts showed is known."),
        new(
            null,
            "That the clocks were right: times are ImcBot's; how far the relay's and the server's were from it is given, with what "
                + "a report's way took in it."
        ),
        new(
            null,
            "That whoever holds the journal key did not write another journal: compare the head with the one in the channel's "
                + "outcome cards."
        ),
    ];

    private static IEnumerable<ReviewLine> Impact(ReviewModel story, Incident incident)
    {
        if (story.Outages.Items.Count > 1)
        {
            yield return new(
                null,
                $"{incident.Words.Label} stopped {Words.Count(story.Outages.Items.Count, "time")}, {Span(0, story.Down)} in all"
            );
        }

        foreach (var outage in story.Outages.Items)
        {
            yield return new(
                outage.BegunBy,
                outage.Until is { } until
                    ? $"{incident.Words.Label} stopped from {Clock(outage.Since)} to {Clock(until)} (entry {outage.EndedBy}), "
                        + $"{Span(outage.Since, until)}"
                    : $"{incident.Words.Label} stopped from {Clock(outage.Since)}; it had not been seen to work again at the end of "
                        + "this transcript"
            );
        }

        if (story.Search.Items is [.., var last])
        {
            yield return new(
                last.Seq,
                $"{SubjectWords.Capital(incident.Words.Items)} delayed by the search: {last.Counts.Found} found in the queue and "
                    + $"{last.Counts.Arrived} arrived meanwhile; {last.Counts.Held} still held"
            );
            yield return new(last.Seq, $"Possible duplicates: {incident.Search?.PossibleDuplicates.Count ?? 0}");
        }

        var crashed = story.Search.Items.Where(point => point.Crashed).Select(point => point.Seq).ToArray();
        yield return new(
            crashed is [var first, ..] ? first : null,
            Summary.Cost(incident)
                + (
                    crashed.Length == 0
                        ? ""
                        : $" (crashed in {(crashed.Length == 1 ? "the run of entry" : "the runs of entries")} {string.Join(", ", crashed)})"
                )
        );
    }

    private static IEnumerable<ReviewLine> Times(ReviewModel story, Incident incident)
    {
        yield return new(1, $"Opened {Clock(incident.OpenedAt)}");
        var taken = story.Kept.Items.FirstOrDefault(kept =>
            kept is { Declined: null, Fact: Commanded { Verb: CommandVerb.Take or CommandVerb.Ask or CommandVerb.Hand } }
        );
        if (taken.Fact is Commanded command)
        {
            yield return new(
                taken.Seq,
                $"Taken up after {Span(incident.OpenedAt, story.ByLastClock(taken.Seq, taken.Fact.At))} by {FactWords.Name(command.By)}"
            );
        }

        var seen = story.Kept.Items.FirstOrDefault(kept => kept.Fact is Acknowledged);
        if (seen.Fact is Acknowledged acknowledged)
        {
            yield return new(
                seen.Seq,
                $"First page acknowledged after {Span(incident.OpenedAt, story.ByLastClock(seen.Seq, acknowledged.At))} by "
                    + $"{acknowledged.By}"
            );
        }

        foreach (var request in incident.Requests.Where(request => request.State is not ChangeState.Asked))
        {
            var asked = story.Requests.GetValueOrDefault(request.Question);
            var answer = asked?.Votes.FindLast(vote => vote.Declined is null);
            yield return new(
                answer?.Seq ?? asked?.Seq,
                request.Votes is [.., var last]
                    ? $"{request.Question.Short} {Word(request.Answered)} after {Span(request.AskedAt, last.At)}: {request.Does}"
                    : $"{request.Question.Short} {Word(request.Answered)} without an answer: {request.Does}"
            );
        }

        foreach (var resolved in story.Phases.Items.Where(phase => phase.Phase is Phase.Resolved))
        {
            yield return new(resolved.Seq, $"Resolved after {Span(incident.OpenedAt, story.ByLastClock(resolved.Seq, resolved.At))}");
        }

        if (story.ResolvedAt is null)
        {
            yield return new(story.Head.Seq, $"Not resolved; it stands at '{Summary.State(incident)}'");
        }
    }

    private static IEnumerable<ReviewLine> Causes(ReviewModel story, Incident incident)
    {
        foreach (var step in incident.Runbook.Steps)
        {
            if (story.Causes.TryGetValue(step.Id, out var found))
            {
                var now =
                    incident.Findings.GetValueOrDefault(step.Id)?.Verdict is Verdict.Clear
                        ? $" (clear since: entry {story.Findings.GetValueOrDefault(step.Id)})"
                        : "";
                yield return new(found.Seq, $"{step.Name} ({step.Kb}): {found.Finding.Summary}{now}");
            }
        }

        if (incident.Search is { End: not null } search)
        {
            yield return new(story.Search.Items is [.., var last] ? last.Seq : null, $"Search: {search.Sentence}");
        }
    }

    private static IEnumerable<ReviewLine> Refused(ReviewModel story, Incident incident)
    {
        foreach (var (seq, fact, declined) in story.Kept.Items)
        {
            if (declined is { } why)
            {
                var (who, what) = FactWords.Of(fact);
                yield return new(seq, $"{who} {what}. Declined: {why}");
            }
            else if (fact is Refused refused)
            {
                yield return new(seq, $"{refused.Who}: {refused.What}. Turned away: {refused.Why}");
            }
            else if (fact is Voted { Answer: Answer.DenyNext or Answer.DenyStop } denied)
            {
                var objects = story.Incident?.FindRequest(denied.Question) is { } request && !ApprovalRules.MayRefuse(request, denied.By);
                yield return new(
                    seq,
                    $"{FactWords.Name(denied.By)} {(objects ? "objected to" : "refused")} {denied.Question.Short}"
                        + $"{(denied.Why.Value is "" ? "" : $": {denied.Why}")}"
                );
            }
        }

        foreach (var (seq, attempt) in story.Attempts.Items.Where(one => one.Attempt.State is ChangeState.Expired or ChangeState.Voided))
        {
            yield return new(seq, $"{attempt.Question.Short} {attempt.InWords}: {Summary.Came(attempt)}. {attempt.Summary}");
        }
    }

    private static IEnumerable<ReviewLine> Departures(ReviewModel story, Incident incident)
    {
        foreach (var (seq, attempt) in story.Attempts.Items)
        {
            if (
                attempt.State is not (ChangeState.Refused or ChangeState.Skipped or ChangeState.Expired)
                && incident.Runbook.Find(attempt.Step)?.Departs is { } departs
            )
            {
                yield return new(seq, $"By the runbook, {attempt.Step}: {departs}");
            }
        }

        foreach (var (seq, fact, declined) in story.Kept.Items)
        {
            if (
                declined is null
                && fact
                    is Commanded
                    {
                        Verb: CommandVerb.Recommended
                            or CommandVerb.Skip
                            or CommandVerb.StartOnce
                            or CommandVerb.Walk
                            or CommandVerb.Takeover
                            or CommandVerb.GoOn
                    } left
            )
            {
                yield return new(seq, $"By {FactWords.Name(left.By)}: {FactWords.Of(fact).What}");
            }
            else if (declined is null && fact is Voted { Answer: Answer.BreakGlass } glass)
            {
                yield return new(seq, $"By {FactWords.Name(glass.By)}, alone (break-glass) for {glass.Question.Short}: {glass.Why}");
            }
        }
    }

    private static IEnumerable<ReviewLine> ByHand(ReviewModel story, Incident incident)
    {
        foreach (var (seq, fact, _) in story.Kept.Items)
        {
            if (fact is Noted { Done: { } done } noted)
            {
                yield return new(seq, $"{Clock(done)} {FactWords.Name(noted.By)}: {noted.Text} (said {Clock(noted.At)})", IsReported: true);
            }
        }

        foreach (var (seq, attempt) in story.Attempts.Items.Where(one => one.Attempt.ByHand))
        {
            yield return new(
                seq,
                $"{attempt.InWords}: {attempt.Summary}{(attempt.By is { } by ? $" ({FactWords.Name(by)})" : "")}",
                IsReported: true
            );
        }
    }

    private static IEnumerable<ReviewLine> Foreign(ReviewModel story, Incident incident)
    {
        foreach (var (seq, fact, _) in story.Kept.Items)
        {
            if (fact is Acted { Report: { } report })
            {
                if (report.Data.TryGetValue("voided", out var voided))
                {
                    yield return new(seq, $"{report.Run}, changed after it was planned: {voided}");
                }

                foreach (
                    var effect in (report.Effects ?? []).Where(effect =>
                        effect.Summary.Contains(" had vanished", StringComparison.Ordinal)
                        || effect.Summary.Contains(" had changed", StringComparison.Ordinal)
                    )
                )
                {
                    yield return new(seq, $"{report.Run}, changed after it was planned: {effect.Use} {effect.Summary}");
                }
            }
        }

        foreach (var (seq, text) in story.Foreign.Items)
        {
            yield return new(seq, text);
        }

        if (incident.Search?.Counts is { Deleted: > 0 } counts && story.Search.Items is [.., var last])
        {
            yield return new(
                last.Seq,
                $"{counts.Deleted} {incident.Words.Items} were deleted by a person or by something other than ImcBot"
            );
        }
    }

    private static IEnumerable<ReviewLine> ClockLines(ReviewModel story)
    {
        if (story.Clocks.Count == 0)
        {
            yield break;
        }

        var (least, most) = story.Clocks.Relay;
        yield return new(
            least.Seq,
            $"Relay clock against ImcBot's, at the arrival of {Words.Count(story.Clocks.Count, "report")}: least {Seconds(least.Relay)}"
        );
        yield return new(most.Seq, $"Relay clock: most {Seconds(most.Relay)}");
        if (story.Clocks.Server is not { } server)
        {
            yield return new(null, "Server clock: no report told it; the server's own times are only those of its events");
            yield break;
        }

        yield return new(server.Least.Seq, $"Server clock against ImcBot's: least {Seconds(server.Least.Server!.Value)}");
        yield return new(
            server.Most.Seq,
            $"Server clock: most {Seconds(server.Most.Server!.Value)}; both of each report stand in the timeline"
        );
    }

    private static IEnumerable<ReviewLine> Prints(ReviewModel story, Incident incident)
    {
        yield return new(1, $"Runbook {incident.Runbook.Id}: SHA-256 {incident.Runbook.Digest}");
        foreach (var (seq, text) in story.Prints)
        {
            yield return new(seq, text);
        }

        if (story.Prints.Count == 0)
        {
            yield return new(null, "Programs and the relay's policy: not recorded, the journal is older than that");
        }

        foreach (var request in incident.Requests.Where(request => request.State is not ChangeState.Asked))
        {
            yield return new(
                story.Requests.GetValueOrDefault(request.Question)?.Seq,
                $"Plan of {request.Question.Short}: SHA-256 {request.Digest}"
            );
        }

        yield return new(null, $"Journal: {Words.Count(story.Head.Seq, "entry", "entries")}, head {story.Head.Hash}, key {story.KeyPrint}");
        yield return new(null, $"This page was written by ImcBot {typeof(Review).Assembly.GetName().Version}: SHA-256 {ProgramDigest.Own}");
    }

    public static string Clock(long micros) => UnixTime.FromMicros(micros).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Seconds(long micros) => string.Create(CultureInfo.InvariantCulture, $"{micros / 1e6:+0.0;-0.0;0.0} s");

    private static string Day(long micros) => UnixTime.FromMicros(micros).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A length of time, such as "47 s" or "12 min".</summary>
    public static string Span(long from, long to) =>
        to - from < 60_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{(to - from) / 1e6:0} s") : Moment.Span(from, to);

    private static string Word(string? answered) => answered?.ToLowerInvariant() ?? "open";
}
