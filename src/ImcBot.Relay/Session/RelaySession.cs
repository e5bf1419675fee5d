using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using Microsoft.Extensions.Logging;

namespace ImcBot.Relay.Session;

/// <summary>The relay at work: greets the bot, polls, carries reports and alerts, and guards an open search when nobody speaks.</summary>
internal sealed class RelaySession(
    IBotGateway bot,
    RunExecutor desk,
    Courier courier,
    AlertWatch alerts,
    BotClock clock,
    GrantKeys keys,
    Site site,
    RelayLedger ledger,
    RelayPolicy policy,
    IReadOnlyList<Subject>? subjects,
    string ownPrint,
    ILogger<RelaySession> log
)
{
    /// <summary>So long may an open search wait for a word from the bot before it goes to safe rest (design: "if abandoned").</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    /// <summary>So long a stop waits for a run under way; systemd's TimeoutStopSec must be longer.</summary>
    public static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(9);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PatientCalls _calls = new(site.Time, ownPrint, log);
    private long _heard;

    /// <summary>Runs until cancelled. Throws <see cref="RevokedException"/> when the bot has revoked this relay.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _heard = site.Time.GetTimestamp();
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> loops =
        [
            KeepAsync(RecoverAsync, all.Token),
            KeepAsync(PollAsync, all.Token),
            KeepAsync(CarryAsync, all.Token),
            KeepAsync(alerts.RunAsync, all.Token),
            KeepAsync(GuardAsync, all.Token),
        ];
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
            log.LogWarning(
                "A run is still under way after {Minutes} min; the relay stops all the same and will tell it as unknown.",
                LongestStop.TotalMinutes
            );
        }
    }

    /// <summary>The bot's time.</summary>
    private async Task<long> GreetAsync(CancellationToken cancellationToken)
    {
        var hello = Introduction.Of(site.Host.Name, site.Profile, policy, ledger.Stand, subjects);
        var welcome = await bot.HelloAsync(hello, cancellationToken) ?? throw new JsonException("The greeting was answered with nothing.");
        clock.Hear(welcome.BotTime);
        TellClock(TimeSpan.FromMicroseconds(Clock.Micros(site.Time.GetUtcNow()) - welcome.BotTime));
        await keys.TakeAsync(welcome.GrantKeys);
        alerts.Take(welcome.Watches);
        if (welcome.Watches is not { Count: > 0 })
        {
            log.LogWarning(
                "Nothing is watched here: {Why}. Incidents of this host are opened by people and by outside alerts alone.",
                welcome.Watches is null
                    ? "this bot is older than this program and does not say what to look out for; update it"
                    : "no runbook of the bot watches anything on this host"
            );
        }

        log.LogInformation("Connected as {Relay} for {Host}.", welcome.Relay, site.Host.Name);
        _known.TrySetResult();
        return welcome.BotTime;
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        var isKnown = false;
        while (true)
        {
            var (work, receipt) = await _calls.CallAsync(
                async () =>
                {
                    if (!isKnown)
                    {
                        var told = await GreetAsync(cancellationToken);
                        isKnown = true;
                        return (new Work(told, []), new Receipt(site.Time.GetTimestamp(), ""));
                    }

                    try
                    {
                        return await NextAsync(cancellationToken);
                    }
                    catch (Exception exception) when (exception.GetBaseException() is NotTheBotException)
                    {
                        // Another bot may be there when it is over, one of an earlier version too: it is greeted anew.
                        isKnown = false;
                        throw;
                    }
                },
                cancellationToken
            );
            foreach (var job in work.Jobs)
            {
                _ = TakeAsync(job, receipt, cancellationToken);
            }
        }
    }

    private async Task<(Work Work, Receipt Receipt)> NextAsync(CancellationToken cancellationToken)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var work = await bot.PollAsync(
            new Poll([.. desk.UnderWay, .. ledger.Untold()], ledger.NewestRuns(), alerts.Watching, nonce),
            cancellationToken
        );
        if (work is null || work.Jobs.Contains(null!))
        {
            throw new JsonException("The poll was answered with nothing.");
        }

        var received = site.Time.GetTimestamp();
        clock.Hear(work.BotTime);
        Volatile.Write(ref _heard, received);
        desk.HandOver(work.TakenOver);
        await keys.TakeAsync(work.GrantKeys);
        alerts.Take(work.Watches);
        return (work, new Receipt(received, nonce));
    }

    private async Task TakeAsync(Job job, Receipt receipt, CancellationToken cancellationToken)
    {
        try
        {
            await desk.TakeAsync(job, receipt, cancellationToken);
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

    /// <summary>Only to a bot that has been greeted: until then nobody can tell its answers from others'.</summary>
    private async Task CarryAsync(CancellationToken cancellationToken)
    {
        await _known.Task.WaitAsync(cancellationToken);
        while (true)
        {
            await _calls.CallAsync(
                async () =>
                {
                    await courier.DeliverAsync(bot, cancellationToken);
                    return true;
                },
                cancellationToken
            );
            await ledger.FilledAsync(cancellationToken);
        }
    }

    /// <summary>
    /// A run that looks lost may be under way in another process of this relay; where the bot does not answer, nobody can know, and what
    /// was begun comes to rest.
    /// </summary>
    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        await _calls.MayWork.WaitAsync(cancellationToken);
        await desk.Unasked.RecoverAsync(cancellationToken);
    }

    private async Task GuardAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Tick, site.Time, cancellationToken);
            if (_calls.IsTurnedAway)
            {
                continue;
            }

            await desk.Unasked.TakeBackOverdueAsync(cancellationToken);
            var isAbandoned = site.Time.GetElapsedTime(Volatile.Read(ref _heard)) >= Abandoned && ledger.UnrestingSearch() is not null;
            if ((isAbandoned || desk.Unasked.MustRest) && !desk.IsTakenOver)
            {
                await desk.Unasked.RestAsync(cancellationToken);
            }
        }
    }

    private Task KeepAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        Backoff.KeepAsync(work, site.Time, log, cancellationToken);

    /// <summary>Before it is so far that the bot refuses what this relay signs, and where the relay signs in by other means.</summary>
    private void TellClock(TimeSpan ahead)
    {
        if (ahead.Duration() > RelayAssertion.Skew)
        {
            log.LogWarning("This host's clock is {Apart} the bot's; set it.", RelayAssertion.Words(ahead));
        }
    }
}

/// <summary>The bot no longer takes this relay.</summary>
internal sealed class RevokedException(string message) : Exception(message);
