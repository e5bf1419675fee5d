using System.Globalization;
using System.Text;

namespace ImcBot.Bot.Export.Html;

/// <summary>Writes a picture: shapes with a sentence for who cannot see them, and text that is only text.</summary>
internal sealed class Svg(string name, string title, int width)
{
    private readonly StringBuilder _inside = new();

    public Svg Rect(double x, double y, double wide, double height, string kind, string? tip = null) =>
        Add(
            $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(wide, 1):0.#}\" height=\"{
                height:0.#}\" rx=\"4\" class=\"{kind}\">{Tip(tip)}</rect>"
        );

    public Svg Line(double x1, double y1, double x2, double y2, string kind) =>
        Add($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" class=\"{kind}\"/>");

    public Svg Text(double x, double y, string text, string kind = "", string anchor = "start") =>
        Add(
            $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{(kind.Length > 0
                ? $" class=\"{kind}\"" : "")}>{HtmlText.Of(text)}</text>"
        );

    public Svg Shape(string points, string kind, string? tip = null) =>
        Add($"<polygon points=\"{points}\" class=\"{kind}\">{Tip(tip)}</polygon>");

    public Svg Circle(double x, double y, double radius, string kind, string? tip = null) =>
        Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\" class=\"{kind}\">{Tip(tip)}</circle>");

    public Svg Curve(IEnumerable<(double X, double Y)> points, string kind) =>
        Add(
            $"<polyline points=\"{string.Join(
                ' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}"
                )))}\" class=\"{kind}\"/>"
        );

    public string End(double height) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"<svg role=\"img\" aria-labelledby=\"{name}-t\" viewBox=\"0 0 {width} {
                height:0}\" xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{
                name}-t\">{HtmlText.Of(title)}</title>{_inside}</svg>"
        );

    /// <summary>What fits into so many characters.</summary>
    public static string Fit(string text, int most) => text.Length <= most ? text : $"{text[..(most - 1)].TrimEnd()}…";

    private Svg Add(FormattableString element)
    {
        _inside.Append(FormattableString.Invariant(element));
        return this;
    }

    private static string Tip(string? tip) => tip is null ? "" : $"<title>{HtmlText.Of(tip)}</title>";
}
