using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>What replaces an approval card once it is decided: who, when, why, and how it went.</summary>
internal static class OutcomeCard
{
    public static AdaptiveCard Draw(Incident incident, Change request, int lines)
    {
        var (ground, word) = Word(incident, request);
        return new AdaptiveCard(
            Shape.Body([
                Shape.Head(ground, $"{word}: {Words.Escape(request.Does, 160)}", request.Question.ToString()),
                .. request.Votes.TakeLast(Math.Min(lines, 5)).Select(vote => Shape.Row("By", new TextBlock(Vote(request, vote)))),
                request.StandsSince is { } since
                    ? Shape.Row(
                        "Stands",
                        new TextBlock(
                            $"not begun in time, planned again {Moment.Time(since)}: the plan is the same, so the approval stands"
                        )
                    )
                    : null,
                Result(incident, request),
                request.Effects.Count > 0
                    ? Shape.Row("Did", Shape.Lines([.. request.Effects.Select(effect => effect.Summary)], lines))
                    : null,
                Shape.Small(
                    $"Asked by {Words.Escape(request.AskedBy!.Name.ToString(), 60)} {Moment.Time(request.AskedAt)} · plan "
                        + $"{request.Digest[..8]}{Record(incident)}"
                ),
            ]),
            null,
            $"{request.Question}: {word.ToLowerInvariant()}."
        );
    }

    // A reviewer compares it with 'imcbot transcript verify --head': nobody can change the record below it afterwards.
    private static string Record(Incident incident) =>
        incident.ChainHead is { } head
            ? $" · record {head[..Math.Min(head.Length, head.IndexOf(':', StringComparison.Ordinal) + 17)]}"
            : "";

    private static (string Ground, string Word) Word(Incident incident, Change request) =>
        request switch
        {
            { IsRunning: true } => ("accent", "APPROVED"),
            { Doubt: not null } => ("warning", "APPROVED and done, but not healthy after it"),
            { State: ChangeState.Done } when incident.SearchOf(request.Question) is { } search => (
                search.End is { Reached: true } ? "good" : "warning",
                "APPROVED, search ended"
            ),
            { State: ChangeState.Done } => ("good", "APPROVED and done"),
            { State: ChangeState.Failed, Own: ChangeState.Done } => ("attention", "APPROVED and done, but the start FAILED"),
            { State: ChangeState.Failed } => ("attention", "APPROVED, but it FAILED"),
            { State: ChangeState.Lost } => ("attention", "APPROVED, how far it came is NOT KNOWN"),
            { State: ChangeState.Voided } => ("warning", "APPROVED, but nothing was done"),
            { State: ChangeState.Refused } => ("warning", "REFUSED"),
            { State: ChangeState.Expired, Votes.IsEmpty: true } => ("warning", "NOBODY ANSWERED"),
            { State: ChangeState.Expired } => ("warning", "NOT ENOUGH ANSWERED"),
            _ => ("default", "WITHDRAWN"),
        };

    private static string Vote(Change request, Vote vote)
    {
        var said = VoteWords.Of(request, vote.By, vote.Answer);
        var why = string.IsNullOrWhiteSpace(vote.Why.Value) ? "" : $": {Words.Escape(vote.Why.Value)}";
        return $"**{Words.Escape(vote.By.Name.ToString(), 60)}** {said} {Moment.Time(vote.At)}{why}";
    }

    private static ColumnSet Result(Incident incident, Change request) =>
        Shape.Row(
            "Result",
            request switch
            {
                { IsApproved: false } => "Nothing was done.",
                { IsRunning: true, WaitsFor: { } behind } => $"Nothing has begun: it {Words.Escape(Summary.Waits(incident, behind))}.",
                { State: ChangeState.Approved } => "Nothing has begun: it waits for the relay.",
                { IsRunning: true } when incident.Search?.Question == request.Question => "Under way, see the search below.",
                { IsRunning: true } => "Under way.",
                { Doubt: { } doubt } => $"{request.Summary} Then: {doubt}",
                { State: ChangeState.Lost } => $"Nobody knows how far it came: {request.Summary}",
                { State: ChangeState.Voided } => $"Nothing was done: {request.Summary}",
                _ => request.Summary,
            }
        );
}
