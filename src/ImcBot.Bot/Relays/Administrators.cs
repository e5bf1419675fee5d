namespace ImcBot.Bot.Relays;

/// <summary>Who may enrol, confirm and revoke relays, by Entra object id (<c>OnCall:Roles:administrator</c>).</summary>
internal sealed class Administrators(IConfiguration configuration)
{
    public bool Include(string personId) =>
        (configuration.GetSection("OnCall:Roles:administrator").Get<string[]>() ?? []).Contains(personId, StringComparer.OrdinalIgnoreCase);
}
