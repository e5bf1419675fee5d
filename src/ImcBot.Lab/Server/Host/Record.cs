namespace ImcBot.Lab.Server.Host;

/// <summary>
/// One change of the practice host: who did what to which thing. <c>By</c> is the relay's claim, a service, or "console".
/// </summary>
internal sealed record RecordEntry(int N, long At, string By, string What, string Target, string? Detail);

/// <summary>The server's own record of everything done to it; nobody can write to it from outside.</summary>
internal sealed class Record(string folder, TimeProvider time) : IDisposable
{
    public const string Console = "console";

    /// <summary>Who did something that does not say for which run: the transcript tells that, by the time.</summary>
    public const string Caller = "caller";

    /// <summary>What was asked of a service, and what became of it.</summary>
    public const string Start = "start",
        Stop = "stop",
        Kill = "kill",
        Killed = "killed",
        Running = "running",
        Stopped = "stopped",
        Died = "died";

    private readonly AppendedList<RecordEntry> entries = new(Path.Combine(folder, "record.jsonl"));

    public void Write(string by, string what, string target, string? detail = null) => Write(time.UnixMicros(), by, what, target, detail);

    /// <summary>What was done at a time before, by whoever wrote it down then.</summary>
    public void Write(long at, string by, string what, string target, string? detail = null) =>
        entries.Append(n => new RecordEntry(n, at, by, what, target, detail));

    public IReadOnlyList<RecordEntry> After(int n) => entries.After(n);

    public void Dispose() => entries.Dispose();
}
