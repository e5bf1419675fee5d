namespace ImcBot.Relay.Hosts;

/// <summary>What a check or an action may need of the server's operating system beyond what every user may.</summary>
internal enum Right
{
    /// <summary>To read logs, and folders of others.</summary>
    Reading,

    /// <summary>To see what other processes hold open.</summary>
    Processes,

    /// <summary>To delete and move files of others, and to leave a copy to their owner.</summary>
    Files,

    /// <summary>To start, stop, reload and end services.</summary>
    Services,

    /// <summary>To shrink the system's journal.</summary>
    Journal,

    /// <summary>To run programs that the policy names; what each may need, it asks for itself.</summary>
    Programs,
}
