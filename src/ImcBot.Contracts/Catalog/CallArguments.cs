namespace ImcBot.Contracts;

/// <summary>Arguments and answers that the walk itself writes and reads, by the names they have on the wire.</summary>
public static class CallArguments
{
    /// <summary>For how long an action changes something: it ends it by itself.</summary>
    public const string For = "for";

    /// <summary>The service that a call is about.</summary>
    public const string Service = "service";

    /// <summary>The budget of a search, first reached: starts, crashes, minutes.</summary>
    public const string Starts = "starts",
        Crashes = "store-crashes",
        Minutes = "minutes";

    /// <summary>The question whose held items a search goes on with.</summary>
    public const string Continues = "continues";

    /// <summary>The question that items are held under, and which of them, by index.</summary>
    public const string Question = "question",
        Items = "messages",
        Item = "message",
        HeldFor = "held-for";

    /// <summary>For a check: look only at what came after this place of the event log.</summary>
    public const string After = "after";

    /// <summary>In a report: how often the service has crashed, and when (server clock, Unix microseconds, separated by commas).</summary>
    public const string CrashCount = "storeDied",
        CrashTimes = "storeDiedAt";
}
