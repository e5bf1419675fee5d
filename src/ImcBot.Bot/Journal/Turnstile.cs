namespace ImcBot.Bot.Journal;

/// <summary>Lets one through at a time, in order.</summary>
internal sealed class Turnstile
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Whoever disposes what is returned lets the next one through.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken token)
    {
        await _gate.WaitAsync(token);
        return new Inside(_gate);
    }

    private sealed class Inside(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
