using Microsoft.Extensions.Options;

namespace ImcBot.Bot.OnCall;

/// <summary>Who holds which role now.</summary>
internal sealed class Duty(IOptions<OnCallOptions> options)
{
    /// <summary>The roles of a person, by Entra object id.</summary>
    public IReadOnlyList<string> RolesOf(string personId) =>
        [.. Role.All.Where(role => Holders(role).Contains(personId, StringComparer.OrdinalIgnoreCase))];

    public IReadOnlyList<string> Holders(string role) => options.Value.Roles.TryGetValue(role, out var people) ? people : [];
}
