using ImcBot.Bot.Channel;

namespace ImcBot.Bot.Cards;

/// <summary>Plain lines under a title: answers to <c>status</c>, <c>why</c>, <c>messages</c>, and a relay to confirm.</summary>
internal static class NoticeCard
{
    /// <param name="rows">Each with a label, or none; the text with Markdown and the reader's times, so what comes from elsewhere goes
    /// through <see cref="Words.Escape"/>.</param>
    public static AdaptiveCard Lines(string title, string number, IReadOnlyList<(string Label, string Text)> rows, int lines) =>
        new(
            Shape.Body([
                Shape.Head("default", Words.Escape(title, 120), Words.Escape(number, 40)),
                .. rows.Take(lines)
                    .Select(row => row.Label.Length > 0 ? (Element)Shape.Row(row.Label, new TextBlock(row.Text)) : new TextBlock(row.Text)),
                Shape.More(rows.Count - lines),
            ]),
            null,
            Words.Clean(title, 120)
        );

    /// <summary>What replaces a request for confirmation once it was answered.</summary>
    public static AdaptiveCard Settled(string outcome) =>
        new([Shape.Head("default", "A relay: answered", ""), Shape.Plain(outcome)], null, Words.Clean(outcome));

    /// <summary>A new relay shows its key; an administrator compares the fingerprint and confirms.</summary>
    public static AdaptiveCard Confirm(string text, string verb, string data) =>
        new(
            [
                Shape.Head("warning", "A relay asks to join", ""),
                Shape.Plain(text),
                Shape.Small(
                    "Compare the fingerprint with the one the relay printed on its own machine. Only an administrator may confirm. "
                        + "If it differs, do nothing: it expires."
                ),
            ],
            [Shape.Button("It is the same: confirm", verb, style: "positive", relay: data)],
            Words.Clean(text)
        );
}
