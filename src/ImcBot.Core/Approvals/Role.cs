using ImcBot.Contracts;

namespace ImcBot.Core.Approvals;

/// <summary>The roles there are: one list for runbooks, rosters and settings.</summary>
internal static class Role
{
    public const string OnCall = "on-call",
        Lead = "lead",
        OpsLead = "ops-lead",
        Security = "security",
        ItemOwner = KeptNames.ItemOwner,
        Administrator = "administrator";

    /// <summary>
    /// Who may decide for whom: a later role signs for the earlier ones. The others stand beside and sign for themselves alone.
    /// </summary>
    private static readonly string[] Ladder = [OnCall, Lead, OpsLead];

    /// <summary>Roles that a runbook may ask. An administrator looks after relays and approves nothing.</summary>
    public static IReadOnlyList<string> Approvers { get; } = [.. Ladder, Security, ItemOwner];

    public static IReadOnlyList<string> All { get; } = [.. Approvers, Administrator];

    /// <summary>Whether somebody with these roles may sign where this role is asked.</summary>
    public static bool Signs(IReadOnlyList<string> roles, string asked) =>
        roles.Contains(asked, StringComparer.Ordinal) || (Rank(asked) >= 0 && roles.Any(held => Rank(held) > Rank(asked)));

    /// <summary>Whether both stand on the ladder and the one decides for the other.</summary>
    public static bool IsSenior(string role, string than) => Rank(than) >= 0 && Rank(role) > Rank(than);

    /// <summary>The roles that sign where this one is asked: itself, then its seniors.</summary>
    public static IEnumerable<string> SigningFor(string asked) =>
        All.Where(role => Signs([role], asked)).OrderBy(role => role != asked).ThenBy(Rank);

    /// <summary>Place on the ladder; -1 for a role that stands beside it.</summary>
    public static int Rank(string role) => Array.IndexOf(Ladder, role);
}
