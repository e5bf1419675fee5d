using System.CommandLine;
using ImcBot.Bot.Relays;

namespace ImcBot.Bot.Commands;

/// <summary>Looks after relays at the bot's own console, for when the chat cannot be reached.</summary>
internal static class RelayCommand
{
    /// <summary>Who decided, in the register, when it was done here.</summary>
    private const string Console = "console";

    public static Command Create()
    {
        var list = new Command("list", "Lists the relays.");
        list.SetAction(ListAsync);
        var relay = new Argument<string>("relay") { Description = "The relay's id." };
        var revoke = new Command("revoke", "Revokes a relay: it is turned away from its next request on.") { relay };
        revoke.SetAction((parsed, token) => RevokeAsync(parsed, parsed.GetRequiredValue(relay), token));
        return new Command("relay", "Lists and revokes relays.") { list, revoke };
    }

    private static async Task ListAsync(ParseResult parsed, CancellationToken token)
    {
        using var archive = await Archive.OpenAsync(parsed, token);
        var relays = await archive.Relays.ListAsync(token);
        BotCommand.Print(
            parsed,
            relays.Count == 0 ? "There are no relays." : string.Join(Environment.NewLine, relays.Select(row => $"{row.Id}  {row.Host}  {row.State}  {row.Version}")),
            relays.Select(row => new { row.Id, row.Host, row.State, row.Version, row.HeardAt }));
    }

    private static async Task RevokeAsync(ParseResult parsed, string relay, CancellationToken token)
    {
        using var archive = await Archive.OpenAsync(parsed, token);
        if (!await archive.Relays.MoveAsync(relay, RelayRegister.Confirmed, RelayRegister.Revoked, Console, token)
            && !await archive.Relays.MoveAsync(relay, RelayRegister.Waiting, RelayRegister.Revoked, Console, token))
        {
            throw new CommandException($"There is no relay '{relay}' that could be revoked; 'imcbot relay list' names them.");
        }

        BotCommand.Print(parsed, $"{relay} is revoked.", new { Relay = relay, State = RelayRegister.Revoked });
    }
}
