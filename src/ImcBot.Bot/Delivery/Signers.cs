using ImcBot.Bot.Channel;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Delivery;

/// <summary>Who in the team may still sign a request.</summary>
internal sealed class Signers(IChannel channel, OnCallRoster roster)
{
    /// <summary>
    /// Those of the role that is asked first; nobody for what is decided. Throws <see cref="ChannelException"/> when the team is not known.
    /// </summary>
    public async Task<IReadOnlyList<Member>> OfAsync(Change? request, CancellationToken cancellationToken)
    {
        if (request is not { State: ChangeState.Asked })
        {
            return [];
        }

        var called = roster.Holders(request.Approval.Role);
        return
        [
            .. (await channel.MembersAsync(cancellationToken))
                .Where(member => ApprovalRules.Refuse(request, new Person(member.Id, member.Name, roster.RolesOf(member.Id))) is null)
                .OrderByDescending(member => called.Contains(member.Id, StringComparer.OrdinalIgnoreCase)),
        ];
    }

    /// <summary>Their names; null when the team is not known.</summary>
    public async Task<IReadOnlyList<string>?> NamesAsync(Change? request, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await OfAsync(request, cancellationToken)).Select(member => member.Name)];
        }
        catch (ChannelException)
        {
            return null;
        }
    }
}
