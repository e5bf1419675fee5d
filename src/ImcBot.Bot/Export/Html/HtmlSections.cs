using System.Globalization;
using ImcBot.Bot.Cards;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Export.Html;

/// <summary>
/// The parts above the timeline, in the order a reviewer asks: what it was, how it went, who allowed what, what was found.
/// </summary>
internal sealed class HtmlSections(TextWriter writer, ReviewModel model, Incident incident)
{
    public void Write()
    {
        Figures();
        Contents();
        Part("overview", "At a glance", () => Picture("Timeline", TimelinePlot.Draw(model, incident)));
        Part("path", "The path through the article", PathWithText);
        Part("draft", "Draft for the review", Draft);
        Part("approvals", "Approvals", Approvals);
        Part("search", $"Search for the bad {HtmlText.Of(incident.Words.Item)}", Search);
        Part("evidence", "Evidence", Evidence);
    }

    private void Figures()
    {
        (string Name, string Value)[] figures =
        [
            ("State", incident.Phase.ToString()),
            ($"{incident.Words.Label} stopped", model.Down > 0 ? Review.Span(0, model.Down) : "no"),
            ("Owner", incident.Owner?.Name.ToString() ?? "nobody"),
            ("Approvals asked", $"{incident.Requests.Count()}"),
            ("Starts by ImcBot", $"{incident.Starts}"),
            (SubjectWords.Capital(incident.Words.Crashes), $"{incident.Crashes}"),
            ("Left open", $"{FollowUp.Open(incident).Count()}"),
        ];
        writer.Write("<dl class=\"stats\">");
        foreach (var (name, value) in figures)
        {
            writer.Write($"<div><dt>{HtmlText.Of(name)}</dt><dd>{HtmlText.Block(value)}</dd></div>");
        }

        writer.WriteLine("</dl>");
    }

    private void Contents() =>
        writer.WriteLine(
            "<nav aria-label=\"Contents\"><ul><li><a href=\"#h-overview\">At a glance</a></li><li><a "
                + "href=\"#h-path\">Path</a></li><li><a href=\"#h-draft\">Review</a></li>"
                + "<li><a href=\"#h-approvals\">Approvals</a></li><li><a href=\"#h-search\">Search</a></li><li><a "
                + "href=\"#h-evidence\">Evidence</a></li><li><a href=\"#h-timeline\">Timeline</a></li></ul></nav>"
        );

    private void Part(string id, string title, Action inside)
    {
        writer.WriteLine($"<section aria-labelledby=\"h-{id}\"><h2 id=\"h-{id}\">{title}</h2>");
        inside();
        writer.WriteLine("</section>");
    }

    // On a telephone a picture keeps a size that can be read and is moved sideways.
    private void Picture(string name, string svg) =>
        writer.WriteLine($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{name}, a picture\">{svg}</div>");

    private void PathWithText()
    {
        Picture("Path", PathDiagram.Draw(model, incident));
        writer.Write("<details><summary>The same as text</summary><ol>");
        foreach (var step in incident.Runbook.Steps)
        {
            var finding = incident.Findings.GetValueOrDefault(step.Id);
            writer.Write(
                $"<li>{HtmlText.Block(step.Name)} ({HtmlText.Of(step.Kb)}): "
                    + $"{HtmlText.Of(finding is null ? "not checked" : $"{finding.Verdict}: {finding.Summary}")}</li>"
            );
        }

        writer.Write("</ol><ul class=\"facts\">");
        foreach (var (seq, attempt) in model.Attempts.Items)
        {
            writer.Write(
                $"<li>{Entry(seq)}<span>"
                    + HtmlText.Of($"{attempt.Question.Short} {attempt.InWords}: {Summary.Came(attempt)}. {attempt.Summary}")
                    + "</span></li>"
            );
        }

        writer.WriteLine("</ul></details>");
    }

    private void Draft()
    {
        writer.WriteLine("<p class=\"quiet\">Facts only, each with the entry it comes from. What they mean is for the meeting to say.</p>");
        foreach (var section in Review.Of(model, incident))
        {
            writer.Write($"<h3>{HtmlText.Of(section.Title)}</h3>");
            if (section.Lines.Count == 0)
            {
                writer.WriteLine($"<p>{HtmlText.Of(section.None)}</p>");
                continue;
            }

            writer.Write("<ul class=\"facts\">");
            foreach (var line in section.Lines)
            {
                writer.Write(
                    $"<li>{Entry(line.Entry)}<span>"
                        + $"{(line.IsReported ? "<em>reported, not observed:</em> " : "")}{HtmlText.Block(line.Text)}</span></li>"
                );
            }

            writer.WriteLine("</ul>");
        }
    }

