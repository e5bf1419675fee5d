namespace ImcBot.Bot.Incidents;

/// <summary>One incident's place in memory: whoever is inside is alone with it.</summary>
internal sealed class Mailbox
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Null when it must be read from the journal first.</summary>
    public Recalled? State { get; set; }

    /// <summary>Number of the newest entry that this process has seen: a journal that ends before it was cut.</summary>
    public int Seen { get; set; }

    /// <summary>Up to which step of the clock the incident has been told, see <see cref="EngineClock.Read"/>.</summary>
    public long Steps { get; set; }

    public async Task<Exit> EnterAsync(CancellationToken token)
    {
        await _gate.WaitAsync(token);
        return new Exit(_gate);
    }

    internal readonly struct Exit(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
