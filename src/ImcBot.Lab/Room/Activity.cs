using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ImcBot.Lab.Room;

/// <summary>
/// One activity as the channel sends it to the bot; members and kinds follow activities recorded from a Teams-like client.
/// </summary>
internal sealed record Activity
{
    public required string Type { get; init; }
    public string? Name { get; init; }
    public string? Text { get; init; }
    public required string Id { get; init; }
    public required Account From { get; init; }
    public required string Timestamp { get; init; }
    public string? LocalTimestamp { get; init; }
    public string? LocalTimezone { get; init; }
    public required string ServiceUrl { get; init; }
    public required Conversation Conversation { get; init; }
    public required Account Recipient { get; init; }
    public string? TextFormat { get; init; }
    public string? Locale { get; init; }
    public IReadOnlyList<Entity>? Entities { get; init; }
    public IReadOnlyList<Account>? MembersAdded { get; init; }
    public string? Action { get; init; }
    public string? ReplyToId { get; init; }
    public JsonNode? Value { get; init; }
    public required ChannelData ChannelData { get; init; }
    public string ChannelId { get; init; } = "msteams";

    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}

internal sealed record Account(string Id, string? Name = null, string? AadObjectId = null);

internal sealed record Conversation(string Id, string ConversationType, string TenantId, bool? IsGroup = null);

internal sealed record Entity
{
    public required string Type { get; init; }
    public Account? Mentioned { get; init; }
    public string? Text { get; init; }
    public string? Locale { get; init; }
    public string? Country { get; init; }
    public string? Platform { get; init; }
    public string? Timezone { get; init; }
}

internal sealed record ChannelData
{
    public string? TeamsChannelId { get; init; }
    public string? TeamsTeamId { get; init; }
    public required Named Tenant { get; init; }
    public TeamInfo? Team { get; init; }
    public Named? Channel { get; init; }
    public string? EventType { get; init; }
    public SourceName? Source { get; init; }
    public ChannelSettings? Settings { get; init; }
}

internal sealed record Named(string Id);

internal sealed record SourceName(string Name);

internal sealed record TeamInfo(string Id, string? Name = null, string? AadGroupId = null);

internal sealed record ChannelSettings(Named SelectedChannel);
