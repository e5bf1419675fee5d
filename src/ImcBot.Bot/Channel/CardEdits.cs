using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>Sends edits of one message at most once a pace, newest first; what stands last always goes out, at the end without waiting.</summary>
internal sealed class CardEdits(IOptions<ChannelOptions> options, TimeProvider time, ILogger<CardEdits> log) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Thread, string Id), Waiting> _waiting = [];
    private readonly CancellationTokenSource _stopping = new();

    public void Take(string thread, string activityId, Message message, Func<Message, Task> send)
    {
        lock (_lock)
        {
            if (_waiting.TryGetValue((thread, activityId), out var waiting))
            {
                waiting.Newest = message;
                return;
            }

            waiting = _waiting[(thread, activityId)] = new Waiting { Newest = message };
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
        while (Next(key, waiting) is { } message)
        {
            var pause = options.Value.EditPace;
            try
            {
                await send(message);
            }
            catch (ChannelException exception)
            {
                log.LogWarning(exception, "An edit of {Activity} in {Thread} was not taken.", key.Id, key.Thread);
                if (exception.MayPass && !_stopping.IsCancellationRequested)
                {
                    waiting.Restore(message, _lock);
                    pause = Patience;
                }
            }

            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Message? Next((string Thread, string Id) key, Waiting waiting)
    {
        lock (_lock)
        {
            var message = waiting.Newest;
            waiting.Newest = null;
            if (message is null)
            {
                _waiting.Remove(key);
            }

            return message;
        }
    }

    private sealed class Waiting
    {
        public Message? Newest { get; set; }

        public Task Loop { get; set; } = Task.CompletedTask;

        public void Restore(Message message, Lock theLock)
        {
            lock (theLock)
            {
                Newest ??= message;
            }
        }
    }
}
