using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>What administrators do about relays in the chat. A code is only ever given privately.</summary>
internal sealed class Administration(IRelayDesk relays)
{
    public async Task<Reply> DoAsync(Relaying asked, Person by, CancellationToken token)
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
                    "The code is in your private chat. It is good for 10 minutes and one use.",
                    Private: $"Code for a relay on {Words.Escape(asked.Name, 60)}, 10 minutes, one use:\n\n`{await relays.CreateCodeAsync(asked.Name, by.Id, token)}`"),
                "confirm" => new Reply(Words.Escape(await relays.ConfirmAsync(asked.Name, by.Id, token), 1000)),
                "revoke" => new Reply(Words.Escape(await relays.RevokeAsync(asked.Name, by.Id, token), 1000)),
                _ => List(await relays.ListAsync(token)),
            };
        }
        catch (InvalidOperationException refusal)
        {
            throw new Unclear(refusal.Message);
        }
    }

    private static Reply List(IReadOnlyList<string> relays) => relays.Count == 0
        ? new Reply("No relay is enrolled. 'relay add HOST' makes a code for one.")
        : new Reply(null, CardJson.Write(lines => NoticeCard.Lines("Relays", "", [.. relays.Select(relay => ("", relay))], lines)));
}
