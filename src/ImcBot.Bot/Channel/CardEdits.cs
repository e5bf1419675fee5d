using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Sends edits of one message at most once a pace, the newest alone; what stands last always goes out, at the end without waiting. An edit
/// is drawn when it is sent, and only as many are on their way at once as the app may send in a second: when thousands of cards change at
/// once, what is posted must not stand behind them.
/// </summary>
internal sealed class CardEdits(IOptions<ChannelOptions> options, TimeProvider time, ILogger<CardEdits> log) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _room = new(Pace.OfApp[0].Most);
    private readonly Dictionary<(string Thread, string Id), Waiting> _waiting = [];
    private readonly CancellationTokenSource _stopping = new();

    public void Take(string thread, string activityId, Func<Task<Message?>> draw, Func<Message, Task> send)
    {
        lock (_lock)
        {
            if (_waiting.TryGetValue((thread, activityId), out var waiting))
            {
                waiting.Newest = draw;
                return;
            }

            waiting = _waiting[(thread, activityId)] = new Waiting { Newest = draw };
            waiting.Loop = SendAllAsync((thread, activityId), waiting, send);
        }
    }

    /// <summary>Sends what waits at once.</summary>
    public async Task DrainAsync()
    {
        await _stopping.CancelAsync();
        Task[] loops;
        lock (_lock)
        {
            loops = [.. _waiting.Values.Select(waiting => waiting.Loop)];
        }

        await Task.WhenAll(loops);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task SendAllAsync((string Thread, string Id) key, Waiting waiting, Func<Message, Task> send)
    {
        await Task.Yield();
        while (await SendNextAsync(key, waiting, send) is { } pause)
        {
            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>How long until the next may be sent; null when nothing waits.</summary>
    private async Task<TimeSpan?> SendNextAsync((string Thread, string Id) key, Waiting waiting, Func<Message, Task> send)
    {
        await _room.WaitAsync();
        try
        {
            return Next(key, waiting) is { } draw ? await SendAsync(key, waiting, draw, send) : null;
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<TimeSpan> SendAsync(
        (string Thread, string Id) key,
        Waiting waiting,
        Func<Task<Message?>> draw,
        Func<Message, Task> send
    )
    {
        try
        {
            if (await draw() is { } drawn)
            {
                waiting.Unsent = drawn;
            }

            if (waiting.Unsent is { } message)
            {
                await send(message);
                waiting.Unsent = null;
                message.Stands?.Invoke();
            }
        }
        catch (ChannelException exception)
        {
            log.LogWarning(exception, "An edit of {Activity} in {Thread} was not taken.", key.Id, key.Thread);
            if (exception.MayPass && !_stopping.IsCancellationRequested)
            {
                waiting.TryAgain(static () => Task.FromResult<Message?>(null), _lock);
                return Patience;
            }

            waiting.Unsent = null;
        }
        catch (Exception exception)
        {
            log.LogError(exception, "The newest state of {Activity} in {Thread} could not be drawn.", key.Id, key.Thread);
            if (!_stopping.IsCancellationRequested)
            {
                waiting.TryAgain(draw, _lock);
                return Patience;
            }
        }

        return options.Value.EditPace;
    }

    private Func<Task<Message?>>? Next((string Thread, string Id) key, Waiting waiting)
    {
        lock (_lock)
        {
            var draw = waiting.Newest;
            waiting.Newest = null;
            if (draw is null)
            {
                _waiting.Remove(key);
            }

            return draw;
        }
    }

    private sealed class Waiting
    {
        public Func<Task<Message?>>? Newest { get; set; }

        /// <summary>What was drawn and not taken; it is sent unless something newer is drawn.</summary>
        public Message? Unsent { get; set; }

        public Task Loop { get; set; } = Task.CompletedTask;

        public void TryAgain(Func<Task<Message?>> draw, Lock theLock)
        {
            lock (theLock)
            {
                Newest ??= draw;
            }
        }
    }
}
