namespace ImcBot.Lab.Server.Processes;

/// <summary>Exit codes by which a service process tells why it ended; any other code is a crash.</summary>
internal static class ChildExit
{
    public const int Stopped = 0;

    /// <summary>The mail service shut itself down after a fatal error (event 4102).</summary>
    public const int FatalError = 21;

    /// <summary>The store stopped because its drive is full (ESE -529).</summary>
    public const int DiskFull = 22;

    /// <summary>Stands for STATUS_ACCESS_VIOLATION, of which Unix keeps only the low byte.</summary>
    public const int AccessViolation = 5;
}
