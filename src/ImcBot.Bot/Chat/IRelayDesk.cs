namespace ImcBot.Bot.Chat;

/// <summary>
/// The relays as an administrator in the chat sees them. Refusals are <see cref="InvalidOperationException"/> with a sentence.
/// </summary>
internal interface IRelayDesk
{
    /// <summary>Makes a code for a host: 10 minutes, one use.</summary>
    Task<string> CreateCodeAsync(string host, string administratorId, CancellationToken cancellationToken);

    /// <summary>Confirms the fingerprint shown in the channel. Returns a sentence for the channel.</summary>
    Task<string> ConfirmAsync(string relay, string administratorId, CancellationToken cancellationToken);

    /// <summary>Returns a sentence for the channel.</summary>
    Task<string> RevokeAsync(string relay, string administratorId, CancellationToken cancellationToken);

    /// <summary>One line for each relay.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);
}
