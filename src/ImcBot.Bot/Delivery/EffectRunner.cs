using ImcBot.Bot.Channel;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Delivery;

/// <summary>Carries out one effect that the channel or the paging services are owed, until it is done or given up.</summary>
internal sealed class EffectRunner(
    IncidentEngine engine,
    Journals journal,
    ChannelPublisher publisher,
    IPager pager,
    TranscriptWriter transcripts,
    ChangeSignals signals,
    TimeProvider clock,
    ILogger<EffectRunner> log,
    TranscriptVault? vault = null
)
{
    /// <summary>After so many failures that are not the network's an effect is given up, because the next ones matter more.</summary>
    public const int Tries = 5;

    public async Task RunAsync(int incident, Outstanding one, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; )
        {
            try
            {
                await SpeakAsync(incident, one, cancellationToken);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !DatabaseErrors.IsFull(exception))
            {
                failures += MayPass(exception, one.Effect) ? 0 : 1;
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
                    await TellGivenUpAsync(incident, one, exception, cancellationToken);
                    return;
                }
            }

            await Task.Delay(Pause(failures), clock, cancellationToken);
        }
    }

    /// <summary>
    /// Whether it is tried until it comes through. A transcript is not: one person's chat that takes nothing must not hold up the thread.
    /// </summary>
    private static bool MayPass(Exception exception, Effect effect) =>
        effect is not GiveTranscript
        && (exception is ChannelException { MayPass: true } or HttpRequestException or TimeoutException or TaskCanceledException);

    /// <summary>Whoever was told that something comes, or goes, is told that it did not.</summary>
    private async Task TellGivenUpAsync(int incident, Outstanding one, Exception why, CancellationToken cancellationToken)
    {
        switch (one.Effect)
        {
            case ShowCard or Say:
                await engine.TellAsync(incident, at => new Unposted(at, (one.Effect as ShowCard)?.Post, why.Message), cancellationToken);
                break;
            case Page page:
                // What stopped it is not known, so neither is how far it came; its words may hold a paging service's secret address.
                await engine.TellAsync(
                    incident,
                    at => new Paged(at, page.Number, Sent: false, "an error in ImcBot, which is in its log", Unsure: true),
                    cancellationToken
                );
                break;
            case Gather gather:
                var others = string.Join(", ", gather.Tell.Select(static other => $"INC-{other}"));
                signals.Tell(
                    $"{one.Incident.Name} is one of an outage of several hosts, and {others} could not be told so: the card of all "
                        + "hosts may lack one. Look into each thread."
                );
                break;
            case GiveTranscript:
                signals.Tell(
                    $"The transcript of {one.Incident.Name} could not be given in private. Ask for it again, or write it with "
                        + $"'imcbot export {one.Incident.Name}'."
                );
                break;
            case Redact redact:
                signals.Tell(
                    $"The texts of entry {redact.Entry} of {one.Incident.Name} could not be removed from the record. Ask for it once more."
                );
                break;
            default:
                throw new InvalidOperationException($"Nobody is told that '{one.Effect.GetType().Name}' was given up.");
        }
    }

    private static TimeSpan Pause(int failures) => TimeSpan.FromSeconds(1 << Math.Max(1, failures));

    private async Task SpeakAsync(int incident, Outstanding one, CancellationToken cancellationToken)
    {
        switch (one.Effect)
        {
            case ShowCard show:
                await BeginAsync(one, cancellationToken);
                await ShowAsync(one.Incident, show, cancellationToken);
                break;
            case Say say:
                await BeginAsync(one, cancellationToken);
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
            case GiveTranscript export:
                var (name, content) = await transcripts.WriteAsync(incident, export.Format, cancellationToken);
                await publisher.DeliverAsync(one.Incident, export.To, name, content, cancellationToken);
                await StoreAsync(incident, name, content, cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"Nothing is known about carrying out '{one.Effect.GetType().Name}'.");
        }
    }

    private async Task ShowAsync(Incident incident, ShowCard show, CancellationToken cancellationToken)
    {
        if (await publisher.ShowAsync(incident, show, cancellationToken) is { } posted)
        {
            await engine.TellAsync(incident.Number, posted, cancellationToken);
        }
    }

    /// <summary>Nothing goes into a thread that was never begun: where the incident's first card was given up, it comes first.</summary>
    private async Task BeginAsync(Outstanding one, CancellationToken cancellationToken)
    {
        if (
            one is { Incident.Thread: null, Effect: not ShowCard { Post.Kind: CardKind.Incident or CardKind.Gathering } }
            && await engine.FindAsync(one.Incident.Number, cancellationToken) is { Thread: null } now
        )
        {
            await ShowAsync(now, new ShowCard(new PostKey(CardKind.Incident, default)), cancellationToken);
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
            signals.Tell(
                $"{name} was given, but could not be kept in the vault. Look at Bot:Vault and the rights there, then export again."
            );
        }
    }
}
