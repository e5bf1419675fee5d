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
        var anyway = new Option<bool>("--although-it-holds-items", "--although-it-holds-mail")
        {
            Description = "Also when it holds items that nobody owns: for a relay that is not to be trusted.",
        };
        var revoke = new Command("revoke", "Revokes a relay: it is turned away from its next request on.") { relay, anyway };
        revoke.SetAction(
            (parsed, cancellationToken) => RevokeAsync(parsed, parsed.GetRequiredValue(relay), parsed.GetValue(anyway), cancellationToken)
        );
        return new Command("relay", "Lists and revokes relays.") { list, revoke };
    }

    private static async Task ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var archive = await Archive.OpenAsync(parsed, cancellationToken);
        var relays = await archive.Relays.ListAsync(cancellationToken);
        BotCommand.Print(
            parsed,
            relays.Count == 0
                ? "There are no relays."
                : string.Join(Environment.NewLine, relays.Select(row => $"{row.Id}  {row.Host}  {row.State}  {row.Version}")),
            relays.Select(row => new
            {
                row.Id,
                row.Host,
                row.State,
                row.Version,
                row.HeardAt,
            })
        );
    }

    private static async Task RevokeAsync(ParseResult parsed, string relay, bool anyway, CancellationToken cancellationToken)
    {
        using var archive = await Archive.OpenAsync(parsed, cancellationToken);
        var open = await archive.OpenIncidentsAsync(cancellationToken);
        try
        {
            await (
                anyway
                    ? Revocation.RevokeAllTheSameAsync(archive.Relays, relay, Console, cancellationToken)
                    : Revocation.RevokeAsync(archive.Relays, open, relay, Console, cancellationToken)
            );
        }
        catch (InvalidOperationException refusal)
        {
            throw new CommandException(refusal.Message, refusal);
        }

        var held = Revocation.Held(open, relay);
        BotCommand.Print(
            parsed,
            held is null ? $"{relay} is revoked." : $"{relay} is revoked. It leaves behind: {held}",
            new
            {
                Relay = relay,
                State = RelayRegister.Revoked,
                Held = held,
            }
        );
    }
}
