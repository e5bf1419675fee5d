using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>What the article's steps found, one row each, and how old that is.</summary>
internal static class StepRows
{
    public static IEnumerable<Element> Of(Incident incident, int lines) =>
        [Checked(incident), .. incident.Runbook.Steps.Take(lines).Select((step, index) => Row(incident, step, index + 1))];

    private static TextBlock Checked(Incident incident)
    {
        var newest = incident.Findings.Values.Select(finding => finding.At).DefaultIfEmpty(0).Max();
        var when = newest > 0 ? $", checked {Moment.Time(newest)}" : ", checking";
        var heard =
            !incident.IsOpen ? ""
            : !incident.RelaySilent ? ", relay answers"
            : incident.RelayHeardAt is { } at ? $", relay SILENT since {Moment.Time(at)}"
            : ", relay SILENT";
        return new TextBlock($"**KB {Words.Escape(incident.Runbook.Id, 20)}**{when}{heard}") { Separator = true, Spacing = "Medium" };
    }

    private static ColumnSet Row(Incident incident, Step step, int number)
    {
        var (word, color, text) = Status(incident, step);
        return new ColumnSet([
            new Column("88px", [Shape.Plain($"{number} {step.Name}")]),
            new Column("66px", [new TextBlock(word) { Weight = "Bolder", Color = color }]),
            new Column("stretch", [Shape.Plain(text)]),
        ])
        {
            Spacing = "Small",
        };
    }

    private static (string Word, string Color, string Text) Status(Incident incident, Step step)
    {
        var finding = incident.Findings.GetValueOrDefault(step.Id);
        if (
            finding?.Verdict is Verdict.Finding
            && incident.Tried.LastOrDefault(done =>
                done.Step == step.Id && done.Own is ChangeState.Done && done.At >= finding.At && !incident.IsUndone(done.Question)
            )
                is { } remedied
        )
        {
            return ("done", "Good", remedied.Summary);
        }

        var offered =
            incident.Proposal?.Step
            ?? incident.Request?.Step
            ?? incident.Search?.Question switch
            {
                { } asked => incident.FindRequest(asked)?.Step,
                _ => null,
            };
        return finding?.Verdict switch
        {
            null => ("…", "Default", "being checked"),
            Verdict.Clear => ("ok", "Good", finding.Summary),
            Verdict.Finding when step.Id == offered => ("LIKELY", "Attention", finding.Summary),
            Verdict.Finding => ("LOOK", "Warning", finding.Summary),
            Verdict.Failed => ("FAILED", "Attention", finding.Summary),
            _ => ("unknown", "Warning", finding.Summary),
        };
    }
}
