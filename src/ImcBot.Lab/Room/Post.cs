using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>One message as the room keeps it.</summary>
/// <param name="Id">Unix milliseconds as text, growing, as Teams numbers messages.</param>
/// <param name="Chat">The channel's or the personal chat's id, never with a thread mark.</param>
/// <param name="Thread">The id of the thread's first message (its own id for that one); null in a personal chat.</param>
/// <param name="From">A person's key, or null for the bot.</param>
/// <param name="Activity">What the bot posted, as it came; for a person the text alone.</param>
internal sealed record Post(string Id, string Chat, string? Thread, string? From, DateTimeOffset At, JsonObject Activity)
{
    public DateTimeOffset? Edited { get; init; }
    public bool Deleted { get; init; }

    /// <summary>Why the bot did not take it, in a sentence for the person who wrote it.</summary>
    public string? Undelivered { get; init; }
}
