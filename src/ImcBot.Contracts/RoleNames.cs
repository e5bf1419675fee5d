namespace ImcBot.Contracts;

/// <summary>Names of roles that stand in policies, rosters and runbooks of every version.</summary>
public static class RoleNames
{
    /// <summary>Whoever the items of a queue belong to; decides alone about deleting them.</summary>
    public const string ItemOwner = "mail-owner";
}
