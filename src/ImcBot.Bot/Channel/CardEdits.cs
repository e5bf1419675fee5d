using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Sends edits of one message at most once a pace, the newest alone; what stands last always goes out, at the end without waiting. An edit
/// is drawn when it is sent.
/// </summary>
internal sealed class CardEdits(IOptions<ChannelOptions> options, TimeProvider time, ILogger<CardEdits> log) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
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
        while (Next(key, waiting) is { } draw)
        {
            var pause = options.Value.EditPace;
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
                }
            }
            catch (ChannelException exception)
            {
                log.LogWarning(exception, "An edit of {Activity} in {Thread} was not taken.", key.Id, key.Thread);
                if (exception.MayPass && !_stopping.IsCancellationRequested)
                {
                    waiting.TryAgain(static () => Task.FromResult<Message?>(null), _lock);
                    pause = Patience;
                }
                else
                {
                    waiting.Unsent = null;
                }
            }
            catch (Exception exception)
            {
                log.LogError(exception, "The newest state of {Activity} in {Thread} could not be drawn.", key.Id, key.Thread);
                if (!_stopping.IsCancellationRequested)
                {
                    waiting.TryAgain(draw, _lock);
                    pause = Patience;
                }
            }

            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
