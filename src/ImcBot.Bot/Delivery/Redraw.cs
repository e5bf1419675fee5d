using ImcBot.Bot.Channel;
using ImcBot.Bot.Incidents;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Delivery;

/// <summary>
/// Draws the cards of open incidents once more at the start: edits that waited when an earlier process died are not in the journal. A card
/// that has no name cannot be edited, and stays as it is.
/// </summary>
internal sealed class Redraw(IIncidents incidents, ChannelPublisher publisher, ILogger<Redraw> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var incident in await incidents.ListOpenAsync(stoppingToken))
        {
            foreach (
                var post in incident.Thread is null
                    ? []
                    : incident.Posts.Where(posted => posted.Value.Length > 0).Select(posted => posted.Key)
            )
            {
                try
                {
                    // Read anew: facts arrive meanwhile, and an old state must not replace a newer one.
                    await publisher.ShowAsync(
                        await incidents.FindAsync(incident.Number, stoppingToken) ?? incident,
                        new ShowCard(post),
                        stoppingToken
                    );
                }
                catch (ChannelException exception)
                {
                    log.LogWarning(exception, "A card of {Incident} could not be drawn again.", incident.Name);
                }
            }
        }
    }
}
