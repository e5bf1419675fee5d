using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImcBot.Bot.Export.Html;

/// <summary>A recorded card as static HTML: what people saw, with buttons that are no buttons and nothing fetched from anywhere.</summary>
internal static partial class CardHtml
{
    private const int Deepest = 24;

    public static string Of(string? card)
    {
        if (card is null)
        {
            return "<p class=\"quiet\">The card is not here: it was sent by an older version, or its text was removed.</p>";
        }

        try
        {
            using var document = JsonDocument.Parse(card);
            var html = new StringBuilder("<div class=\"card\">");
            Items(html, document.RootElement, "body", 0);
            Buttons(html, document.RootElement);
            return html.Append("</div>").ToString();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "<p class=\"quiet\">The card cannot be read.</p>";
        }
    }

    private static void Items(StringBuilder html, JsonElement parent, string member, int depth)
    {
        if (depth <= Deepest && parent.TryGetProperty(member, out var items) && items.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in items.EnumerateArray())
            {
                Element(html, item, depth + 1);
            }
        }
    }

    private static void Element(StringBuilder html, JsonElement item, int depth)
    {
        switch (Text(item, "type"))
        {
            case "TextBlock":
                html.Append("<p").Append(Class(item)).Append('>').Append(Markdown(Visible.Cell(Plain(Text(item, "text"))))).Append("</p>");
                break;
            case "RichTextBlock":
                html.Append("<p>");
                foreach (var (n, run) in item.GetProperty("inlines").EnumerateArray().Index())
                {
                    var text = Plain(Text(run, "text"));
                    html.Append("<span")
                        .Append(Class(run))
                        .Append('>')
                        .Append(HtmlText.Of(n == 0 ? Visible.Cell(text) : text))
                        .Append("</span>");
                }

                html.Append("</p>");
                break;
            case "ColumnSet":
                html.Append("<div class=\"cols\">");
                foreach (var column in item.GetProperty("columns").EnumerateArray())
                {
                    html.Append(Text(column, "width") is "stretch" ? "<div class=\"grow\">" : WidthOf(Text(column, "width")));
                    Items(html, column, "items", depth);
                    html.Append("</div>");
                }

                html.Append("</div>");
                break;
            case "Container":
                var head = item.TryGetProperty("bleed", out var bleed) && bleed.ValueKind == JsonValueKind.True;
                html.Append("<div class=\"").Append(head ? "head " : "").Append(StyleOf(item)).Append("\">");
                Items(html, item, "items", depth);
                html.Append("</div>");
                break;
            case "FactSet":
                foreach (var fact in item.GetProperty("facts").EnumerateArray())
                {
                    html.Append("<p><span class=\"b\">")
                        .Append(Shown(Text(fact, "title")))
                        .Append("</span> ")
                        .Append(Markdown(Text(fact, "value")))
                        .Append("</p>");
                }

                break;
            case "Input.Text":
                html.Append("<p class=\"s\">")
                    .Append(Shown(Text(item, "label")))
                    .Append("</p><p class=\"field\">")
                    .Append(Shown(Text(item, "placeholder")))
                    .Append("</p>");
                break;
            case "ActionSet":
                Buttons(html, item);
                break;
            default:
                html.Append("<p class=\"quiet\">[").Append(Shown(Text(item, "altText") ?? Text(item, "type"))).Append("]</p>");
                break;
        }
    }

    private static void Buttons(StringBuilder html, JsonElement parent)
    {
        if (parent.TryGetProperty("actions", out var actions) && actions.ValueKind == JsonValueKind.Array)
        {
            html.Append("<p>");
            foreach (var action in actions.EnumerateArray())
            {
                html.Append("<span class=\"btn\">").Append(Shown(Text(action, "title"))).Append("</span>");
            }

            html.Append("</p>");
        }
    }

    /// <summary>What cards know of Markdown and of times; the rest is text.</summary>
    private static string Markdown(string? text) =>
        Bold()
            .Replace(
                When().Replace(Shown(text), match => $"{match.Groups[2].Value.Replace('T', ' ').TrimEnd('Z')} UTC"),
                "<strong>$1</strong>"
            );

    // The zero-width spaces are the bot's own: they kept foreign text from formatting the card.
    private static string Plain(string? text) => (text ?? "").Replace("\u200b", "", StringComparison.Ordinal);

    private static string Shown(string? text) => HtmlText.Of(Plain(text));

    private static string Class(JsonElement item)
    {
        string?[] classes =
        [
            Text(item, "weight") is "Bolder" ? "b" : null,
            Text(item, "size") switch
            {
                "Small" => "s",
                "Medium" or "Large" or "ExtraLarge" => "l",
                _ => null,
            },
            item.TryGetProperty("isSubtle", out var subtle) && subtle.ValueKind == JsonValueKind.True ? "quiet" : null,
        ];
        var set = string.Join(' ', classes.OfType<string>());
        return set.Length == 0 ? "" : $" class=\"{set}\"";
    }

    private static string StyleOf(JsonElement item) =>
        Text(item, "style") is "good" or "warning" or "attention" or "emphasis" ? Text(item, "style")! : "plain";

    private static string WidthOf(string? width) =>
        width is not null
        && width.EndsWith("px", StringComparison.Ordinal)
        && int.TryParse(width[..^2], NumberStyles.None, CultureInfo.InvariantCulture, out var pixels)
            ? $"<div style=\"width:{Math.Min(pixels, 400)}px;flex:none\">"
            : "<div>";

    private static string? Text(JsonElement item, string member) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Bold();

    [GeneratedRegex(@"\{\{(TIME|DATE)\(([0-9TZ:.\-]{10,30})(?:, ?[A-Z]+)?\)\}\}")]
    private static partial Regex When();
}
