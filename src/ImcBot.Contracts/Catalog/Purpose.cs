namespace ImcBot.Contracts;

/// <summary>What a catalog entry is to the walk of any runbook, so that nothing has to know it by its id.</summary>
public enum Purpose
{
    /// <summary>Nothing that the walk looks for: only the runbook names it.</summary>
    Unknown,

    /// <summary>Asks whether a service runs.</summary>
    Running,

    /// <summary>Asks whether the service answers to its users.</summary>
    Answers,

    /// <summary>Starts a service.</summary>
    Start,

    /// <summary>Stops a service and starts it again.</summary>
    Restart,

    /// <summary>Has a running service read its settings again.</summary>
    Reload,

    /// <summary>Ends the process of a service that neither works nor stops.</summary>
    End,

    /// <summary>Searches the queue for the bad item, round by round; it starts the service by itself.</summary>
    Search,

    /// <summary>Puts items back that a search holds.</summary>
    Return,

    /// <summary>Puts items back that the service itself has laid aside.</summary>
    Replay,

    /// <summary>Deletes held items for good.</summary>
    Delete,

    /// <summary>Shows the head of a held item to one person.</summary>
    Headers,
}
