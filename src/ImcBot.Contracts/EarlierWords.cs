namespace ImcBot.Contracts;

/// <summary>Words of runbooks of earlier versions, which incidents of that time still carry.</summary>
public static class EarlierWords
{
    /// <summary>Today <c>queue-not-the-cause</c>.</summary>
    public const string QueueNotTheCause = "spool-not-the-cause";
}
