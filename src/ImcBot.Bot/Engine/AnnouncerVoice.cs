using ImcBot.Bot.Chat;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Engine;

/// <summary>The channel as the engine's voice.</summary>
internal sealed class AnnouncerVoice(Announcer announcer) : IVoice
{
    public Task<Func<long, Posted>?> ShowAsync(Incident incident, ShowCard show, CancellationToken token) => announcer.ShowAsync(incident, show, token);

    public Task SayAsync(Incident incident, Say say, CancellationToken token) => announcer.SayAsync(incident, say, token);

    public Task AnnounceAsync(string text, string? confirmVerb, string? confirmData, CancellationToken token) =>
        announcer.AnnounceAsync(text, confirmVerb, confirmData, token);

    public Task DeliverAsync(Incident incident, string personId, string fileName, byte[] content, CancellationToken token) =>
        announcer.DeliverAsync(incident, personId, fileName, content, token);
}
