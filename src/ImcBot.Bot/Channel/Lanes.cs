namespace ImcBot.Bot.Channel;

/// <summary>
/// One lane for each conversation: what enters first is done first, and one thing at a time. A lane that is empty is gone.
/// </summary>
internal sealed class Lanes
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _last = new(StringComparer.Ordinal);

    /// <summary>How many conversations have something under way.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _last.Count;
            }
        }
    }

    public Task<T> RunAsync<T>(string conversation, Func<Task<T>> work)
    {
        lock (_lock)
        {
            var mine = AfterAsync(_last.GetValueOrDefault(conversation) ?? Task.CompletedTask, work);
            _last[conversation] = mine;
            _ = ForgetAsync(conversation, mine);
            return mine;
        }
    }

    /// <summary>Completes when everything that entered so far is done.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_last.Keys.ToArray().Select(conversation => RunAsync(conversation, static () => Task.FromResult(true))));
        }
    }

    private async Task ForgetAsync(string conversation, Task mine)
    {
        await mine.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            if (_last.GetValueOrDefault(conversation) == mine)
            {
                _last.Remove(conversation);
            }
        }
    }

    private static async Task<T> AfterAsync<T>(Task before, Func<Task<T>> work)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        return await work();
    }
}
