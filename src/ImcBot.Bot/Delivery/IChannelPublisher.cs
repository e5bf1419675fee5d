using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Delivery;

/// <summary>How the engine reaches people: the border to the channel.</summary>
internal interface IChannelPublisher
{
    /// <summary>Posts the card, or edits it where it stands; returns the fact to journal for a new post, else null.</summary>
    Task<Func<long, Posted>?> ShowAsync(Incident incident, ShowCard show, CancellationToken cancellationToken);

    /// <summary>Replies in the incident's thread.</summary>
    Task SayAsync(Incident incident, Say say, CancellationToken cancellationToken);

    /// <summary>Says something in the configured channel outside any incident.</summary>
    Task AnnounceAsync(string text, string? confirmVerb, string? confirmData, CancellationToken cancellationToken);

    /// <summary>Replaces the card that asked for a confirmation by what came of it.</summary>
    /// <param name="clicked">The card that was clicked, when one was.</param>
    void Settle(string confirmData, string outcome, Sent? clicked);

    /// <summary>Gives a person a file privately.</summary>
    Task DeliverAsync(Incident incident, string personId, string fileName, byte[] content, CancellationToken cancellationToken);

    /// <summary>The incident has nothing more to say for now: what is remembered of its posts beside the journal may go.</summary>
    void Forget(int incident);
}
