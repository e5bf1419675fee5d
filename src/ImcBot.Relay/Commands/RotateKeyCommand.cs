using System.CommandLine;
using ImcBot.Contracts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Session;
using Refit;

namespace ImcBot.Relay.Commands;

/// <summary>
/// <c>rotate-key</c>: makes a new key and has the old one sign for it. With the relay stopped; broken off, it is simply called again.
/// </summary>
internal static class RotateKeyCommand
{
    public static Command Create() =>
        new Command("rotate-key", "Puts a new key in place of the relay's own; stop the relay first").Doing(
            (options, _, json, cancellationToken) => RotateAsync(options, json, TimeProvider.System, cancellationToken)
        );

    private static async Task<int> RotateAsync(RelayOptions options, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        using var alone = DataFolder.Lock(options);
        if (Membership.Read(options.MembershipFile) is not { } membership || !File.Exists(options.KeyFile))
        {
            await Console.Error.WriteLineAsync("This relay is not enrolled yet; enrolling makes its key.");
            return RelayCommand.NotDone;
        }

        var draft = options.KeyFile + ".next";
        using var old = RelayKey.Read(options.KeyFile);
        using var next = RelayKey.Open(draft);
        var refusal = await AskAsync(old);

        // The bot may have taken the new key before an earlier call was broken off: then the new one is what it knows the relay by, and
        // stays.
        if (refusal is not null && await AskAsync(next) is not null)
        {
            await Console.Error.WriteLineAsync($"The bot did not take the new key: {refusal} The old one stays.");
            return RelayCommand.NotDone;
        }

        var print = KeyPrint.Of(next.PublicKey);
        using (var database = new Database(options.LedgerFile))
        {
            new RelayLedger(database).KeepHandover(print, old.HandOver(next, Hosts.Clock.Micros(time.GetUtcNow())));
        }

        File.Move(draft, options.KeyFile, overwrite: true);
        Output.Write(
            json,
            new PrintedKey(print),
            $"The relay has a new key with the fingerprint {KeyPrint.InGroups(next.PublicKey)}; the channel shows the same. Start "
                + "the relay again."
        );
        return RelayCommand.Done;

        Task<string?> AskAsync(RelayKey vouching)
        {
            var change = new RelayKeyChange(
                next.PublicKey,
                Gateways.Assert(membership.Relay, next, time),
                Gateways.Assert(membership.Relay, vouching, time)
            );
            return SendAsync(Gateways.Gateway(membership, vouching, options.Entra, time), change, cancellationToken);
        }
    }

    /// <summary>Null when the bot agreed, else what it said.</summary>
    private static async Task<string?> SendAsync(IBotGateway bot, RelayKeyChange change, CancellationToken cancellationToken)
    {
        try
        {
            await bot.ChangeKeyAsync(change, cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is ApiException or ApiRequestException or HttpRequestException)
        {
            return exception is ApiException refusal ? BotSaid.In(refusal) : exception.Message;
        }
    }
}
