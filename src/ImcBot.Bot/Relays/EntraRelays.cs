using ImcBot.Bot.Entra;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Relays;

/// <summary>
/// The hosts whose relays sign in with Entra (<see cref="EntraOptions.Relays"/>): for them the token of their app is the only proof.
/// </summary>
internal sealed class EntraRelays(EntraTokens tokens, IOptions<EntraOptions> options)
{
    private readonly Dictionary<string, string> _apps = options.Value.Relays.ToDictionary(
        pair => RelayRegister.Spell(pair.Value),
        pair => pair.Key,
        StringComparer.Ordinal
    );

    public bool Has(string host) => _apps.ContainsKey(RelayRegister.Spell(host));

    /// <summary>
    /// Why this token does not speak for this host, as a sentence, or null: it is of the app that is listed for the host.
    /// </summary>
    public async Task<string?> RefuseAsync(string host, string? token, CancellationToken cancellationToken)
    {
        var app = token is null ? null : await tokens.ReadAsync(token, cancellationToken);
        return app is not { IsApp: true }
                ? $"{host} signs in with Entra: send a token that its app got for this bot, in this tenant. Nothing else counts, no "
                    + "client assertion either."
            : !string.Equals(app.ObjectId, _apps.GetValueOrDefault(RelayRegister.Spell(host)), StringComparison.OrdinalIgnoreCase)
                ? $"The app {app.ObjectId} does not stand for {host} (Entra:Relays)."
            : null;
    }
}
