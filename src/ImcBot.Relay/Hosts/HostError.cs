namespace ImcBot.Relay.Hosts;

/// <summary>
/// Why a server said no, in kinds that every system has. Which number of which system stands behind one, only its driver knows.
/// </summary>
internal enum HostError
{
    /// <summary>A reason that nobody acts on; the sentence says it.</summary>
    Other,
    NotFound,
    Denied,

    /// <summary>Something else has it open.</summary>
    InUse,

    /// <summary>The server did not answer at all, so that nothing is known of it.</summary>
    NoAnswer,
    Full,

    /// <summary>The name is taken.</summary>
    Exists,

    /// <summary>It is another than the one that was seen.</summary>
    Changed,
    DependantsRun,
    AlreadyRunning,
    NotStarted,

    /// <summary>A scanner took it for a virus.</summary>
    Infected,
}
