namespace ImcBot.Relay.Session;

/// <summary>Acting is for one at a time: an approved run, a recovery, safe rest or a deadline.</summary>
internal sealed class ActingTurn(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _free = new(1, 1);
    private int _changes;

    /// <summary>Changes whenever somebody begins or ends to act.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>Waits for the turn and runs the work in it.</summary>
    public async Task<T> TakeAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _changes);
        try
        {
            return await work();
        }
        finally
        {
            Interlocked.Increment(ref _changes);
            _free.Release();
        }
    }

    /// <inheritdoc cref="TakeAsync{T}"/>
    public Task TakeAsync(Func<Task> work, CancellationToken cancellationToken) =>
        TakeAsync(
            async () =>
            {
                await work();
                return true;
            },
            cancellationToken
        );

    /// <summary>Waits until nobody acts; nobody begins after that. False when it took longer.</summary>
    public async Task<bool> CloseAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        try
        {
            await _free.WaitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _free.Dispose();
}
