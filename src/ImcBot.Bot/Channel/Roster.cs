using Microsoft.Bot.Schema;
using Microsoft.Extensions.Options;
using Newtonsoft.Json.Linq;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Who is in the team, as the connector says; believed for a while. Somebody unknown is asked for again, at most every 10 seconds.
/// </summary>
internal sealed class Roster(Connector connector, IOptions<ChannelOptions> options, TimeProvider time) : IDisposable
{
    private const int PageSize = 200,
        MostPages = 50;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Reading _last = Reading.None;

    public async Task<IReadOnlyList<Member>> AllAsync(CancellationToken cancellationToken) =>
        await ReadAsync(options.Value.RosterLife, cancellationToken);

    /// <summary>The member with this Entra object id or channel account id, or null.</summary>
    public async Task<Member?> FindAsync(string id, CancellationToken cancellationToken) =>
        Pick(await ReadAsync(options.Value.RosterLife, cancellationToken), id) ?? Pick(await ReadAsync(Again, cancellationToken), id);

    /// <summary>Somebody came or went.</summary>
    public void Forget() => _last = Reading.None;

    public void Dispose() => _one.Dispose();

    private static Member? Pick(IReadOnlyList<Member> members, string id) =>
        members.FirstOrDefault(member => string.Equals(member.Id, id, StringComparison.OrdinalIgnoreCase) || member.AccountId == id);

    private async Task<IReadOnlyList<Member>> ReadAsync(TimeSpan life, CancellationToken cancellationToken)
    {
        if (_last is { } known && IsFresh(known, life))
        {
            return known.Members;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            var last = _last;
            if (!IsFresh(last, life))
            {
                _last = last = new Reading(await FetchAsync(cancellationToken), time.GetTimestamp());
            }

            return last.Members;
        }
        finally
        {
            _one.Release();
        }
    }

    private bool IsFresh(Reading reading, TimeSpan life) => reading.At is { } at && time.GetElapsedTime(at) < life;

    private async Task<IReadOnlyList<Member>> FetchAsync(CancellationToken cancellationToken)
    {
        var members = new List<Member>();
        string? next = null;
        for (var page = 0; page < MostPages; page++)
        {
            var read = await connector.CallAsync(
                "read the team's members",
                new OutgoingCall(),
                api =>
                    api.GetConversationPagedMembersWithHttpMessagesAsync(
                        options.Value.Conversation,
                        PageSize,
                        next,
                        cancellationToken: cancellationToken
                    )
            );
            members.AddRange((read?.Members ?? []).Select(Read).OfType<Member>());
            next = read?.ContinuationToken;
            if (string.IsNullOrEmpty(next))
            {
                break;
            }
        }

        return members;
    }

    /// <summary>
    /// Object ids are in small letters, wherever they come from: rules compare them as they are. One list of the connector's says
    /// <c>aadObjectId</c>, an older one <c>objectId</c>.
    /// </summary>
    private Member? Read(ChannelAccount listed)
    {
        var (tenant, role) = (Text(listed, "tenantId"), Text(listed, "userRole"));
        return
            (listed.AadObjectId ?? Text(listed, "objectId")) is { Length: > 0 } id
            && listed.Id is { Length: > 0 } account
            && (tenant is null || tenant == options.Value.TenantId || role == "guest")
            ? new Member(id.ToLowerInvariant(), account, listed.Name ?? "somebody without a name", role == "guest")
            : null;
    }

    private static string? Text(ChannelAccount listed, string name) => (listed.Properties?[name] as JValue)?.Value as string;

    private sealed record Reading(IReadOnlyList<Member> Members, long? At)
    {
        public static Reading None { get; } = new([], null);
    }
}
