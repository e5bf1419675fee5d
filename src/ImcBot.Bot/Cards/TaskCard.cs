using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>Work or a decision for a person.</summary>
internal static class TaskCard
{
    public static AdaptiveCard Draw(Incident incident, PersonTask task, int lines)
    {
        var step = incident.Runbook.Find(task.Step);
        return new AdaptiveCard(
            Shape.Body([
                Shape.Head("accent", $"{Words.Escape(incident.Label, 80)}: {Title(task.Kind)}", task.Question.ToString()),
                Shape.Row("What", task.Text),
                step is null ? null : Shape.Row("Why", $"{ApprovalCard.Found(incident, step)}. ({step.Kb})"),
                step?.Departs is { } departs ? Shape.Row("Departs", departs) : null,
                task.Evidence is { } evidence
                    ? Shape.Row("Help", Shape.Lines(evidence.Split('\n', StringSplitOptions.RemoveEmptyEntries), lines))
                    : null,
                Shape.Small(
                    task.Kind is PersonTaskKind.Manual
                        ? "ImcBot checks the server again when somebody says **done**. Until then it changes nothing."
                        : "ImcBot changes nothing until somebody answers."
                ),
            ]),
            [.. Actions(incident, task)],
            $"{task.Question}: {Words.Clean(task.Text)}"
        );
    }

    /// <summary>What replaces the card when the work is no longer asked for.</summary>
    public static AdaptiveCard Over(Incident incident, QuestionId question)
    {
        var attempt = incident.Tried.LastOrDefault(done => done.Question == question);
        var by = attempt?.By is { } person ? $" by {person.Name}" : "";
        return new AdaptiveCard(
            [
                Shape.Head("default", $"{Words.Escape(incident.Label, 80)}: no longer asked", question.ToString()),
                Shape.Plain(attempt is null ? "The incident has moved on." : $"{attempt.Offer}: {attempt.Summary}{by}."),
            ],
            null,
            $"{question} is no longer asked."
        );
    }

    private static string Title(PersonTaskKind kind) =>
        kind switch
        {
            PersonTaskKind.Manual => "please do this by hand",
            PersonTaskKind.Paused => "paused",
            PersonTaskKind.Diverged => "STOPPED, the record is in doubt",
            _ => "something is NOT KNOWN, please look",
        };

    private static IEnumerable<CardAction> Actions(Incident incident, PersonTask task)
    {
        CardAction[] first = task.Kind switch
        {
            PersonTaskKind.Manual => [Button("Done", "done", "positive"), Button("Skip", "skip")],
            PersonTaskKind.Paused or PersonTaskKind.Diverged => [Button("Resume", "resume", "positive")],
            _ => [Button("Check again", "retry", "positive"), Button("Start once, change nothing", "start-once")],
        };
        return [.. first, Button("Escalate", "escalate")];

        Execute Button(string title, string verb, string? style = null) => Shape.Button(title, verb, incident, task.Question, style);
    }
}
