namespace ImcBot.Core.Incidents;

/// <summary>Whether an incident's service works, as far as is known.</summary>
internal enum Standing
{
    Unknown,
    Down,

    /// <summary>It runs and answers; whether it does its work was not verified yet.</summary>
    Up,

    /// <summary>The runbook's whole verification was clear.</summary>
    Flows,
}

/// <summary>What the relay last said of a service.</summary>
/// <param name="Word">Such as "running" or "stopped"; "not known" where it could not tell.</param>
/// <param name="At">Unix microseconds.</param>
internal readonly record struct ServiceWord(string Word, bool IsRunning, long At);
