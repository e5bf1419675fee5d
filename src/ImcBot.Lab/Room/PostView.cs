using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>A post as the page shows it to one person.</summary>
/// <param name="Chat"><c>channel</c> or <c>personal</c>.</param>
internal sealed record PostView(string Id, string Chat, string? Thread, string From, DateTimeOffset At)
{
    public DateTimeOffset? Edited { get; init; }

    public bool Deleted { get; init; }

    public string? Undelivered { get; init; }

    public string? Text { get; init; }

    public string? Format { get; init; }

    public string? Summary { get; init; }

    /// <summary>The Adaptive Card this person sees: the posted one, or their own view of it after a click or refresh.</summary>
    public JsonNode? Card { get; init; }

    /// <summary>True when <see cref="Card"/> is this person's own view.</summary>
    public bool OwnView { get; init; }

    public JsonArray? Attachments { get; init; }

    public JsonArray? Entities { get; init; }
}
