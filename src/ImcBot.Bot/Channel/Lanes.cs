using System.Collections.Concurrent;

namespace ImcBot.Bot.Channel;

/// <summary>One lane for each conversation: what enters first is done first, and one thing at a time.</summary>
internal sealed class Lanes
{
    private readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    public Task<T> RunAsync<T>(string conversation, Func<Task<T>> work) => _lanes.GetOrAdd(conversation, static _ => new Lane()).Run(work);

    /// <summary>Completes when everything that entered so far is done.</summary>
    public Task DrainAsync() => Task.WhenAll(_lanes.Values.Select(lane => lane.Run(static () => Task.FromResult(true))));

    private sealed class Lane
    {
        private readonly Lock _lock = new();
        private Task _last = Task.CompletedTask;

        public Task<T> Run<T>(Func<Task<T>> work)
        {
            lock (_lock)
            {
                var mine = AfterAsync(_last, work);
                _last = mine;
                return mine;
            }
        }

        private static async Task<T> AfterAsync<T>(Task before, Func<Task<T>> work)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            return await work();
        }
    }
}
