namespace ImcBot.Bot.Channel;

/// <summary>One call on its way, and what became of it.</summary>
/// <param name="thread">Conversation that it sends something to; null when it only asks.</param>
internal sealed class OutgoingCall(string? thread = null)
{
    private static readonly AsyncLocal<OutgoingCall?> Flow = new();

    /// <summary>The call that this flow of control makes: the SDK's client passes nothing along with it.</summary>
    public static OutgoingCall? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public string? Thread => thread;

    /// <summary>The call was sent and not answered at least once.</summary>
    public bool Unanswered { get; set; }
}
