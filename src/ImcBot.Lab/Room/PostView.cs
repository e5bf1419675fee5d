using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>A post as the page shows it to one person.</summary>
/// <param name="Chat"><c>channel</c> or <c>personal</c>.</param>
/// <param name="Card">The Adaptive Card this person sees: the posted one, or their own view of it after a click or refresh.</param>
/// <param name="OwnView">True when <paramref name="Card"/> is this person's own view.</param>
internal sealed record PostView(
    string Id,
    string Chat,
    string? Thread,
    string From,
    DateTimeOffset At,
    DateTimeOffset? Edited,
    bool Deleted,
    string? Undelivered,
    string? Text,
    string? Format,
    string? Summary,
    JsonNode? Card,
    bool OwnView,
    JsonArray? Attachments,
    JsonArray? Entities
);
