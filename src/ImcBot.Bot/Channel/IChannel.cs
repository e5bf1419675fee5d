using System.Net;
using System.Text.Json;
using Microsoft.Bot.Schema;

namespace ImcBot.Bot.Channel;

/// <summary>The channel as everything else sees it. Posts of one conversation keep their order.</summary>
/// <exception cref="ChannelException">The channel refused or could not be reached; the message is a sentence.</exception>
internal interface IChannel
{
    /// <summary>Begins a thread in the configured channel.</summary>
    Task<Sent> PostAsync(Message message, CancellationToken cancellationToken);

    Task<Sent> ReplyAsync(string thread, Message message, CancellationToken cancellationToken);

    /// <summary>
    /// Has the message replaced, soon: edits of one message are sent at most once a second, the newest wins, the last one always goes out.
    /// An edit does not survive the process; whoever starts again shows its cards again.
    /// </summary>
    /// <param name="draw">Asked when the edit is sent, so that many changes cost one drawing; null when what stands is right.</param>
    void Edit(string thread, string activityId, Func<Task<Message?>> draw);

    Task DeleteAsync(string thread, string activityId, CancellationToken cancellationToken);

    /// <summary>Says something to one member of the team, privately.</summary>
    /// <param name="personId">Entra object id.</param>
    Task<Sent> TellAsync(string personId, Message message, CancellationToken cancellationToken);

    /// <summary>Offers a file to one member, privately; it is handed over once they allow it.</summary>
    Task OfferAsync(string personId, string fileName, string description, byte[] content, CancellationToken cancellationToken);

    /// <summary>Everybody in the team.</summary>
    Task<IReadOnlyList<Member>> MembersAsync(CancellationToken cancellationToken);
}

/// <summary>Something to say.</summary>
/// <param name="Text">Markdown as Teams reads it; untrusted parts are already escaped.</param>
/// <param name="Card">An Adaptive Card; it stands alone, without text and mentions beside it, because clients split such a message.</param>
/// <param name="Summary">One line of at most 80 characters for a locked phone; needed with a card.</param>
/// <param name="Mentions">Members who are called by name in front of the text.</param>
/// <param name="IsPlain">The text is shown as it is.</param>
internal sealed record Message(
    string Text,
    JsonElement? Card = null,
    string? Summary = null,
    IReadOnlyList<Member>? Mentions = null,
    bool IsPlain = false
)
{
    public JsonElement? Card { get; } =
        Card is null || (Text.Length == 0 && Mentions is not { Count: > 0 })
            ? Card
            : throw new ArgumentException(
                "A card stands alone: put the words and the mentions into it, or into a message before it.",
                nameof(Card)
            );

    /// <summary>The kind of attachment that a card is.</summary>
    public const string CardType = "application/vnd.microsoft.card.adaptive";

    /// <summary>A file, or the offer of one.</summary>
    public Attachment? File { get; init; }

    /// <summary>Told when an edit has been taken: what was only drawn does not stand there yet, and may be refused.</summary>
    public Action? Stands { get; init; }
}

/// <summary>A message that stands in the channel.</summary>
/// <param name="Thread">Conversation id of its thread.</param>
/// <param name="ActivityId">Its id; empty where the channel took it and did not name it.</param>
/// <param name="PossibleDuplicate">The channel did not answer at first and the message was sent again: it may stand there twice.</param>
internal sealed record Sent(string Thread, string ActivityId, bool PossibleDuplicate)
{
    /// <summary>The channel has named it, so that it can be edited.</summary>
    public bool IsNamed => ActivityId.Length > 0;
}

/// <summary>Somebody in the team.</summary>
/// <param name="Id">Entra object id.</param>
/// <param name="AccountId">The channel's own id, needed for mentions.</param>
internal sealed record Member(string Id, string AccountId, string Name, bool IsGuest = false)
{
    /// <summary>How a text calls them, beside a mention that says who it is.</summary>
    public string Called => $"<at>{WebUtility.HtmlEncode(Name)}</at>";
}

/// <summary>The channel refused a call or could not be reached. The message says what happened, in a sentence.</summary>
/// <param name="mayPass">The same call may succeed later.</param>
internal sealed class ChannelException(string message, bool mayPass = false, Exception? inner = null) : Exception(message, inner)
{
    public bool MayPass => mayPass;

    /// <summary>
    /// It was sent and not answered, so it may stand in the channel all the same: whoever sends it again may send a duplicate.
    /// </summary>
    public bool MayStand { get; init; }
}
