using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>What administrators do about relays in the chat. A code is only ever given privately.</summary>
internal sealed class RelayAdministration(RelayEnrolment relays, ChannelPublisher publisher)
{
    private static string CodeMinutes => $"{RelayEnrolment.CodeLife.TotalMinutes:0}";

    public async Task<Reply> DoAsync(Relaying asked, Person by, Sent? card, CancellationToken cancellationToken)
    {
        if (!by.Holds(Role.Administrator))
        {
            return new Reply("Only an administrator may do that (OnCall:Roles:administrator).");
        }

        try
        {
            return asked.What switch
            {
                "add" => new Reply(
                    $"The code is in your private chat. It is good for {CodeMinutes} minutes and one use.",
                    Private: $"Code for a relay on {Words.Escape(asked.Name, 60)}, {CodeMinutes} minutes, one use:\n\n`"
                        + $"{await relays.CreateCodeAsync(asked.Name, by.Id, cancellationToken)}`"
                ),
                "confirm" => Settle(asked.Name, await relays.ConfirmAsync(asked.Name, by.Id, cancellationToken), by, card),
                "revoke" => Settle(asked.Name, await relays.RevokeAsync(asked.Name, by.Id, cancellationToken), by, card),
                _ => List(await relays.ListAsync(cancellationToken)),
            };
        }
        catch (InvalidOperationException refusal)
        {
            throw new Unclear(refusal.Message);
        }
    }

    /// <summary>The card that asked loses its button: what it asked is answered.</summary>
    private Reply Settle(string relay, string sentence, Person by, Sent? card)
    {
        publisher.Settle(relay, $"{sentence} ({by.Name})", card);
        return Reply.Of(sentence);
    }

    private static Reply List(IReadOnlyList<string> relays) =>
        relays.Count == 0
            ? new Reply("No relay is enrolled. 'relay add HOST' makes a code for one.")
            : new Reply(null, CardJson.Write(lines => NoticeCard.Lines("Relays", "", [.. relays.Select(relay => ("", relay))], lines)));
}
