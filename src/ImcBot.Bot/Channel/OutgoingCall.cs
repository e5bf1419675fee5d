namespace ImcBot.Bot.Channel;

/// <summary>One call on its way, and what became of it.</summary>
/// <param name="thread">Conversation that it sends something to; null when it only asks.</param>
internal sealed class OutgoingCall(string? thread = null)
{
    public static readonly HttpRequestOptionsKey<OutgoingCall?> Option = new("ImcBot.Delivery");

    public string? Thread => thread;

    /// <summary>The call was sent and not answered at least once.</summary>
    public bool Unanswered { get; set; }
}
