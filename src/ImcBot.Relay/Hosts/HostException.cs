namespace ImcBot.Relay.Hosts;

/// <summary>The server said no. The message is a sentence for people.</summary>
/// <param name="kind">Null where it was not the server that said no.</param>
internal class HostException(string message, HostError? kind = null, Exception? inner = null) : Exception(message, inner)
{
    public HostError? Kind { get; } = kind;

    /// <summary>Whether the server did not answer at all, so that nothing is known of it.</summary>
    public bool IsAway => Kind is HostError.NoAnswer;
}
