namespace ImcBot.Core.Incidents;

/// <summary>
/// What people may tell an incident, typed or clicked. The typed word is the camelCase name with hyphens (<c>start-once</c>).
/// </summary>
internal enum CommandVerb
{
    Unknown,
    Status,
    Why,
    Take,
    Hand,

    /// <summary>Ask the approvers for the remedy that is offered.</summary>
    Ask,

    /// <summary>Ask for a plain start, changing nothing else.</summary>
    StartOnce,

    /// <summary>Leave KB order as the card recommends.</summary>
    Recommended,
    Skip,
    Retry,

    /// <summary>A manual step was done.</summary>
    Done,
    Pause,
    Resume,
    Stop,
    Takeover,
    Escalate,
    Close,
    Undo,
    Note,
    Messages,
    Export,
    Help,

    /// <summary>Take one's own answer back, or an approval that has not begun.</summary>
    Retract,

    /// <summary>Somebody looks at what waits: nobody else is called for a while.</summary>
    OnIt,

    /// <summary>Name who reviews what was done by break-glass.</summary>
    Review,

    /// <summary>Give something left open an owner and a date, or say that it is done.</summary>
    FollowUp,

    /// <summary>End the search here: keep suspects held.</summary>
    End,

    /// <summary>Go on separating suspects.</summary>
    GoOn,

    /// <summary>The service works already: only watch.</summary>
    Watch,

    /// <summary>The service works, but walk the article anyway.</summary>
    Walk,

    /// <summary>Remove the texts of an entry from the record, by its number; the entry itself stays.</summary>
    Redact,
}
