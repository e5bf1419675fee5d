using System.Text.Json;

namespace ImcBot.Bot.Channel;

/// <summary>One activity of the Bot Framework protocol: only the members that are used; others are ignored when read.</summary>
internal sealed record Activity
{
    public string? Type { get; init; }

    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Text { get; init; }

    public string? TextFormat { get; init; }

    public string? Summary { get; init; }

    public string? ChannelId { get; init; }

    public string? ServiceUrl { get; init; }

    public string? ReplyToId { get; init; }

    /// <summary>What an installation did: <c>add</c>, <c>remove</c>, or the same with <c>-upgrade</c>.</summary>
    public string? Action { get; init; }

    public Account? From { get; init; }

    public Account? Recipient { get; init; }

    public Conversation? Conversation { get; init; }

    public IReadOnlyList<Entity>? Entities { get; init; }

    public IReadOnlyList<Account>? MembersAdded { get; init; }

    public IReadOnlyList<Account>? MembersRemoved { get; init; }

    public IReadOnlyList<Attachment>? Attachments { get; init; }

    public ChannelData? ChannelData { get; init; }

    /// <summary>What a click carries.</summary>
    public JsonElement? Value { get; init; }
}

/// <summary>Somebody as the channel names them.</summary>
internal sealed record Account(string? Id, string? Name = null, string? AadObjectId = null);

/// <summary>Where something is said. In a channel the id of a thread is the channel's id and <c>;messageid=…</c>.</summary>
internal sealed record Conversation(string? Id, string? ConversationType = null, string? TenantId = null, bool? IsGroup = null);

/// <summary>A mention, when its type is <c>mention</c>.</summary>
internal sealed record Entity(string? Type, string? Text = null, Account? Mentioned = null);

/// <summary>A card, an offered file, or a file.</summary>
internal sealed record Attachment(string? ContentType, JsonElement? Content, string? Name = null, string? ContentUrl = null)
{
    public const string AdaptiveCard = "application/vnd.microsoft.card.adaptive", FileConsent = "application/vnd.microsoft.teams.card.file.consent",
        FileInfo = "application/vnd.microsoft.teams.card.file.info";
}

/// <summary>What Teams adds to an activity.</summary>
internal sealed record ChannelData(Named? Tenant = null, Named? Team = null, Named? Channel = null);

/// <summary>Something with an id.</summary>
internal sealed record Named(string? Id);
