using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Export.Html;

/// <summary>
/// The way through the article: each step with what its check found, and what was done about it, numbered in the order it was done.
/// </summary>
internal static class PathDiagram
{
    private const int Width = 1000,
        StepLeft = 16,
        StepWidth = 372,
        DoneLeft = 448,
        DoneWidth = 536,
        Row = 46;

    public static string Draw(ReviewModel model, Incident incident)
    {
        var svg = new Svg(
            "path",
            $"The path through {incident.Runbook.Id}: {Words.Count(incident.Runbook.Steps.Count, "step")}, "
                + $"{Words.Count(model.Attempts.Items.Count, "remedy", "remedies")} offered. The same stands as text below.",
            Width
        );
        var order = model
            .Attempts.Items.Select((item, index) => (item.Seq, item.Attempt, Number: index + 1, Offer: item.Attempt.InWords))
            .ToList();
        var y = 16.0;
        var below = double.NaN;
        foreach (var step in incident.Runbook.Steps.Select((step, index) => (Step: (Step?)step, Number: index + 1)).Append((null, 0)))
        {
            var done = order.Where(item => item.Attempt.Step == step.Step?.Id).ToList();
            if (step.Step is null && done.Count == 0)
            {
                continue;
            }

            if (!double.IsNaN(below))
            {
                svg.Line(StepLeft + 24, below, StepLeft + 24, y, "link")
                    .Shape(
                        FormattableString.Invariant($"{StepLeft + 19},{y - 7:0.#} {StepLeft + 29},{y - 7:0.#} {StepLeft + 24},{y:0.#}"),
                        "mark"
                    );
            }

            DrawStep(svg, incident, step.Step, step.Number, step.Step is { } at && model.Causes.ContainsKey(at.Id), y);
            for (var index = 0; index < done.Count; index++)
            {
                DrawDone(svg, done[index].Attempt, done[index].Offer, done[index].Seq, done[index].Number, y, y + (index * Row));
            }

            below = y + 38;
            y += (Math.Max(1, done.Count) * Row) + 10;
        }

        return svg.End(y + 4);
    }

    private static void DrawStep(Svg svg, Incident incident, Step? step, int number, bool found, double y)
    {
        if (step is null)
        {
            svg.Rect(StepLeft, y, StepWidth, 38, "box").Text(StepLeft + 12, y + 24, "Start of the service, or a change taken back");
            return;
        }

        var finding = incident.Findings.GetValueOrDefault(step.Id);
        var (kind, word) = finding?.Verdict switch
        {
            Verdict.Clear => ("good", found ? "FOUND, clear now" : "clear"),
            Verdict.Finding => ("warn", "FOUND"),
            Verdict.Failed => ("bad", "FAILED"),
            null => ("box", "not checked"),
            _ => ("warn", "UNKNOWN"),
        };
        svg.Rect(StepLeft, y, StepWidth, 38, kind, finding?.Summary)
            .Text(StepLeft + 12, y + 16, $"{number}  {Svg.Fit(step.Name, 30)}: {word}")
            .Text(StepLeft + 28, y + 31, Svg.Fit(finding?.Summary ?? step.Kb, 54), "q");
    }

    private static void DrawDone(Svg svg, Change attempt, string offer, int seq, int number, double stepY, double y)
    {
        var kind = attempt switch
        {
            { State: ChangeState.Done } => "good",
            { Own: ChangeState.Failed or ChangeState.Lost } => "bad",
            _ => "warn",
        };
        svg.Line(StepLeft + StepWidth, stepY + 19, DoneLeft - 24, y + 19, "link")
            .Line(DoneLeft - 24, y + 19, DoneLeft, y + 19, "link")
            .Rect(DoneLeft, y, DoneWidth, 38, kind, attempt.Summary)
            .Circle(DoneLeft, y + 19, 11, "box")
            .Text(DoneLeft, y + 23, $"{number}", anchor: "middle")
            .Text(DoneLeft + 18, y + 16, Svg.Fit($"{attempt.Question.Short} {Svg.Fit(offer, 54)}: {Summary.Came(attempt)}", 68))
            .Text(DoneLeft + 18, y + 31, Svg.Fit($"entry {seq}: {attempt.Summary}", 74), "q");
    }
}
