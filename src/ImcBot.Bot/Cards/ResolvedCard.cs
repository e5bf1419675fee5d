using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>All clear, and what is left for daylight. When it is no longer so, the card says that and asks nothing more.</summary>
internal static class ResolvedCard
{
    /// <param name="question">The watch that ended with this all-clear.</param>
    public static AdaptiveCard Draw(Incident incident, QuestionId question, int lines) =>
        question == incident.WatchQuestion && incident.Phase is Phase.Resolved or Phase.Closed
            ? AllClear(incident, lines)
            : Over(incident, question);

    private static AdaptiveCard AllClear(Incident incident, int lines)
    {
        var (ground, health) = Health.Of(incident);
        var left = FollowUp.Of(incident);
        var open = left.Count(item => item.IsOpen);
        return new AdaptiveCard(
            Shape.Body([
                Shape.Head(
                    ground,
                    $"{Words.Escape(incident.Label, 80)}: RESOLVED, {health}",
                    incident.Name,
                    new TextBlock(Took(incident)) { Spacing = "None" }
                ),
                Shape.Row("Done", Shape.Lines(Done(incident), Math.Min(lines, 12))),
                Shape.Row("Cost", $"{Summary.Cost(incident)}."),
                new TextBlock(open == 0 ? "**Nothing is left to do.**" : "**For daylight**") { Separator = true, Spacing = "Medium" },
                .. left.Take(lines).Select((item, index) => Row(item, index + 1)),
                Shape.More(left.Count - lines),
                Shape.Small(
                    "A new failure opens this incident again. **undo** takes a change back; **follow-up 1 done** ends a line; "
                        + "**export** gives the transcript."
                ),
            ]),
            incident.IsOpen ? [Shape.Button("Close", "close", incident), Shape.Button("Export", "export", incident)] : null,
            $"{Words.Clean(incident.Label, 80)}: resolved, {Summary.Health(incident)}. {Words.Count(open, "open follow-up")}."
        );
    }

    private static AdaptiveCard Over(Incident incident, QuestionId question)
    {
        var now = $"The incident was opened again. Now: {Summary.Of(incident)}.";
        return new AdaptiveCard(
            [
                Shape.Head("default", $"{Words.Escape(incident.Label, 80)}: an earlier all-clear", question.ToString()),
                Shape.Plain(now),
                Shape.Small("How it stands now is on the incident's first card."),
            ],
            null,
            $"{Words.Clean(incident.Label, 80)}: an earlier all-clear. {now}"
        );
    }

    private static string Took(Incident incident)
    {
        var (from, what) = Health.Began([incident]);
        var until = incident.ResolvedAt ?? incident.Now;
        return $"{what} {Moment.Time(from)}, resolved {Moment.Time(until)}, {Summary.Length(from, until)} in all";
    }

    private static string[] Done(Incident incident)
    {
        var done = incident
            .Tried.Where(attempt => attempt.Own is ChangeState.Done or ChangeState.Failed or ChangeState.Lost)
            .Select(attempt => $"{attempt.InWords}: {Came(incident, attempt)}")
            .ToArray();
        return done.Length > 0 ? done : ["Nothing was changed by ImcBot."];
    }

    private static string Came(Incident incident, Change attempt) =>
        attempt switch
        {
            { ByHand: true } => $"done by hand, as {attempt.By?.Name} says",
            _ when attempt.Kind is not ChangeKind.Undo && incident.IsUndone(attempt.Question) => "done, and taken back",
            { Own: ChangeState.Done, Doubt: { } doubt } => $"done; {incident.Words.Short} was not healthy after it: {doubt}",
            { Own: ChangeState.Done, State: ChangeState.Failed } => $"done; the start after it failed: {attempt.Summary}",
            { Own: ChangeState.Failed } => $"FAILED: {attempt.Summary}",
            { Own: ChangeState.Lost } => $"how far it came is NOT KNOWN: {attempt.Summary}",
            _ => attempt.Summary,
        };

    private static Container Row(FollowUp item, int number) =>
        new([
            Shape.Plain($"{number}. {item.Text}"),
            new TextBlock(
                item.DoneAt is { } done
                    ? $"DONE {Moment.Date(done)}"
                    : $"{Words.Escape(item.Owner?.Name.ToString() ?? "NO OWNER YET", 60)}, due {Moment.Date(item.Due)}"
            )
            {
                IsSubtle = true,
                Size = "Small",
                Spacing = "None",
            },
        ])
        {
            Spacing = "Small",
        };
}
