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
    public static IReadOnlyList<ReviewSection> Of(ReviewModel model, Incident incident) =>
        [
            new("Impact", "No impact is recorded.", [.. Impact(model, incident)]),
            new("Times", "Nothing is recorded.", [.. Times(model, incident)]),
            new("Causes found", "No check found a cause.", [.. Causes(model, incident)]),
            new("Refused, expired and declined", "Nothing was refused.", [.. Refused(model, incident)]),
            new("Departures from the article", "Nothing departed from the article.", [.. Departures(model, incident)]),
            new("Done by hand (reported, not observed)", "Nobody reported work done by hand.", [.. ByHand(model, incident)]),
            new("Changes on the host that ImcBot did not make", "None were seen.", [.. Foreign(model, incident)]),
            new(
                "Open follow-ups",
                "Nothing is left open.",
                [
                    .. FollowUp
                        .Open(incident)
                        .Select(item => new ReviewLine(
                            null,
                            $"{item.Text}; {(item.Owner is { } owner ? owner.Name : "nobody")} by {Day(item.Due)}"
                        )),
                ]
            ),
            new("Clocks", "No report was made.", [.. ReviewProof.Clocks(model)]),
            .. ReviewProof.LeftOut(model),
            new("Fingerprints", "", [.. ReviewProof.Prints(model, incident)]),
            new("What this transcript does not prove", "", ReviewProof.NotProven),
        ];

    private static IEnumerable<ReviewLine> Impact(ReviewModel model, Incident incident)
    {
        if (model.Outages.Items.Count > 1)
        {
            yield return new(
                null,
                $"{incident.Words.Label} stopped {Words.Count(model.Outages.Items.Count, "time")}, {Span(0, model.Down)} in all"
            );
        }

        foreach (var outage in model.Outages.Items)
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

        if (model.Search.Items is [.., var last])
        {
            yield return new(
                last.Seq,
                $"{SubjectWords.Capital(incident.Words.Items)} delayed by the search: {last.Counts.Found} found in the queue and "
                    + $"{last.Counts.Arrived} arrived meanwhile; {last.Counts.Held} still held"
            );
            yield return new(last.Seq, $"Possible duplicates: {incident.Search?.PossibleDuplicates.Count ?? 0}");
        }

        var crashed = model.Search.Items.Where(point => point.Crashed).Select(point => point.Seq).ToArray();
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

    private static IEnumerable<ReviewLine> Times(ReviewModel model, Incident incident)
    {
        yield return new(1, $"Opened {Clock(incident.OpenedAt)}");
        if (model.TakenUp is var (entry, command))
        {
            yield return new(
                entry,
                $"Taken up after {Span(incident.OpenedAt, model.ByLastClock(entry, command.At))} by {FactWords.Name(command.By)}"
            );
        }

        var seen = model.Kept.Items.FirstOrDefault(kept => kept.Fact is Acknowledged);
        if (seen.Fact is Acknowledged acknowledged)
        {
            yield return new(
                seen.Seq,
                $"First page acknowledged after {Span(incident.OpenedAt, model.ByLastClock(seen.Seq, acknowledged.At))} by "
                    + $"{acknowledged.By}"
            );
        }

        foreach (var request in incident.Requests.Where(request => request.State is not ChangeState.Asked))
        {
            var asked = model.Requests.GetValueOrDefault(request.Question);
            var answer = asked?.Votes.FindLast(vote => vote.Declined is null);
            yield return new(
                answer?.Seq ?? asked?.Seq,
                request.Votes is [.., var last]
                    ? $"{request.Question.Short} {Word(request.Answered)} after {Span(request.AskedAt, last.At)}: {request.Does}"
                    : $"{request.Question.Short} {Word(request.Answered)} without an answer: {request.Does}"
            );
        }

        foreach (var resolved in model.Phases.Items.Where(phase => phase.Phase is Phase.Resolved))
        {
            yield return new(resolved.Seq, $"Resolved after {Span(incident.OpenedAt, model.ByLastClock(resolved.Seq, resolved.At))}");
        }

        if (model.ResolvedAt is null)
        {
            yield return new(model.Head.Seq, $"Not resolved; it stands at '{Summary.State(incident)}'");
        }
    }

    private static IEnumerable<ReviewLine> Causes(ReviewModel model, Incident incident)
    {
        foreach (var step in incident.Runbook.Steps)
        {
            if (model.Causes.TryGetValue(step.Id, out var found))
            {
                var now =
                    incident.Findings.GetValueOrDefault(step.Id)?.Verdict is Verdict.Clear
                        ? $" (clear since: entry {model.Findings.GetValueOrDefault(step.Id)})"
                        : "";
                yield return new(found.Seq, $"{step.Name} ({step.Kb}): {found.Finding.Summary}{now}");
            }
        }

        if (incident.Search is { End: not null } search)
        {
            yield return new(model.Search.Items is [.., var last] ? last.Seq : null, $"Search: {search.Sentence}");
        }
    }

    private static IEnumerable<ReviewLine> Refused(ReviewModel model, Incident incident)
    {
        foreach (var (seq, fact, declined) in model.Kept.Items)
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
                var said = VoteWords.Of(incident.FindRequest(denied.Question), denied.By, denied.Answer);
                yield return new(
                    seq,
                    $"{denied.Question.Short}: {FactWords.Name(denied.By)} {said}"
                        + $"{(denied.Why.Value is "" ? "" : $", because: {denied.Why}")}"
                );
            }
        }

        foreach (var (seq, attempt) in model.Attempts.Items.Where(one => one.Attempt.State is ChangeState.Expired or ChangeState.Voided))
        {
            yield return new(seq, $"{attempt.Question.Short} {attempt.InWords}: {Summary.Came(attempt)}. {attempt.Summary}");
        }
    }

    private static IEnumerable<ReviewLine> Departures(ReviewModel model, Incident incident)
    {
        foreach (var (seq, attempt) in model.Attempts.Items)
        {
            if (
                attempt.State is not (ChangeState.Refused or ChangeState.Skipped or ChangeState.Expired)
                && incident.Runbook.Find(attempt.Step)?.Departs is { } departs
            )
            {
                yield return new(seq, $"By the runbook, {attempt.Step}: {departs}");
            }
        }

        foreach (var (seq, fact, declined) in model.Kept.Items)
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

    private static IEnumerable<ReviewLine> ByHand(ReviewModel model, Incident incident)
    {
        foreach (var (seq, fact, _) in model.Kept.Items)
        {
            if (fact is Noted { Done: { } done } noted)
            {
                yield return new(seq, $"{Clock(done)} {FactWords.Name(noted.By)}: {noted.Text} (said {Clock(noted.At)})", IsReported: true);
            }
        }

        foreach (var (seq, attempt) in model.Attempts.Items.Where(one => one.Attempt.ByHand))
        {
            yield return new(
                seq,
                $"{attempt.InWords}: {attempt.Summary}{(attempt.By is { } by ? $" ({FactWords.Name(by)})" : "")}",
                IsReported: true
            );
        }
    }

    private static IEnumerable<ReviewLine> Foreign(ReviewModel model, Incident incident)
    {
        foreach (var (seq, fact, _) in model.Kept.Items)
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

        foreach (var (seq, text) in model.Foreign.Items)
        {
            yield return new(seq, text);
        }

        if (incident.Search?.Counts is { Deleted: > 0 } counts && model.Search.Items is [.., var last])
        {
            yield return new(
                last.Seq,
                $"{counts.Deleted} {incident.Words.Items} were deleted by a person or by something other than ImcBot"
            );
        }
    }

    public static string Clock(long micros) => UnixTime.FromMicros(micros).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Seconds(long micros) => string.Create(CultureInfo.InvariantCulture, $"{micros / 1e6:+0.0;-0.0;0.0} s");

    private static string Day(long micros) => UnixTime.FromMicros(micros).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A length of time, such as "47 s" or "12 min".</summary>
    public static string Span(long from, long to) =>
        to - from < 60_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{(to - from) / 1e6:0} s") : Summary.Length(from, to);

    private static string Word(string? answered) => answered?.ToLowerInvariant() ?? "open";
}
