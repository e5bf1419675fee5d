using ImcBot.Bot.Channel;
using ImcBot.Bot.Entra;
using ImcBot.Bot.OnCall;

namespace ImcBot.Bot.Endpoints;

/// <summary>People who call without Teams: Entra says who it is, as it does to Teams, and the team's roster whether they belong.</summary>
internal sealed class EntraPeople(EntraTokens tokens, Roster roster, ActivityAuthorizer authorizer, OnCallRoster onCall, TimeProvider time)
{
    /// <summary>The scope that the person's client must have asked for.</summary>
    public const string Scope = "decide";

    /// <summary>What is said to whoever proves nothing.</summary>
    public const string Unproven = $"Sign in as a person of this tenant, for this bot, with the scope '{Scope}'.";

    /// <summary>So long Teams may take to say who is in the team, before it counts as down: a person is waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Who calls, and why they may not take part, as a sentence; nobody where the call proves nothing.</summary>
    public async Task<(Member? By, string? Refusal)> KnowAsync(HttpContext http) =>
        Bearer.Of(http.Request.Headers.Authorization) is { } proof
        && await tokens.ReadAsync(proof, http.RequestAborted) is { IsApp: false } caller
        && caller.Scopes.Contains(Scope, StringComparer.Ordinal)
            ? await KnowAsync(caller, http.RequestAborted)
            : (null, Unproven);

    /// <summary>
    /// The team's roster decides while it can be read. Without it only holders of a role take part, and only where Entra says that they are
    /// no guests.
    /// </summary>
    private async Task<(Member By, string? Refusal)> KnowAsync(EntraCaller caller, CancellationToken cancellationToken)
    {
        var claimed = new Member(caller.ObjectId, "", caller.Name, caller.IsGuest ?? true);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var member = await roster.FindAsync(caller.ObjectId, either.Token);
            return (member ?? claimed, authorizer.Refuse(member));
        }
        catch (Exception exception)
            when (exception is ChannelException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (claimed, authorizer.Refuse(onCall.RolesOf(caller.ObjectId).Count == 0 ? null : claimed));
        }
    }
}
