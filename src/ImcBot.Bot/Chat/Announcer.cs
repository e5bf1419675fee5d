using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>Tells the channel what an incident has to say.</summary>
internal sealed class Announcer
{
    /// <summary>Posts the card, or edits it where it stands; returns the fact to journal for a new post, else null.</summary>
    public Task<Func<long, Posted>?> ShowAsync(Incident incident, ShowCard show, CancellationToken token) =>
        throw new NotSupportedException($"{incident} {show} {token}");

    /// <summary>Replies in the incident's thread.</summary>
    public Task SayAsync(Incident incident, Say say, CancellationToken token) => throw new NotSupportedException($"{incident} {say} {token}");

    /// <summary>Says something in the configured channel outside any incident, such as a relay's fingerprint to confirm.</summary>
    public Task AnnounceAsync(string text, string? confirmVerb, string? confirmData, CancellationToken token) =>
        throw new NotSupportedException($"{text} {confirmVerb} {confirmData} {token}");

    /// <summary>Gives a person a file privately (link or file), such as a transcript.</summary>
    public Task DeliverAsync(Incident incident, string personId, string fileName, byte[] content, CancellationToken token) =>
        throw new NotSupportedException($"{incident} {personId} {fileName} {content} {token}");
}
