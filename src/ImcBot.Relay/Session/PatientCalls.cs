using System.Net;
using System.Text.Json;
using ImcBot.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Refit;

namespace ImcBot.Relay.Session;

/// <summary>Calls the bot until it answers, and tells once what keeps it from answering.</summary>
internal sealed class PatientCalls(TimeProvider time, string ownPrint, ILogger log)
{
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isTurnedAway;

    /// <summary>Whether another process of this relay works in its place, by the bot's last answer.</summary>
    public bool IsTurnedAway => _isTurnedAway;

    /// <summary>Ends once it is known that no other process of this relay works in its place, or that nobody can know.</summary>
    public Task MayWork => _heard.Task;

    /// <summary>Calls the bot until it answers.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time);
        var since = time.GetTimestamp();
        string? told = null;
        while (true)
        {
            try
            {
                var answer = await call();
                _isTurnedAway = false;
                _heard.TrySetResult();
                if (told is not null)
                {
                    log.LogInformation("The bot answers again after {Seconds:0} s.", time.GetElapsedTime(since).TotalSeconds);
                }

                return answer;
            }
            catch (ApiException exception) when (exception.StatusCode is HttpStatusCode.Conflict)
            {
                _isTurnedAway = true;
                Tell(ref told, BotSaid.In(exception));
            }
            catch (ApiException exception) when ((int)exception.StatusCode >= (int)HttpStatusCode.MultipleChoices)
            {
                _heard.TrySetResult();
                Tell(ref told, Reason(exception));
            }
            catch (Exception exception) when (exception is not (RevokedException or SqliteException))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _heard.TrySetResult();
                Tell(
                    ref told,
                    exception.GetBaseException() switch
                    {
                        NotTheBotException stranger => stranger.Message,
                        JsonException unreadable =>
                            $"The bot's answer cannot be used ({unreadable.Message.TrimEnd('.')}); update the older of bot and "
                                + "relay. What is to be told waits on disk.",
                        var cause => $"The bot does not answer ({cause.Message.TrimEnd('.')}); what is to be told waits on disk.",
                    }
                );
            }

            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }

    private string Reason(ApiException exception) =>
        exception.StatusCode switch
        {
            HttpStatusCode.Unauthorized
                when exception.Headers.Date is { } date && RelayAssertion.ClockProblem(time.GetUtcNow() - date) is { } problem =>
                $"The bot answered 401: {problem}.",
            HttpStatusCode.Forbidden when !IsUnconfirmed(exception) => $"The bot turns this relay away: {BotSaid.In(exception)}",
            HttpStatusCode.Forbidden =>
                $"Waiting until an administrator confirms this relay in the channel: its key's fingerprint is {ownPrint}.",
            HttpStatusCode.Gone when BotAnswers.IsProven(exception) => throw new RevokedException(
                "The bot has revoked this relay; enrol it again."
            ),
            HttpStatusCode.UpgradeRequired when BotAnswers.IsProven(exception) => throw new RevokedException(
                "Bot and relay share no protocol version; update the older one."
            ),
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
