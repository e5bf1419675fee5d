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
    /// The rule for both on one card: whoever satisfies it satisfies each of them. Of two roles on the ladder the senior decides, and each
    /// rule's seats there are met by seats as senior; of a role beside it the larger number signs; the ban on approving one's own holds for
    /// all.
    /// </summary>
    public ApprovalRule With(ApprovalRule rider)
    {
        var senior = Approvals.Role.IsSenior(rider.Role, Role) ? rider.Role : Role;
        var (own, joining) = (SeatsUnder(senior), rider.SeatsUnder(senior));
        string[] seats = [.. Climbing(own, joining), .. Beside(own, joining)];
        var first = seats.Contains(senior, StringComparer.Ordinal) ? senior : seats[0];
        return new ApprovalRule(
            first,
            OtherPerson || rider.OtherPerson,
            seats.Count(seat => seat == first),
            [.. seats.Where(seat => seat != first)]
        );
    }

    /// <summary>The seats where this rule's own role leaves the decision to its senior.</summary>
    private IReadOnlyList<string> SeatsUnder(string senior) =>
        Approvals.Role.IsSenior(senior, Role) ? [.. Enumerable.Repeat(senior, Count), .. CoSign ?? []] : Seats;

    /// <summary>The most senior of both decide in the first seat, the next in the second.</summary>
    private static IEnumerable<string> Climbing(IReadOnlyList<string> own, IReadOnlyList<string> joining)
    {
        var (mine, theirs) = (OnLadder(own), OnLadder(joining));
        return Enumerable
            .Range(0, Math.Max(mine.Length, theirs.Length))
            .Select(seat =>
                seat >= mine.Length || (seat < theirs.Length && Approvals.Role.IsSenior(theirs[seat], mine[seat]))
                    ? theirs[seat]
                    : mine[seat]
            );
    }

    private static IEnumerable<string> Beside(IReadOnlyList<string> own, IReadOnlyList<string> joining) =>
        own.Concat(joining)
            .Where(role => Approvals.Role.Rank(role) < 0)
            .Distinct(StringComparer.Ordinal)
            .SelectMany(role => Enumerable.Repeat(role, Math.Max(own.Count(role.Equals), joining.Count(role.Equals))));

    private static string[] OnLadder(IReadOnlyList<string> seats) =>
        [.. seats.Where(seat => Approvals.Role.Rank(seat) >= 0).OrderByDescending(Approvals.Role.Rank)];
}
