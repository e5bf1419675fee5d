namespace ImcBot.Core.Incidents;

/// <summary>Somebody in the team, as an authenticated activity named them.</summary>
/// <param name="Id">Entra object id, in small letters.</param>
/// <param name="Name">Display name.</param>
/// <param name="Roles">The roles the bot resolved when the fact happened, such as <c>on-call</c>.</param>
internal sealed record Person(string Id, Sealed Name, IReadOnlyList<string> Roles)
{
    public bool Holds(string role) => Roles.Contains(role, StringComparer.Ordinal);

    public bool Equals(Person? other) => other is not null && Id == other.Id;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Id);
}
