using System.Text.Json.Serialization;
using ImcBot.Bot.Channel;

namespace ImcBot.Bot.Cards;

/// <summary>An Adaptive Card 1.5: the elements that are used here, as records, serialised once.</summary>
internal sealed record AdaptiveCard(IReadOnlyList<Element> Body, IReadOnlyList<CardAction>? Actions, string FallbackText)
{
    public string Type => "AdaptiveCard";

    [JsonPropertyName("$schema")]
    public string Schema => "http://adaptivecards.io/schemas/adaptive-card.json";

    public string Version => "1.5";

    /// <summary>What the clients of these people ask by themselves; everybody else sees the card as it is.</summary>
    public Refresh? Refresh { get; init; }

    [JsonPropertyName("msteams")]
    public TeamsPart Teams { get; init; } = new();

    /// <summary>
    /// The card with these people called by name above everything else, so that their phones tell them. A mention never stands in the text
    /// beside a card: clients split such a message in two, and answer without saying what became of it.
    /// </summary>
    public AdaptiveCard Calling(IReadOnlyList<Member>? called) =>
        called is not { Count: > 0 }
            ? this
            : this with
            {
                Body = [new TextBlock(string.Join(' ', called.Select(member => member.Called))), .. Body],
                Teams = new TeamsPart { Entities = [.. called.Select(CardMention.Of)] },
            };
}

/// <summary>Has clients ask for a view of the card that is made for whoever sits before them.</summary>
/// <param name="UserIds">Account ids, at most <see cref="Most"/>; with none people ask by hand only.</param>
internal sealed record Refresh(CardAction Action, IReadOnlyList<string> UserIds)
{
    /// <summary>So many people's clients may ask by themselves.</summary>
    public const int Most = 60;
}

/// <summary>Teams' own extension of the card, which is drawn over the whole width of the message.</summary>
internal sealed record TeamsPart
{
    public string Width => "Full";

    public IReadOnlyList<CardMention>? Entities { get; init; }
}

/// <summary>Somebody who is called by name in the card's text.</summary>
/// <param name="Text">As it stands in the text.</param>
internal sealed record CardMention(string Text, CardPerson Mentioned)
{
    public string Type => "mention";

    public static CardMention Of(Member member) => new(member.Called, new CardPerson(member.AccountId, member.Name));
}

/// <summary>Somebody as the channel knows them.</summary>
internal sealed record CardPerson(string Id, string Name);

/// <summary>A part of a card's body.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TextBlock), "TextBlock")]
[JsonDerivedType(typeof(RichText), "RichTextBlock")]
[JsonDerivedType(typeof(ColumnSet), "ColumnSet")]
[JsonDerivedType(typeof(Container), "Container")]
[JsonDerivedType(typeof(TextInput), "Input.Text")]
[JsonDerivedType(typeof(ActionSet), "ActionSet")]
internal abstract record Element
{
    public string? Spacing { get; init; }

    public bool? Separator { get; init; }

    public string? Id { get; init; }

    public bool? IsVisible { get; init; }
}

/// <summary>Text with the Markdown that cards know; only <see cref="Words.Escape"/> may put untrusted text in.</summary>
internal sealed record TextBlock(string Text) : Element
{
    public bool Wrap => true;

    public string? Size { get; init; }

    public string? Weight { get; init; }

    public string? Color { get; init; }

    public bool? IsSubtle { get; init; }

    public string? Style { get; init; }

    public string? HorizontalAlignment { get; init; }
}

/// <summary>Text without Markdown: what stands in a run is shown as it is.</summary>
internal sealed record RichText(IReadOnlyList<TextRun> Inlines) : Element;

/// <summary>Plain text.</summary>
internal sealed record TextRun(string Text)
{
    public string Type => "TextRun";

    public string? Weight { get; init; }

    public string? Color { get; init; }

    public bool? IsSubtle { get; init; }
}

/// <summary>Columns side by side.</summary>
internal sealed record ColumnSet(IReadOnlyList<Column> Columns) : Element;

/// <summary>One column; <paramref name="Width"/> is <c>auto</c>, <c>stretch</c>, a weight, or pixels such as <c>70px</c>.</summary>
internal sealed record Column(string Width, IReadOnlyList<Element> Items)
{
    public string Type => "Column";
}

/// <summary>A group, perhaps on a coloured ground.</summary>
internal sealed record Container(IReadOnlyList<Element> Items) : Element
{
    public string? Style { get; init; }

    public bool? Bleed { get; init; }
}

/// <summary>A line to type into; its text travels with every button.</summary>
internal sealed record TextInput : Element
{
    public string? Label { get; init; }

    public string? Placeholder { get; init; }

    public int MaxLength { get; init; } = 500;
}

/// <summary>Buttons inside the body.</summary>
internal sealed record ActionSet(IReadOnlyList<CardAction> Actions) : Element;

/// <summary>A button.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Execute), "Action.Execute")]
[JsonDerivedType(typeof(Submit), "Action.Submit")]
[JsonDerivedType(typeof(ToggleVisibility), "Action.ToggleVisibility")]
internal abstract record CardAction(string Title)
{
    public string? Style { get; init; }
}

/// <summary>A click with an answer; clients that do not know it send <paramref name="Fallback"/>.</summary>
internal sealed record Execute(string Title, string Verb, ClickData Data, CardAction Fallback) : CardAction(Title);

internal sealed record Submit(string Title, ClickData Data) : CardAction(Title);

/// <summary>Opens and closes a part of the card, in the client.</summary>
internal sealed record ToggleVisibility(string Title, IReadOnlyList<string> TargetElements) : CardAction(Title);

/// <summary>What a button carries. Never any authority: who clicked is known from the signed activity alone.</summary>
/// <param name="Plan">Digest of the plan that an answer is for.</param>
internal sealed record ClickData(
    string Verb,
    string? Incident,
    string? Question,
    string? Relay = null,
    string? Plan = null,
    string? Choice = null
);