    private void Approvals()
    {
        if (!incident.Requests.Any())
        {
            writer.WriteLine("<p>Nobody was asked.</p>");
        }

        foreach (var request in incident.Requests)
        {
            var asked = model.Requests.GetValueOrDefault(request.Question);
            var kind =
                request.IsApproved ? "good"
                : request.State is ChangeState.Refused ? "bad"
                : "warn";
            writer.Write(
                $"<article class=\"ask\"><h3>{request.Question} {HtmlText.Of(request.Does)} <span class=\"tag {kind}\">"
                    + $"{request.Answered ?? "Open"}</span></h3>"
            );
            writer.Write(
                $"<p class=\"quiet\">{request.Impact}; plan <code>{request.Digest}</code>; needs "
                    + $"{HtmlText.Of(request.Approval.Words)}{(ApprovalRules.NeedsOtherPerson(request) ? ", not the asker" : "")}"
                    + "</p><ul class=\"facts\">"
            );
            Line(
                asked?.Seq,
                $"Asked by {FactWords.Name(request.AskedBy!)} at {Review.Clock(request.AskedAt)}, open until "
                    + $"{Review.Clock(request.ExpiresAt)}"
            );
            if (asked?.Called is { Count: > 0 } called)
            {
                Line(asked.PostedBy, $"Called: {string.Join(", ", called.Select(name => name.ToString()))}");
            }

            if (asked?.Roster is { } roster)
            {
                Line(
                    asked.Seq,
                    "Roster as of then: "
                        + string.Join(
                            "; ",
                            request
                                .Approval.Seats.Distinct(StringComparer.Ordinal)
                                .Select(role => $"{role}: {string.Join(", ", roster.Of(role).Select(Known))}")
                        )
                );
            }

            foreach (var (seq, vote, declined) in asked?.Votes ?? [])
            {
                var why = vote.Why.Value is "" ? "" : $", because: {vote.Why}";
                Line(
                    seq,
                    $"{FactWords.Name(vote.By)} {VoteWords.Of(request, vote.By, vote.Answer)}, "
                        + $"{Review.Clock(vote.At)}{why}{(declined is { } not ? $". Did not count: {not}" : "")}"
                );
            }

            writer.Write("</ul><details><summary>The card as it was sent</summary>");
            writer.WriteLine($"{CardHtml.Of(asked?.Card.Value)}</details></article>");
        }
    }

    private void Search()
    {
        if (incident.Search is not { } search || model.Search.Items.Count == 0)
        {
            writer.WriteLine("<p>There was no search.</p>");
            return;
        }

        Picture("Search", SearchPlot.Draw(model, incident.Words));
        writer.WriteLine(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Runs of the search\"><table><thead><tr><th "
                + "scope=\"col\" class=\"n\">Run</th><th scope=\"col\">Entry</th><th scope=\"col\">Kind</th><th "
                + "scope=\"col\">Result</th><th "
                + "scope=\"col\" class=\"n\">Held</th><th scope=\"col\" class=\"n\">Accepted</th><th scope=\"col\" "
                + "class=\"n\">Seconds</th></tr></thead><tbody>"
        );
        foreach (var point in model.Search.Items)
        {
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"<tr><td class=\"n\">{point.Run}</td><td>{Entry(point.Seq)}</td><td>{point.Kind}</td><td>{point.Verdict}"
                        + $"{(point.Crashed ? $", {incident.Words.Crash}" : "")}</td>"
                        + $"<td class=\"n\">{point.Counts.Held}</td><td class=\"n\">{point.Counts.Accepted}</td>"
                        + $"<td class=\"n\">{point.Seconds:0.0}</td></tr>"
                )
            );
        }

        writer.WriteLine("</tbody></table></div>");
        writer.WriteLine(
            $"<p>{HtmlText.Block(search.End is null ? "The search has not ended." : search.Sentence)} "
                + $"{HtmlText.Of(TimelineRow.CountsOf(model.Search.Items[^1].Counts, incident.Words))}</p>"
        );
        if (!search.Held.IsEmpty)
        {
            writer.WriteLine($"<p>Held: {HtmlText.Of(SubjectWords.List(search.Names(search.Held), search.Held.Count, 100))}</p>");
        }
    }

    private void Evidence()
    {
        writer.Write("<h3>What the server's event log said</h3><ul class=\"facts\">");
        foreach (var said in incident.Events.TakeLast(100))
        {
            writer.WriteLine(
                $"<li><span class=\"quiet\">{HtmlText.Of(said.Called)}</span><span>{Review.Clock(said.At)} (server clock) "
                    + $"{HtmlText.Of($"{said.Source}: {said.Message}")}</span></li>"
            );
        }

        writer.Write("</ul><h3>What the checks told last</h3><ul class=\"facts\">");
        foreach (var (step, finding) in incident.Findings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var data = string.Join(", ", finding.Data.Select(pair => $"{pair.Key} {Value(pair.Key, pair.Value)}"));
            writer.WriteLine(
                $"<li>{Entry(model.Findings.TryGetValue(step, out var entry) ? entry : null)}<span>"
                    + $"{HtmlText.Block($"{step}: {finding.Verdict}, {finding.Summary}")}"
                    + $"{(data.Length > 0 ? $"<br><code>{HtmlText.Block(data)}</code>" : "")}</span></li>"
            );
        }

        writer.WriteLine("</ul>");
    }

    private void Line(int? seq, string text) => writer.Write($"<li>{Entry(seq)}<span>{HtmlText.Block(text)}</span></li>");

    private string Known(string id) => model.Names.TryGetValue(id, out var name) ? $"{name} ({id})" : id;

    // Checks tell times in microseconds.
    private static string Value(string key, string value) =>
        (key == "oldest" || key.EndsWith("At", StringComparison.Ordinal))
        && long.TryParse(value, CultureInfo.InvariantCulture, out var at)
        && at > 1_000_000_000_000_000
            ? Review.Clock(at)
            : value;

    private static string Entry(int? seq) =>
        seq is null ? "<span></span>" : $"<span><a class=\"e\" href=\"#e{seq}\" aria-label=\"Entry {seq}\">{seq}</a></span>";
}
