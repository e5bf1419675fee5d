namespace ImcBot.Core.Approvals;

/// <summary>Who must approve. Everybody gives one signature, whatever roles they hold.</summary>
/// <param name="OtherPerson">Whether the asker may not approve; always so for destructive remedies.</param>
/// <param name="Count">How many people of the role.</param>
/// <param name="CoSign">Roles that sign too, one person each; null for none.</param>
internal sealed record ApprovalRule(string Role, bool OtherPerson, int Count = 1, IReadOnlyList<string>? CoSign = null)
{
    public static ApprovalRule OnCall { get; } = new(Approvals.Role.OnCall, false);

    /// <summary>One place for each signature, named by its role.</summary>
    public IReadOnlyList<string> Seats => [.. Enumerable.Repeat(Role, Count), .. CoSign ?? []];

    /// <summary>In words, such as <c>2 'on-call' and 1 'security'</c>.</summary>
    public string Words => InWords(Seats);

    public static string InWords(IEnumerable<string> seats) =>
        string.Join(" and ", seats.GroupBy(seat => seat, StringComparer.Ordinal).Select(group => $"{group.Count()} '{group.Key}'"));

    /// <summary>
    /// The rule for both on one card: of two roles on the ladder the senior decides, a role beside it co-signs, the larger number and the
    /// ban on
    /// approving one's own hold for all.
    /// </summary>
    public ApprovalRule With(ApprovalRule rider)
    {
        var beside = rider.Role != Role && (Approvals.Role.Rank(Role) < 0 || Approvals.Role.Rank(rider.Role) < 0);
        var senior = !beside && Approvals.Role.Rank(rider.Role) > Approvals.Role.Rank(Role) ? rider.Role : Role;
        string[] signers = [.. CoSign ?? [], .. rider.CoSign ?? [], .. beside ? [rider.Role] : Array.Empty<string>()];
        return new ApprovalRule(
            senior,
            OtherPerson || rider.OtherPerson,
            beside ? Count : Math.Max(Count, rider.Count),
            [.. signers.Where(role => role != senior).Distinct(StringComparer.Ordinal)]
        );
    }
}
