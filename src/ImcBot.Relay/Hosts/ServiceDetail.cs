namespace ImcBot.Relay.Hosts;

/// <summary>Whether people want a service to run.</summary>
internal enum ServiceIntent
{
    Unknown,
    Wanted,

    /// <summary>Switched off: it is not started with the system.</summary>
    Disabled,

    /// <summary>Switched off so that nothing can start it.</summary>
    Masked,

    /// <summary>Something else starts it when it is needed.</summary>
    OnDemand,
}

/// <summary>How a service ended last.</summary>
internal enum ServiceEnd
{
    Unknown,

    /// <summary>It was told to, or had done its work.</summary>
    Orderly,
    ExitCode,
    Signal,
    CoreDump,
    OutOfMemory,

    /// <summary>Start or stop took longer than its manager waits.</summary>
    Timeout,

    /// <summary>It gave no sign of life.</summary>
    Watchdog,

    /// <summary>It was started too often and is started no more until that is reset.</summary>
    StartLimit,

    /// <summary>What it needs could not be had: files, memory, rights.</summary>
    Resources,

    /// <summary>It died, and nobody was there to tell how.</summary>
    Died,

    /// <summary>It should run and was never begun since the system was.</summary>
    NeverStarted,
}

/// <summary>What a service manager tells of a service beside its state.</summary>
/// <param name="Code">Exit code, or the number of the signal; 0 where there is none.</param>
/// <param name="Restarts">How often the manager has started it again by itself since somebody did.</param>
/// <param name="TriggeredBy">What starts it when it is needed.</param>
/// <param name="StopsAlong">What stops when it is stopped.</param>
/// <param name="KilledAfter">How long after a stop its processes are killed; null: never, or not known.</param>
/// <param name="CanReload">Whether it reads its settings again without a restart.</param>
internal sealed record ServiceDetail(
    ServiceIntent Intent,
    ServiceEnd End,
    int Code,
    int Restarts,
    IReadOnlyList<string> TriggeredBy,
    IReadOnlyList<string> StopsAlong,
    TimeSpan? KilledAfter,
    bool CanReload
)
{
    /// <summary>
    /// Tells one way to start, stop and reload it from another; null where its manager alone decides. Whoever approves a start approves
    /// this one.
    /// </summary>
    public string? Way { get; init; }

    /// <summary>
    /// Nothing from before this has to do with how it ended: server clock, Unix microseconds; 0 where that is not known.
    /// </summary>
    public long After { get; init; }
}
