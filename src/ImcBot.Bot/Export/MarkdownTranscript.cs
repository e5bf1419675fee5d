using System.Globalization;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Export;

/// <summary>The transcript as Markdown, for a reviewer: every line names the journal entry it comes from.</summary>
internal sealed class MarkdownTranscript : Rendering
{
    private readonly PackedText _timeline = new();

    public override void Take(Told told)
    {
        var row = TimelineRow.Of(told);
        _timeline.Writer.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Seq} | {row.Time} | {Plain.Text(row.Who)} | {Plain.Text(row.What)} | {Plain.Text(row.Decided)} |\n"
            )
        );
    }

    public override async Task WriteAsync(ReviewModel model, Stream output, CancellationToken cancellationToken)
    {
        await using (var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" })
        {
            Head(writer, model);
            if (model.Incident is { } incident)
            {
                Draft(writer, model, incident);
                Approvals(writer, model, incident);
                SearchRounds(writer, incident.Search);
            }

            Section(writer, "Timeline");
            writer.WriteLine("| Entry | Time | Who | What | Decided |");
            writer.WriteLine("|---:|---|---|---|---|");
        }

        await _timeline.CopyToAsync(output, cancellationToken);
    }

    public override void Dispose() => _timeline.Dispose();

    private static void Head(StreamWriter writer, ReviewModel model)
    {
        writer.WriteLine(
            $"# INC-{model.Head.Incident}"
                + $"{(model.Incident is { } named ? $": {Plain.Text(named.Label)}, {Plain.Text(named.Runbook.Title)}" : "")}"
        );
        writer.WriteLine();
        if (model.Frozen is { } frozen)
        {
            writer.WriteLine($"> **{Plain.Text(frozen)}**");
            writer.WriteLine();
        }

        if (model.Incident is { BrokenGlass.Count: > 0 } alone)
        {
            BreakGlass(writer, alone);
        }

        if (model.Incident is { } incident)
        {
            writer.WriteLine($"- Runbook {Plain.Text(incident.Runbook.Id)}, SHA-256 {incident.Runbook.Digest}");
            writer.WriteLine(
                $"- Opened {Review.Clock(incident.OpenedAt)}; now {Plain.Text(incident.Phase.ToString())}: {Plain.Text(incident.Headline)}"
            );
            writer.WriteLine(
                $"- Owner {(incident.Owner is { } owner ? Plain.Text($"{owner.Name}") : "nobody")}; relay {Plain.Text(incident.Relay)}"
            );
            writer.WriteLine($"- {Summary.Cost(incident)}");
        }

        writer.WriteLine($"- Journal: {Words.Count(model.Head.Seq, "entry", "entries")}, head {model.Head.Hash}, key {model.KeyPrint}");
        writer.WriteLine("- All times UTC by the bot's clock. To verify: export jsonl, then imcbot transcript verify");
    }

    /// <summary>Heads everything else: what one person approved alone is what a reviewer looks for first.</summary>
    private static void BreakGlass(StreamWriter writer, Incident incident)
    {
        foreach (var (question, glass) in incident.BrokenGlass.Select(broken => (broken.Question, broken.Glass!)))
        {
            writer.WriteLine(
                $"> **BREAK-GLASS {question.Short}, {Review.Clock(glass.At)}: {Plain.Text($"{glass.By.Name}")} approved "
                    + $"alone, because: {Plain.Text($"{glass.Why}")}**"
            );
            writer.WriteLine();
        }

        writer.WriteLine($"> Reviewer: {(incident.Reviewer is { } reviewer ? Plain.Text($"{reviewer.Name}") : "NOBODY IS NAMED YET")}");
        writer.WriteLine();
    }

    private static void Draft(StreamWriter writer, ReviewModel model, Incident incident)
    {
        Section(writer, "Draft for the review");
        writer.WriteLine("Facts only; the number in brackets is the entry each comes from.");
        foreach (var section in Review.Of(model, incident))
        {
            writer.WriteLine();
            writer.WriteLine($"### {section.Title}");
            writer.WriteLine();
            foreach (var line in section.Lines)
            {
                writer.WriteLine(
                    $"- {(line.Entry is { } entry ? $"({entry}) " : "")}{(line.IsReported ? "*reported, not observed:* " : "")}"
                        + $"{Plain.Text(line.Text)}"
                );
            }

            if (section.Lines.Count == 0)
            {
                writer.WriteLine(section.None);
            }
        }
    }

    private static void Approvals(StreamWriter writer, ReviewModel model, Incident incident)
    {
        if (!incident.Requests.Any())
        {
            return;
        }

        Section(writer, "Approvals");
        foreach (var request in incident.Requests)
        {
            var asked = model.Requests.GetValueOrDefault(request.Question);
            writer.WriteLine(
                $"- **{request.Question}** {Plain.Text(request.Does)} ({Plain.Text($"{request.Impact}".ToLowerInvariant())}, plan "
                    + $"{request.Digest[..8]}), asked by "
                    + $"{Plain.Text(FactWords.Name(request.AskedBy!))} {Review.Clock(request.AskedAt)}"
                    + $"{(asked is null ? "" : $" ({asked.Seq})")}: {Plain.Text($"{request.Answered ?? "open"}".ToLowerInvariant())}"
            );
            foreach (var (seq, vote, declined) in asked?.Votes ?? [])
            {
                writer.WriteLine(
                    $"  - ({seq}) {Plain.Text(FactWords.Name(vote.By))} {VoteWords.Of(request, vote.By, vote.Answer)}, "
                        + $"{Review.Clock(vote.At)}"
                        + (vote.Why.Value is "" ? "" : $", because {Plain.Text(vote.Why.ToString())}")
                        + (declined is { } why ? $"; declined: {Plain.Text(why.ToString())}" : "")
                );
            }
        }
    }

    private static void SearchRounds(StreamWriter writer, Search? search)
    {
        if (search is null)
        {
            return;
        }

        Section(writer, $"Search for the bad {Plain.Text(search.Words.Item)}");
        writer.WriteLine($"| Run | Round | Returned | Result | {Plain.Text(SubjectWords.Capital(search.Words.Crash))} | Seconds | Note |");
        writer.WriteLine("|---:|---|---:|---|---|---:|---|");
        foreach (var round in search.Rounds)
        {
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {round.Run} | {round.Kind} | {round.Returned} | {round.Verdict} | {(round.Crashed ? "yes" : "no")} | "
                        + $"{round.Seconds:0.0} | {Plain.Text(Visible.Cell(round.Note))} |"
                )
            );
        }

        if (search.Counts is { } counts)
        {
            writer.WriteLine();
            writer.WriteLine(TimelineRow.CountsOf(counts, search.Words));
        }
    }

    private static void Section(StreamWriter writer, string title)
    {
        writer.WriteLine();
        writer.WriteLine($"## {title}");
        writer.WriteLine();
    }
}
