using System.Net;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using Microsoft.Extensions.Logging;
using Refit;

namespace ImcBot.Relay.Session;

/// <summary>The relay at work: greets the bot, polls, carries reports and alerts, and guards an open search when nobody speaks.</summary>
internal sealed class RelaySession(
    IBotGateway bot, JobDesk desk, Courier courier, AlertWatch alerts, BotClock clock, GrantKeys keys, Site site, RelayLedger ledger, RelayPolicy policy, string ownPrint, ILogger<RelaySession> log)
{
    /// <summary>So long may an open search wait for a word from the bot before it goes to safe rest (design: "if abandoned").</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    /// <summary>So long a stop waits for a run under way; systemd's TimeoutStopSec must be longer.</summary>
    public static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(9);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private long _heard;

    /// <summary>Runs until cancelled. Throws <see cref="RevokedException"/> when the bot has revoked this relay.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _heard = site.Time.GetTimestamp();
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> loops = [KeepAsync(RecoverAsync, all.Token), KeepAsync(PollAsync, all.Token), KeepAsync(CarryAsync, all.Token), KeepAsync(alerts.RunAsync, all.Token), KeepAsync(GuardAsync, all.Token)];
        try
        {
            while (loops.Count > 0)
            {
                var ended = await Task.WhenAny(loops);
                loops.Remove(ended);
                await ended;
            }
        }
        finally
        {
            await all.CancelAsync();
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SettleAsync();
        }
    }

    /// <summary>A run under way ends before the relay does, and its report stays on disk: half a move is worse than a late stop.</summary>
    private async Task SettleAsync()
    {
        if (!await desk.SettleAsync(LongestStop))
        {
            log.LogWarning("A run is still under way after {Minutes} minutes; the relay stops all the same and will tell it as unknown.", LongestStop.TotalMinutes);
        }
    }

    private async Task HelloAsync(CancellationToken cancellationToken)
    {
        var hello = Introduction.Of(site.Host.Name, site.Profile, policy);
        var welcome = await CallAsync(() => bot.HelloAsync(hello, cancellationToken), cancellationToken);
        clock.Hear(welcome.BotTime);
        await keys.TakeAsync(welcome.GrantKeys);
        alerts.Take(welcome.Watches);
        log.LogInformation("Connected as {Relay} for {Host}.", welcome.Relay, site.Host.Name);
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        await HelloAsync(cancellationToken);
        while (true)
        {
            var work = await CallAsync(() => bot.PollAsync(new Poll(desk.UnderWay, ledger.NewestRuns(), alerts.Watching), cancellationToken), cancellationToken);
            clock.Hear(work.BotTime);
            var received = site.Time.GetTimestamp();
            Volatile.Write(ref _heard, received);
            desk.HandOver(work.TakenOver);
            await keys.TakeAsync(work.GrantKeys);
            alerts.Take(work.Watches);
            foreach (var job in work.Jobs)
            {
                _ = TakeAsync(job, received, cancellationToken);
            }
        }
    }

    private async Task TakeAsync(Job job, long received, CancellationToken cancellationToken)
    {
        try
        {
            await desk.TakeAsync(job, received, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.LogInformation("{Run} was not begun: the relay is stopping.", job.Run);
        }
        catch (Exception exception)
        {
            log.LogError(exception, "{Run} broke off.", job.Run);
        }
    }

    private async Task CarryAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await CallAsync(async () =>
            {
                await courier.DeliverAsync(bot, cancellationToken);
                return true;
            }, cancellationToken);
            await ledger.FilledAsync(cancellationToken);
        }
    }

    private Task RecoverAsync(CancellationToken cancellationToken) => desk.RecoverAsync(cancellationToken);

    private async Task GuardAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Tick, site.Time, cancellationToken);
            await desk.TakeBackOverdueAsync(cancellationToken);
            var isAbandoned = site.Time.GetElapsedTime(Volatile.Read(ref _heard)) >= Abandoned && ledger.UnrestingSearch() is not null;
            if ((isAbandoned || desk.MustRest) && !desk.IsTakenOver)
            {
                await desk.RestAsync(cancellationToken);
            }
        }
    }

    /// <summary>Repeats work until it succeeds: a server that does not answer now may answer in a while, and a full disk may have room again.</summary>
    private async Task KeepAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(site.Time);
        while (true)
        {
            try
            {
                await work(cancellationToken);
                return;
            }
            catch (HostException exception)
            {
                log.LogWarning("{Reason}", exception.Message);
                await Task.Delay(backoff.Next(), site.Time, cancellationToken);
            }
        }
    }

    /// <summary>Calls the bot until it answers.</summary>
    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(site.Time);
        string? told = null;
        while (true)
        {
            try
            {
                return await call();
            }
            catch (ApiException exception)
            {
                Tell(ref told, Reason(exception));
            }
            catch (Exception exception) when (exception is ApiRequestException or HttpRequestException or OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Tell(ref told, $"The bot does not answer ({exception.Message}); what is to be told waits on disk.");
            }

            await Task.Delay(backoff.Next(), site.Time, cancellationToken);
        }
    }

    private string Reason(ApiException exception) => exception.StatusCode switch
    {
        HttpStatusCode.Forbidden when !IsUnconfirmed(exception) => $"The bot turns this relay away: {BotSaid.In(exception)}",
        HttpStatusCode.Forbidden => $"Waiting until an administrator confirms this relay in the channel: its key's fingerprint is {ownPrint}.",
        HttpStatusCode.Gone => throw new RevokedException("The bot has revoked this relay; enrol it again."),
        HttpStatusCode.UpgradeRequired => throw new RevokedException("Bot and relay share no protocol version; update the older one."),
        _ => $"The bot answered {(int)exception.StatusCode}: {BotSaid.In(exception)}",
    };

    /// <summary>A 403 also tells of a relay that was enrolled for another host; only the one for confirmation passes by waiting.</summary>
    private static bool IsUnconfirmed(ApiException exception) => exception.Content?.Contains("confirmed", StringComparison.Ordinal) == true;

    private void Tell(ref string? told, string reason)
    {
        if (told != reason)
        {
            log.LogWarning("{Reason}", reason);
            told = reason;
        }
    }
}

/// <summary>The bot no longer takes this relay.</summary>
internal sealed class RevokedException(string message) : Exception(message);
