namespace ImcBot.Contracts;

/// <summary>Names that stand in policies, rosters, runbooks and incidents of every version.</summary>
public static class KeptNames
{
    /// <summary>The role of whoever the items of a queue belong to; decides alone about deleting them.</summary>
    public const string ItemOwner = "mail-owner";

    /// <summary>In runbooks of earlier versions; today <c>queue-not-the-cause</c>.</summary>
    public const string QueueNotTheCause = "spool-not-the-cause";
}
