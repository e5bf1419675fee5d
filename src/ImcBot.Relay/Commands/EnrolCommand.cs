using System.CommandLine;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Session;
using Refit;

namespace ImcBot.Relay.Commands;

/// <summary>
/// <c>enrol --code CODE</c>: makes the relay's key, sends its public half, takes the bot's grant keys if they are those the code names.
/// </summary>
internal static class EnrolCommand
{
    public static Command Create()
    {
        var code = new Option<string>("--code")
        {
            Description =
                "The code an administrator was given; without it, or as '-', it is read from standard input, where no list of "
                + "processes shows it",
            DefaultValueFactory = _ => "-",
        };
        return new Command("enrol", "Enrols this relay with a one-use code, read from standard input or a file: enrol < FILE")
        {
            code,
        }.Doing(
            async (options, parsed, json, cancellationToken) =>
                await EnrolAsync(
                    options,
                    parsed.GetValue(code) is { } given and not "-" ? given : await AskedAsync(cancellationToken),
                    json,
                    cancellationToken
                )
        );
    }

    private static async Task<string> AskedAsync(CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync("Paste the code that the administrator was given, and press Enter:");
        }

        return (await Console.In.ReadLineAsync(cancellationToken) ?? "").Trim();
    }

    private static async Task<int> EnrolAsync(RelayOptions options, string text, bool json, CancellationToken cancellationToken)
    {
        if (!EnrolmentCode.TryParse(text, out var code) || !Uri.TryCreate(code.Url, UriKind.Absolute, out var bot))
        {
            await Console.Error.WriteLineAsync("That is no enrolment code; copy it whole from the channel.");
            return RelayCommand.WrongUse;
        }

        if (bot.Scheme != Uri.UriSchemeHttps && !bot.IsLoopback)
        {
            await Console.Error.WriteLineAsync(
                $"The code names {code.Url}; over a network the bot must be reached by https. Set the bot's public address and ask "
                    + "for a new code."
            );
            return RelayCommand.NotDone;
        }

        var host = await Driver.ConnectAsync(options, TimeProvider.System, cancellationToken);
        var since = await host.Machine.TimeAsync(cancellationToken);
        using var key = RelayKey.Open(options.KeyFile);
        var ledger = OwnLedger.Identify(options.LedgerFile);
        Enrolled enrolled;
        try
        {
            enrolled = await Gateways
                .EnrolmentDesk(code.Url, options.Entra)
                .EnrolAsync(new Enrolment(code.Secret, host.Name, key.PublicKey), cancellationToken);
        }
        catch (ApiException exception)
        {
            await Console.Error.WriteLineAsync($"The bot refused the code ({(int)exception.StatusCode}): {BotSaid.In(exception)}");
            return RelayCommand.NotDone;
        }
        catch (Exception exception) when (exception is ApiRequestException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(
                exception.GetBaseException() is NotTheBotException stranger
                    ? stranger.Message
                    : $"The bot at {code.Url} does not answer ({exception.GetBaseException().Message.TrimEnd('.')})."
            );
            return RelayCommand.NotDone;
        }

        if (KeyPrint.Of(enrolled.GrantKeys) != code.Fingerprint)
        {
            await Console.Error.WriteLineAsync(
                "The bot's grant keys are not those the code names: somebody may stand between. Nothing was kept here; do not "
                    + "confirm the relay that the channel now shows, and tell your administrator."
            );
            return RelayCommand.NotDone;
        }

        new Membership(code.Url, enrolled.Relay, host.Name, enrolled.GrantKeys, since, ledger).Write(options.MembershipFile);
        var print = KeyPrint.Of(key.PublicKey);
        Output.Write(
            json,
            new PrintedEnrolment(enrolled.Relay, host.Name, print),
            $"Enrolled as {enrolled.Relay} for {host.Name}. An administrator must now confirm the fingerprint "
                + $"{KeyPrint.InGroups(key.PublicKey)} in the channel."
        );
        return RelayCommand.Done;
    }
}
