using ImcBot.Bot.Chat;

namespace ImcBot.Bot.Relays;

/// <summary>Enrols relays by a code given privately to an administrator, and confirms them in the channel.</summary>
internal sealed class RelayEnrolment : IRelayDesk
{
    /// <summary>Makes a code for a host: 10 minutes, one use. Throws <see cref="InvalidOperationException"/> with a sentence when it cannot.</summary>
    public Task<string> CreateCodeAsync(string host, string administratorId, CancellationToken token) =>
        throw new NotSupportedException($"{host} {administratorId} {token}");

    /// <summary>An administrator confirms the fingerprint shown in the channel. Returns a sentence for the channel.</summary>
    public Task<string> ConfirmAsync(string relay, string administratorId, CancellationToken token) =>
        throw new NotSupportedException($"{relay} {administratorId} {token}");

    /// <summary>Revokes a relay. Returns a sentence for the channel.</summary>
    public Task<string> RevokeAsync(string relay, string administratorId, CancellationToken token) =>
        throw new NotSupportedException($"{relay} {administratorId} {token}");

    /// <summary>One line for each relay: id, host, state (waiting for confirmation, ready, silent since, revoked), version.</summary>
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken token) => throw new NotSupportedException($"{token}");
}
