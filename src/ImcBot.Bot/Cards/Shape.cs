using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>The few shapes that all cards are made of, so that they look alike and a tired reader finds things in the same place.</summary>
internal static class Shape
{
    private const string LabelWidth = "62px";

    /// <summary>The coloured head: what it is about, its number, and one line below. The words say what the colour says.</summary>
    public static Container Head(string ground, string title, string number, params Element?[] below) =>
        new([
            new ColumnSet([
                new Column(
                    "stretch",
                    [
                        new TextBlock(title)
                        {
                            Size = "Medium",
                            Weight = "Bolder",
                            Style = "heading",
                        },
                    ]
                ),
                new Column("auto", [new TextBlock(number) { IsSubtle = true, HorizontalAlignment = "Right" }]),
            ]),
            .. below.OfType<Element>(),
        ])
        {
            Style = ground,
            Bleed = true,
        };

    /// <summary>The parts of a card, without those that there is nothing to say in.</summary>
    public static IReadOnlyList<Element> Body(IEnumerable<Element?> parts) => [.. parts.OfType<Element>()];

    /// <summary>How many more there are of something; null when there are none.</summary>
    public static TextBlock? More(int left) => left > 0 ? new TextBlock($"and {left} more") { IsSubtle = true } : null;

    /// <summary>A label on the left, what it says on the right.</summary>
    public static ColumnSet Row(string label, params IEnumerable<Element?> says) =>
        new([new Column(LabelWidth, [new TextBlock(label) { IsSubtle = true }]), new Column("stretch", [.. says.OfType<Element>()])])
        {
            Spacing = "Small",
        };

    /// <summary>A row of plain text that may come from anywhere.</summary>
    public static ColumnSet Row(string label, string says) => Row(label, Plain(says));

    /// <summary>Text from anywhere, shown as it is.</summary>
    public static RichText Plain(string? text, string? weight = null, string? color = null) =>
        new([new TextRun(Words.Clean(text)) { Weight = weight, Color = color }]);

    /// <summary>One line per entry, and how many more there are.</summary>
    public static IEnumerable<Element> Lines(IReadOnlyList<string> texts, int most)
    {
        var shown = texts
            .Take(texts.Count <= most + 1 ? texts.Count : most)
            .Select(text => (Element)(Plain(text) with { Spacing = "Small" }));
        return texts.Count <= most + 1
            ? shown
            : shown.Append(new TextBlock($"and {texts.Count - most} more") { IsSubtle = true, Spacing = "Small" });
    }

    public static TextBlock Small(string text) =>
        new(text)
        {
            Size = "Small",
            IsSubtle = true,
            Spacing = "Medium",
        };

    /// <summary>A button that works in clients with and without <c>Action.Execute</c>.</summary>
    public static Execute Button(
        string title,
        string verb,
        Incident? incident = null,
        QuestionId? question = null,
        string? style = null,
        string? relay = null,
        string? plan = null,
        Choice? choice = null
    )
    {
        var data = new ClickData(
            verb,
            incident?.Name,
            question is { } asked && asked != default ? asked.ToString() : null,
            relay,
            plan,
            choice?.ToString()
        );
        return new Execute(title, verb, data, new Submit(title, data) { Style = style }) { Style = style };
    }
}
