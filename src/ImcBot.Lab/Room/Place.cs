namespace ImcBot.Lab.Room;

/// <summary>Where something is said: the channel, one of its threads, or somebody's personal chat with the bot.</summary>
internal sealed record Place(Person? Owner, string? Thread)
{
    private const string ThreadMark = ";messageid=";

    public static Place Channel { get; } = new(null, null);

    public bool IsPersonal => Owner is not null;

    public string ConversationId => Owner?.PersonalChat ?? (Thread is null ? Team.ChannelId : $"{Team.ChannelId}{ThreadMark}{Thread}");

    /// <summary>Reads a conversation id as the connector gets it; null when this room has no such conversation.</summary>
    public static Place? Of(string conversationId)
    {
        if (Team.People.FirstOrDefault(person => person.PersonalChat == conversationId) is { } owner)
        {
            return new(owner, null);
        }
        var mark = conversationId.IndexOf(ThreadMark, StringComparison.Ordinal);
        var channel = mark < 0 ? conversationId : conversationId[..mark];
        return channel == Team.ChannelId ? new(null, mark < 0 ? null : conversationId[(mark + ThreadMark.Length)..]) : null;
    }
}
