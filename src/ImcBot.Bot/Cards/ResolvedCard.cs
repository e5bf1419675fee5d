using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>All clear, and what is left for daylight.</summary>
internal static class ResolvedCard
{
    public static AdaptiveCard Draw(Incident incident, int lines) => new(
        [
            Shape.Head(
                "good", $"{Words.Escape(incident.Host, 60)}: RESOLVED, Internet mail flows", incident.Name,
                new TextBlock($"opened {Moment.Time(incident.OpenedAt)}, {Moment.Span(incident.OpenedAt, incident.Now)} in all") { Spacing = "None" }),
            Shape.Row("Done", Shape.Lines(Done(incident), Math.Min(lines, 12))),
            Shape.Row("Cost", $"Starts {incident.Starts}, store crashes {incident.StoreCrashes}, requests to people {incident.Requests}."),
            new TextBlock(incident.FollowUps.IsEmpty ? "**Nothing is left to do.**" : "**For daylight**") { Separator = true, Spacing = "Medium" },
            .. incident.FollowUps.Take(lines).Select((item, index) => Row(item, index + 1)),
            .. incident.FollowUps.Count > lines ? [new TextBlock($"and {incident.FollowUps.Count - lines} more") { IsSubtle = true }] : Array.Empty<Element>(),
            Shape.Small("A new failure opens this incident again. **undo** takes a change back; **follow-up 1 done** ends a line; **export** gives the transcript."),
        ],
        [Shape.Button("Close", "close", incident), Shape.Button("Export", "export", incident)],
        $"{Words.Clean(incident.Host, 60)}: resolved, mail flows. {Words.Count(incident.FollowUps.Count, "follow-up")}.");

    private static string[] Done(Incident incident)
    {
        var done = incident.Attempts.Where(attempt => attempt.Outcome is AttemptOutcome.Done or AttemptOutcome.Failed)
            .Select(attempt => $"{(attempt.Outcome is AttemptOutcome.Failed ? "FAILED: " : "")}{Offer(incident, attempt)}: {attempt.Summary}{(attempt.ByHand ? $" (by hand, {attempt.By?.Name})" : "")}").ToArray();
        return done.Length > 0 ? done : ["Nothing was changed by ImcBot."];
    }

    private static string Offer(Incident incident, Attempt attempt) =>
        incident.Runbook.Find(attempt.Step) is { } step ? $"{step.Name}, {attempt.Offer}" : attempt.Offer;

    private static Container Row(FollowUp item, int number) => new(
    [
        Shape.Plain($"{number}. {item.Text}"),
        new TextBlock(item.DoneAt is { } done ? $"DONE {Moment.Date(done)}" : $"{Words.Escape(item.Owner?.Name.ToString() ?? "NO OWNER YET", 60)}, due {Moment.Date(item.Due)}")
        {
            IsSubtle = true, Size = "Small", Spacing = "None",
        },
    ])
    { Spacing = "Small" };
}
