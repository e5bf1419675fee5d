using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>Somebody to call, under the role for which they are called.</summary>
/// <param name="Person">Entra object id; null for whoever the paging service has for the role.</param>
internal readonly record struct Called(string Role, string? Person);

/// <summary>Whom something is put to: who can do something about it, in the order of the roster, each person once.</summary>
internal static class CallOrder
{
    /// <summary>Minutes after which somebody else is asked than at first, and after which it is somebody of another role.</summary>
    public const int NextAfter = 10,
        SeniorAfter = 20;

    /// <summary>
    /// The role that is called where this one is meant: the next that signs for it while nobody holds it; itself when nobody holds those
    /// either.
    /// </summary>
    public static string For(string role, DutyRoster? roster) =>
        Role.SigningFor(role).FirstOrDefault(signing => roster?.Of(signing).Count > 0) ?? role;

    /// <summary>
    /// Everybody on the roster whose signature this request still takes on this seat: those of its role, then those who sign for it.
    /// </summary>
    public static IEnumerable<Called> Signers(Change request, string seat, DutyRoster roster) =>
        Role.SigningFor(seat)
            .SelectMany(signing => roster.Of(signing).Select(person => new Called(signing, person)))
            .DistinctBy(called => called.Person, StringComparer.OrdinalIgnoreCase)
            .Where(called =>
                ApprovalRules.Refuse(request, new Person(called.Person!.ToLowerInvariant(), called.Person, roster.RolesOf(called.Person)))
                    is null
            );

    /// <summary>
    /// Whom a request is asked of: for each signature that is missing somebody else who may give it, or its role where nobody on the roster
    /// may.
    /// </summary>
    public static IReadOnlyList<Called> First(Change request, DutyRoster? roster) =>
        Each(request, roster, static (_, signers) => signers.FirstOrDefault());

    /// <summary>
    /// Whom it is asked of again after so many minutes. Nobody is called for two steps; when all have been, their role is.
    /// </summary>
    /// <param name="asked">Who has been called for this request so far.</param>
    public static IReadOnlyList<Called> Again(Change request, DutyRoster? roster, long minutes, IReadOnlyCollection<string> asked) =>
        Each(
            request,
            roster,
            (seat, signers) =>
            {
                var others = signers.Where(called => !asked.Contains(called.Person!, StringComparer.OrdinalIgnoreCase)).ToList();
                return minutes < NextAfter ? signers.Except(others).Concat(signers).FirstOrDefault()
                    : minutes < SeniorAfter ? others.FirstOrDefault()
                    : others.Concat(Leads(seat, roster, asked)).OrderBy(called => called.Role == seat).FirstOrDefault();
            }
        );

    /// <summary>A lead signs for nobody beside the ladder, but knows whom to wake.</summary>
    private static IEnumerable<Called> Leads(string seat, DutyRoster? roster, IReadOnlyCollection<string> asked) =>
        roster is null ? [new Called(Role.Lead, null)]
        : Role.Rank(seat) >= 0 ? []
        : roster
            .Of(For(Role.Lead, roster))
            .Except(asked, StringComparer.OrdinalIgnoreCase)
            .Take(1)
            .Select(person => new Called(For(Role.Lead, roster), person));

    private static IReadOnlyList<Called> Each(Change request, DutyRoster? roster, Func<string, IEnumerable<Called>, Called> choose)
    {
        var chosen = new List<Called>();

        // The seat that fewest can fill chooses first.
        foreach (
            var (seat, all) in ApprovalRules
                .Missing(request)
                .Select(seat => (seat, roster is null ? [] : Signers(request, seat, roster).ToList()))
                .OrderBy(seat => seat.Item2.Count)
        )
        {
            var called = choose(seat, all.Where(one => !chosen.Exists(other => other.Person == one.Person)));
            chosen.Add(called.Role is null ? new Called(For(seat, roster), null) : called);
        }

        return [.. chosen.Distinct()];
    }
}
