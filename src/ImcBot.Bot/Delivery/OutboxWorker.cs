using ImcBot.Bot.Channel;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Delivery;

/// <summary>
/// Carries out what the channel is owed: at least once, in order within an incident, incidents beside each other. Pages have lanes of their
/// own, one for each incident and role: whoever is called must be called most of all when the channel, or another's paging service, does
/// not answer. Starts with whatever an earlier process left behind. Its
/// end is the end of the host.
/// </summary>
internal sealed class OutboxWorker(
    IncidentEngine engine,
    Journals journal,
    ChannelPublisher publisher,
    IPager pager,
    TranscriptWriter transcripts,
    ChangeSignals bells,
    LeaseHolder replica,
    TimeProvider clock,
    ILogger<OutboxWorker> log,
    TranscriptVault? vault = null
) : BackgroundService
{
    /// <summary>After so many failures that are not the network's an effect is given up, because the next ones matter more.</summary>
    public const int Tries = 5;

    /// <summary>The lanes of an incident: the channel's, and one for the pages of each role.</summary>
    private static readonly string?[] Lanes = [null, .. Role.All];

    private static readonly TimeSpan WhileFull = TimeSpan.FromSeconds(5);

    // A lane is there as long as it has something to carry; true when it was rung meanwhile.
    private readonly Dictionary<(int Incident, string? Role), bool> _lanes = [];
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var news = TellNewsAsync(stoppingToken);
        foreach (var incident in await journal.UnfinishedAsync(stoppingToken))
        {
            bells.RingIncident(incident);
        }

        while (true)
        {
            await await Task.WhenAny(bells.Incidents.WaitToReadAsync(stoppingToken).AsTask(), news, _failure.Task);
            while (bells.Incidents.TryRead(out var incident))
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
                await replica.HoldAsync(LeaseHolder.VoiceOf(incident), () => SpeakAllAsync(incident, cancellationToken), cancellationToken);
            }
            else if ((await PagesAsync(incident, role, cancellationToken)).Count > 0)
            {
                await replica.HoldAsync(
                    LeaseHolder.PagerOf(incident, role),
                    () => PageAllAsync(incident, role, cancellationToken),
                    cancellationToken
                );
            }

            return true;
        }
        catch (Exception exception) when (Journals.IsFull(exception))
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
                    await CarryOutAsync(incident, page, cancellationToken);
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
                await CarryOutAsync(incident, first, cancellationToken);
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
    /// Draws the card of all hosts again where this incident is one of them; until it is posted its founder's own turn will.
    /// </summary>
    private async Task ShowTogetherAsync(int incident, CancellationToken cancellationToken)
    {
        var together = new ShowCard(new PostKey(CardKind.Gathering, default));
        if (
            await engine.FindAsync(incident, cancellationToken) is { Founder: { } number }
            && await engine.FindAsync(number, cancellationToken) is { } founder
            && founder.Posts.ContainsKey(together.Post)
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

    private async Task CarryOutAsync(int incident, Outstanding one, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; )
        {
            try
            {
                await SpeakAsync(incident, one, cancellationToken);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !Journals.IsFull(exception))
            {
                failures += exception
                    is ChannelException { MayPass: true }
                        or HttpRequestException
                        or TimeoutException
                        or TaskCanceledException
                    ? 0
                    : 1;
                log.LogWarning(
                    exception,
                    "INC-{Incident} entry {Seq}: {Effect} did not reach the channel",
                    incident,
                    one.Seq,
                    one.Effect.GetType().Name
                );
                if (failures == Tries)
                {
                    log.LogError("INC-{Incident} entry {Seq}: {Effect} was given up", incident, one.Seq, one.Effect.GetType().Name);
                    if (one.Effect is ShowCard or Say)
                    {
                        await engine.TellAsync(
                            incident,
                            at => new Unposted(at, (one.Effect as ShowCard)?.Post, exception.Message),
                            cancellationToken
                        );
                    }

                    return;
                }
            }

            await Task.Delay(Pause(failures), clock, cancellationToken);
        }
    }

    private static TimeSpan Pause(int failures) => TimeSpan.FromSeconds(1 << Math.Max(1, failures));

    private async Task SpeakAsync(int incident, Outstanding one, CancellationToken cancellationToken)
    {
        switch (one.Effect)
        {
            case ShowCard show:
                if (await publisher.ShowAsync(one.Incident, show, cancellationToken) is { } posted)
                {
                    await engine.TellAsync(incident, posted, cancellationToken);
                }

                break;
            case Say say:
                await publisher.SayAsync(one.Incident, say, cancellationToken);
                break;
            case Page page:
                if (await pager.PageAsync(one.Incident, page, cancellationToken) is { } outcome)
                {
                    await engine.TellAsync(
                        incident,
                        at => new Paged(at, page.Number, outcome.IsSent, outcome.Problem, outcome.IsUnsure),
                        cancellationToken
                    );
                }

                break;
            case Gather gather:
                foreach (var other in gather.Tell)
                {
                    await engine.TellAsync(other, at => new Gathered(at, gather.Founder, incident), cancellationToken);
                }

                break;
            case Redact redact:
                await journal.RemoveTextsAsync(incident, redact.Entry, cancellationToken);
                await engine.ForgetAsync(incident, cancellationToken);
                break;
            case Core.Incidents.Export export:
                var (name, content) = await transcripts.WriteAsync(incident, export.Format, cancellationToken);
                await publisher.DeliverAsync(one.Incident, export.To, name, content, cancellationToken);
                await StoreAsync(incident, name, content, cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"Nothing is known about carrying out '{one.Effect.GetType().Name}'.");
        }
    }

    // Whoever asked has the file; a storage that is away must not make the bot give it again.
    private async Task StoreAsync(int incident, string name, byte[] content, CancellationToken cancellationToken)
    {
        if (vault is null)
        {
            return;
        }

        try
        {
            await vault.KeepAsync(incident, name, content, cancellationToken);
        }
        catch (Exception exception) when (exception is Azure.RequestFailedException or Azure.Identity.AuthenticationFailedException)
        {
            log.LogError(exception, "{Name} could not be kept in the vault", name);
            bells.Tell($"{name} was given, but could not be kept in the vault. Look at Bot:Vault and the rights there, then export again.");
        }
    }

    private async Task TellNewsAsync(CancellationToken cancellationToken)
    {
        await foreach (var (sentence, logged) in bells.News.ReadAllAsync(cancellationToken))
        {
            try
            {
                await publisher.AnnounceAsync(sentence, null, null, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                log.LogWarning(exception, "The channel could not be told something that the log tells next: {Sentence}", logged);
            }
        }
    }
}
