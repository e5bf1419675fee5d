using Refit;

namespace ImcBot.Bot.Channel;

/// <summary>The part of the Bot Framework connector that is used.</summary>
internal interface IConnector
{
    [Post("/v3/conversations")]
    Task<IApiResponse<ConversationCreated>> CreateAsync([Body] NewConversation conversation, [Property(Delivery.Key)] Delivery delivery, CancellationToken token);

    [Post("/v3/conversations/{conversation}/activities")]
    Task<IApiResponse<ActivityCreated>> SendAsync(
        string conversation, [Body] Activity activity, [Property(Delivery.Key)] Delivery delivery, CancellationToken token);

    [Put("/v3/conversations/{conversation}/activities/{activity}")]
    Task<IApiResponse> EditAsync(
        string conversation, string activity, [Body] Activity changed, [Property(Delivery.Key)] Delivery delivery, CancellationToken token);

    [Delete("/v3/conversations/{conversation}/activities/{activity}")]
    Task<IApiResponse> DeleteAsync(string conversation, string activity, [Property(Delivery.Key)] Delivery delivery, CancellationToken token);

    [Get("/v3/conversations/{conversation}/pagedmembers")]
    Task<IApiResponse<MemberPage>> MembersAsync(
        string conversation, [Query] int pageSize, [Query] string? continuationToken, [Property(Delivery.Key)] Delivery delivery, CancellationToken token);
}

/// <summary>Asks for a thread (with its first activity) or a private chat (with one member).</summary>
internal sealed record NewConversation(
    bool IsGroup, Account Bot, string TenantId, ChannelData ChannelData, IReadOnlyList<Account>? Members = null, Activity? Activity = null);

internal sealed record ConversationCreated(string? Id, string? ActivityId);

internal sealed record ActivityCreated(string? Id);

internal sealed record MemberPage(IReadOnlyList<PagedMember>? Members, string? ContinuationToken);

/// <summary>A member as the roster lists them; one list says <c>aadObjectId</c>, an older one <c>objectId</c>.</summary>
internal sealed record PagedMember(string? Id, string? AadObjectId, string? ObjectId, string? Name, string? TenantId, string? UserRole);

/// <summary>One call on its way, and what became of it.</summary>
/// <param name="thread">Conversation that it sends something to; null when it only asks.</param>
internal sealed class Delivery(string? thread = null)
{
    public const string Key = "ImcBot.Delivery";

    public static readonly HttpRequestOptionsKey<object?> Option = new(Key);

    public string? Thread => thread;

    /// <summary>The call was sent and not answered at least once.</summary>
    public bool Unanswered { get; set; }
}
