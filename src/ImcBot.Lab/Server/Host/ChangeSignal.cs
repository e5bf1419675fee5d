namespace ImcBot.Lab.Server.Host;

/// <summary>Wakes everybody who waits for the next change.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called after each change.</summary>
    public Action? Heard { get; set; }

    /// <summary>Ends at the next change. Taken before the state is looked at, none is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise()
    {
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        Heard?.Invoke();
    }
}
