using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Relays;

/// <summary>The one way to revoke a relay, in the chat and at the console. Mail that it holds and nobody owns would be forgotten.</summary>
internal static class Revocation
{
    /// <param name="open">The incidents that are not closed.</param>
    /// <param name="by">Who decides: an administrator's object id, or the console.</param>
    /// <exception cref="InvalidOperationException">It holds mail without an owner, or there is no such relay; the message is a
    /// sentence.</exception>
    public static Task RevokeAsync(
        RelayRegister relays,
        IReadOnlyList<Incident> open,
        string relay,
        string by,
        CancellationToken cancellationToken
    ) =>
        Held(open, relay) is { } held
            ? throw new InvalidOperationException(held)
            : RevokeAllTheSameAsync(relays, relay, by, cancellationToken);

    /// <summary>Revokes a relay that is not to be trusted, whatever it holds.</summary>
    /// <exception cref="InvalidOperationException">There is no such relay; the message is a sentence.</exception>
    public static async Task RevokeAllTheSameAsync(RelayRegister relays, string relay, string by, CancellationToken cancellationToken)
    {
        if (
            !await relays.MoveAsync(relay, RelayRegister.Confirmed, RelayRegister.Revoked, by, cancellationToken)
            && !await relays.MoveAsync(relay, RelayRegister.Waiting, RelayRegister.Revoked, by, cancellationToken)
        )
        {
            throw new InvalidOperationException($"There is no relay '{relay}' that could be revoked; 'relay list' names them.");
        }
    }

    /// <summary>What the relay holds that nobody owns, and what to do about it, or null.</summary>
    public static string? Held(IReadOnlyList<Incident> open, string relay)
    {
        foreach (var incident in open.Where(incident => incident.Relay == relay))
        {
            if (FollowUp.Of(incident).Find(item => item.Holds != default && item is { Owner: null, DoneAt: null }) is { } unowned)
            {
                return $"{unowned.Text} ({incident.Name}). Nobody owns that, and without its relay only the README.txt beside what "
                    + $"is held helps: 'take INC-{incident.Number}' first, or 'undo {unowned.Holds.Number}'. "
                    + "When the relay itself is not to be trusted: 'imcbot relay revoke --although-it-holds-items' on the bot's host.";
            }
        }

        return null;
    }
}
