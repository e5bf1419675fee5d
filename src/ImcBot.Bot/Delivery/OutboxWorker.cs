using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Delivery;

/// <summary>
/// Carries out what the channel is owed: at least once, in order within an incident, incidents beside each other. Pages have lanes of their
/// own, one for each incident and role: whoever is called must be called most of all when the channel, or another's paging service, does
/// not answer. Starts with whatever an earlier process left behind. Its end is the end of the host.
/// </summary>
internal sealed class OutboxWorker(
    IncidentEngine engine,
    Journals journal,
    ChannelPublisher publisher,
    EffectRunner effects,
    ChangeSignals signals,
    LeaseHolder leases,
    TimeProvider clock,
    ILogger<OutboxWorker> log
) : BackgroundService
{
    /// <summary>The lanes of an incident: the channel's, and one for the pages of each role.</summary>
    private static readonly string?[] Lanes = [null, .. Role.All];

    private static readonly TimeSpan WhileFull = TimeSpan.FromSeconds(5);

    // A lane is there as long as it has something to carry; true when it was rung meanwhile.
    private readonly Dictionary<(int Incident, string? Role), bool> _lanes = [];
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var news = TellNewsAsync(stoppingToken);
        foreach (var incident in await journal.Incidents.OwingAsync(stoppingToken))
        {
            signals.RingIncident(incident);
        }

        while (true)
        {
            await await Task.WhenAny(signals.Incidents.WaitToReadAsync(stoppingToken).AsTask(), news, _failure.Task);
            while (signals.Incidents.TryRead(out var incident))
            {
                foreach (var role in Lanes)
                {
                    Wake((incident, role), stoppingToken);
                }
            }
        }
    }

    private void Wake((int Incident, string? Role) lane, CancellationToken cancellationToken)
    {
        lock (_lanes)
        {
            if (_lanes.ContainsKey(lane))
            {
                _lanes[lane] = true;
                return;
            }

            _lanes[lane] = false;
        }

        _ = RunLaneAsync(lane, cancellationToken);
    }

    private async Task RunLaneAsync((int Incident, string? Role) lane, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                while (!await TryCarryAsync(lane.Incident, lane.Role, cancellationToken))
                {
                    // What was posted and could not be written down would be posted again and again.
                    do
                    {
                        await Task.Delay(WhileFull, clock, cancellationToken);
                    } while (!await journal.CanWriteAsync(cancellationToken));
                }
            } while (WasRung(lane));
        }
        catch (Exception exception)
        {
            _failure.TrySetException(exception);
        }
    }

    /// <summary>Whether the lane was rung while it carried; when not, it is gone.</summary>
    private bool WasRung((int Incident, string? Role) lane)
    {
        lock (_lanes)
        {
            if (_lanes[lane])
            {
                _lanes[lane] = false;
                return true;
            }

            _lanes.Remove(lane);
            return false;
        }
    }

    /// <summary>False while nothing can be written down; then it is told once more later rather than never.</summary>
    private async Task<bool> TryCarryAsync(int incident, string? role, CancellationToken cancellationToken)
    {
        try
        {
            if (role is null)
            {
                await leases.HoldAsync(LeaseHolder.PublisherOf(incident), held => SpeakAllAsync(incident, held), cancellationToken);
            }
            else if ((await PagesAsync(incident, role, cancellationToken)).Count > 0)
            {
                await leases.HoldAsync(LeaseHolder.PagerOf(incident, role), held => PageAllAsync(incident, role, held), cancellationToken);
            }

            return true;
        }
        catch (Exception exception) when (DatabaseErrors.IsFull(exception))
        {
            log.LogError("INC-{Incident}: the database's disk is full; what the channel is owed waits until there is room.", incident);
            return false;
        }
    }

    private async Task<List<Outstanding>> PagesAsync(int incident, string role, CancellationToken cancellationToken) =>
        [.. (await engine.OwedAsync(incident, Lane.Page, cancellationToken)).Where(one => one.Effect is Page page && page.Role == role)];

    /// <summary>Beside each other: a page that came while another was tried in vain waits for that one and for no more.</summary>
    private async Task PageAllAsync(int incident, string role, CancellationToken cancellationToken)
    {
        while (await PagesAsync(incident, role, cancellationToken) is { Count: > 0 } pending)
        {
            await Task.WhenAll(
                pending.Select(async page =>
                {
                    await effects.RunAsync(incident, page, cancellationToken);
                    await engine.DoneAsync(incident, page, cancellationToken);
                })
            );
        }
    }

    private async Task SpeakAllAsync(int incident, CancellationToken cancellationToken)
    {
        while (await engine.OwedAsync(incident, Lane.Channel, cancellationToken) is { Count: > 0 } pending)
        {
            var first = pending[0];
            if (!IsOvertaken(first, pending.Skip(1)))
            {
                await effects.RunAsync(incident, first, cancellationToken);
            }

            await engine.DoneAsync(incident, first, cancellationToken);
        }

        await ShowTogetherAsync(incident, cancellationToken);
        if (await engine.FindAsync(incident, cancellationToken) is { IsOpen: false })
        {
            publisher.Forget(incident);
        }
    }

    /// <summary>
    /// Draws the card of all hosts again where this incident is one of them; until it is posted, and where it has no name and cannot be
    /// edited, its founder's own turn will.
    /// </summary>
    private async Task ShowTogetherAsync(int incident, CancellationToken cancellationToken)
    {
        var together = new ShowCard(new PostKey(CardKind.Gathering, default));
        if (
            await engine.FindAsync(incident, cancellationToken) is { Founder: { } number }
            && await engine.FindAsync(number, cancellationToken) is { } founder
            && founder.Posts.GetValueOrDefault(together.Post) is { Length: > 0 }
        )
        {
            await publisher.ShowAsync(founder, together, cancellationToken);
        }
    }

    // An edit that a later edit of the same post replaces need not be sent; a new post always is.
    private static bool IsOvertaken(Outstanding first, IEnumerable<Outstanding> rest) =>
        first.Effect is ShowCard show
        && first.Incident.Posts.ContainsKey(show.Post)
        && rest.Any(later => later.Effect is ShowCard next && next.Post == show.Post);

    private async Task TellNewsAsync(CancellationToken cancellationToken)
    {
        await foreach (var (sentence, logged) in signals.News.ReadAllAsync(cancellationToken))
        {
            try
            {
                await publisher.AnnounceAsync(sentence, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                log.LogWarning(exception, "The channel could not be told something that the log tells next: {Sentence}", logged);
            }
        }
    }
}
