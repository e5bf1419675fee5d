namespace ImcBot.Core.Approvals;

/// <summary>Who holds which role, as the bot knew it when a fact happened.</summary>
/// <param name="Holders">Entra object ids by role, in the order in which they are asked.</param>
internal sealed record DutyRoster(IReadOnlyDictionary<string, IReadOnlyList<string>> Holders)
{
    public static DutyRoster Empty { get; } = new(new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal));

    public IReadOnlyList<string> Of(string role) => Holders.GetValueOrDefault(role) ?? [];

    public IReadOnlyList<string> RolesOf(string personId) =>
        [.. Role.All.Where(role => Of(role).Contains(personId, StringComparer.OrdinalIgnoreCase))];

    public bool Equals(DutyRoster? other) =>
        other is not null && Role.All.All(role => Of(role).SequenceEqual(other.Of(role), StringComparer.OrdinalIgnoreCase));

    public override int GetHashCode() => Of(Role.OnCall).Count;
}
