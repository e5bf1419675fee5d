using System.Text.Json;

namespace ImcBot.Bot.Channel;

/// <summary>Something a member of the team said or clicked. Whoever said it is known from the signed activity alone.</summary>
/// <param name="Thread">Conversation id.</param>
/// <param name="IsPersonal">Said in the private chat with the bot.</param>
/// <param name="IsAddressed">The bot was mentioned.</param>
/// <param name="Text">Without mentions of the bot.</param>
/// <param name="Mentioned">Other members who were mentioned.</param>
/// <param name="Click">The button, or null for text.</param>
/// <param name="Card">Activity id of the message whose button was pressed, where the channel tells it.</param>
/// <param name="Message">Activity id of what was said.</param>
/// <param name="IsChanged">The words replace those that the message held before; they are never a command.</param>
/// <param name="Attached">What was attached where nothing was said, by kind and name, in words; else null.</param>
/// <param name="IsElsewhere">Said where others than the team may read: a group chat, or a channel of another team.</param>
internal sealed record Heard(
    Member By,
    string Thread,
    bool IsPersonal,
    bool IsAddressed,
    string Text,
    IReadOnlyList<Member> Mentioned,
    Click? Click = null,
    string? Card = null,
    string? Message = null,
    bool IsChanged = false,
    string? Attached = null,
    bool IsElsewhere = false
);

/// <summary>
/// A pressed button: its verb, and the card's data with what was typed into its fields. Data is never believed about who clicks.
/// </summary>
/// <param name="IsRefresh">The client asked for the card again by itself; nobody has clicked.</param>
/// <param name="TakesCard">The answer may be a card that the clicker alone sees; an old client would show it to everybody.</param>
internal sealed record Click(string Verb, IReadOnlyDictionary<string, string> Data, bool IsRefresh = false, bool TakesCard = false)
{
    public string? this[string name] => Data.GetValueOrDefault(name);
}

/// <summary>What is said back to the person, in the same place or privately; a click may be answered with a new card.</summary>
internal sealed record Reply(string? Text, JsonElement? Card = null, string? Private = null)
{
    public static Reply None { get; } = new(Text: null);
}

/// <summary>Whoever makes sense of what is heard.</summary>
internal interface IChatHandler
{
    /// <summary>Returns once everything that must not be forgotten is kept. Never throws for what people say.</summary>
    Task<Reply> HearAsync(Heard heard, CancellationToken cancellationToken);

    /// <summary>A message was deleted or changed: its words go from the record wherever it was talk or a note.</summary>
    Task ForgetAsync(string thread, string message, bool isChanged, CancellationToken cancellationToken);

    /// <summary>The app was taken out of the channel of the incidents, or is there again: every open incident is told.</summary>
    Task ChangeChannelAsync(bool isHere, string by, CancellationToken cancellationToken);

    /// <summary>Keeps that something was tried and refused before it was heard, where an incident is named by it.</summary>
    /// <param name="heard">As the activity describes itself; nothing in it is proven.</param>
    Task RefuseAsync(Heard heard, string why, CancellationToken cancellationToken);
}
