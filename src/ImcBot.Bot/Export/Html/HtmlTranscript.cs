using System.Globalization;
using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export.Html;

/// <summary>The transcript as one HTML file that needs nothing else: no script, nothing fetched, every line with its entry.</summary>
internal sealed class HtmlTranscript : Rendering
{
    private static readonly string Style = ReadStyle();

    private readonly PackedText _timeline = new();

    public override void Take(Told told)
    {
        var row = TimelineRow.Of(told);
        _timeline.Writer.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"<tr{(row.IsDeclined ? " class=\"d\"" : "")} id=\"e{row.Seq}\"><td class=\"n\">{row.Seq}</td>"
                    + $"<td class=\"t\">{row.Time}</td><td class=\"w\">{HtmlText.Of(row.Who)}</td>"
                    + $"<td>{HtmlText.Of(row.What)}</td><td>{HtmlText.Of(row.Decided)}</td></tr>\n"
            )
        );
    }

    public override async Task WriteAsync(ReviewModel model, Stream output, CancellationToken cancellationToken)
    {
        await using (var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" })
        {
            Head(writer, model);
            writer.WriteLine("<main>");
            if (model.Incident is { } incident)
            {
                new HtmlSections(writer, model, incident).Write();
            }

            writer.WriteLine("<section aria-labelledby=\"h-timeline\"><h2 id=\"h-timeline\">Timeline</h2>");
            writer.WriteLine(
                $"<p class=\"quiet\">{Words.Count(model.Head.Seq, "entry", "entries")}, {model.Talk} of them talk; "
                    + "times are UTC by the bot's clock. A row "
                    + "with “declined” changed nothing.</p>"
            );
            writer.WriteLine(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline table\"><table><caption "
                    + "class=\"quiet\">Every entry of the journal</caption><thead><tr><th scope=\"col\" class=\"n\">Entry</th><th "
                    + "scope=\"col\">Time</th><th scope=\"col\">Who</th><th scope=\"col\">What</th><th "
                    + "scope=\"col\">Decided</th></tr></thead><tbody>"
            );
        }

        await _timeline.CopyToAsync(output, cancellationToken);
        await using var end = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        end.WriteLine("</tbody></table></div></section></main>");
        end.WriteLine(
            $"<footer><p>Journal head <code>{model.Head.Hash}</code><br>key <code>{model.KeyPrint}</code></p>"
                + "<p class=\"paper\">On paper the cards as they were sent and the path as text are left out: they stand in this "
                + "page and, signed, in what <code>export jsonl</code> gives.</p>"
                + "<p>This page is a reading of the journal and proves nothing by itself. To verify: <code>export jsonl</code>, "
                + "then <code>imcbot transcript verify</code>.</p></footer></body></html>"
        );
    }

    public override void Dispose() => _timeline.Dispose();

    private static void Head(StreamWriter writer, ReviewModel model)
    {
        var title = $"INC-{model.Head.Incident}{(model.Incident is { } named ? $": {named.Label}, {named.Runbook.Title}" : "")}";
        writer.WriteLine("<!doctype html>");
        writer.WriteLine(
            "<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        );
        writer.WriteLine(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><meta "
                + "name=\"referrer\" content=\"no-referrer\">"
        );
        writer.WriteLine($"<title>{HtmlText.Of(title)}</title><style>{Style}</style></head><body>");
        writer.WriteLine($"<header><h1>{HtmlText.Of(title)}</h1>");
        if (model.Frozen is { } frozen)
        {
            writer.WriteLine($"<p class=\"alarm\" role=\"alert\">{HtmlText.Of(frozen)}</p>");
        }

        if (model.Incident is { } incident)
        {
            writer.WriteLine($"<p class=\"quiet\">{HtmlText.Block(Summary.Of(incident))}. {HtmlText.Of(incident.Headline)}</p>");
        }

        writer.WriteLine("</header>");
    }

    private static string ReadStyle()
    {
        using var stream =
            typeof(HtmlTranscript).Assembly.GetManifestResourceStream("transcript.css")
            ?? throw new InvalidOperationException("The program was built without its style sheet.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
