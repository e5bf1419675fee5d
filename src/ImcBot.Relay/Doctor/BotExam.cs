using System.Net;
using System.Security.Authentication;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Session;
using Refit;

namespace ImcBot.Relay.Doctor;

/// <summary>Greets the bot with the relay's own key, as the relay does at its start.</summary>
internal sealed class BotExam(RelayOptions options, TimeProvider time)
{
    public async Task<Diagnosis> LookAsync(CancellationToken cancellationToken)
    {
        if (Membership.Read(options.MembershipFile) is not { } membership)
        {
            return Diagnosis.Bad("bot", "cannot be asked before the relay is enrolled.");
        }

        using var key = RelayKey.Read(options.KeyFile);
        using var database = new Database(options.LedgerFile);
        var hello = Introduction.Of(membership.Host, options.Profile, options.Policy, new RelayLedger(database).Stand, options.Subjects);
        try
        {
            var welcome = await Gateways.Gateway(membership, key, options.Entra, time).HelloAsync(hello, cancellationToken);
            return welcome is null ? Diagnosis.Bad("bot", $"{membership.Bot} answers with nothing; update the older of bot and relay.")
                : RelayAssertion.ClockProblem(TimeSpan.FromMicroseconds(Clock.Micros(time.GetUtcNow()) - welcome.BotTime)) is { } problem
                    ? Diagnosis.Bad("bot", $"{problem}.")
                : Diagnosis.Good("bot", $"{membership.Bot} knows this relay as {welcome.Relay}");
        }
        catch (ApiException exception)
        {
            return Refused(exception, key);
        }
        catch (Exception exception) when (exception is ApiRequestException or HttpRequestException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Diagnosis.Bad(
                "bot",
                exception.GetBaseException() switch
                {
                    NotTheBotException stranger => stranger.Message,
                    AuthenticationException flaw =>
                        $"the certificate of {membership.Bot} is wrong: {flaw.Message}. Mend it at the bot's proxy, or trust its "
                            + "issuer on this host.",
                    var cause => $"{membership.Bot} does not answer: {cause.Message.TrimEnd('.')}. Look at its address, the proxy and the "
                        + "firewall; the relay needs https to it, outbound.",
                }
            );
        }
    }

    private Diagnosis Refused(ApiException exception, RelayKey key)
    {
        var problem = exception.Headers.Date is { } date ? RelayAssertion.ClockProblem(time.GetUtcNow() - date) : null;
        var said = BotSaid.In(exception);
        return exception.StatusCode switch
        {
            HttpStatusCode.Unauthorized when problem is not null => Diagnosis.Bad("bot", $"{problem}."),
            _ when said.Contains("another relay", StringComparison.Ordinal) => Diagnosis.Bad(
                "bot",
                $"another relay is enrolled for this host. {said}"
            ),
            HttpStatusCode.Forbidden when said.Contains("confirmed", StringComparison.Ordinal) => Diagnosis.Bad(
                "bot",
                $"waits for an administrator: compare the fingerprint {KeyPrint.InGroups(key.PublicKey)} in the channel "
                    + "and confirm it there."
            ),
            HttpStatusCode.Gone or HttpStatusCode.Forbidden or HttpStatusCode.UpgradeRequired => Diagnosis.Bad("bot", said),
            _ => Diagnosis.Bad("bot", $"answers {(int)exception.StatusCode}: {said}"),
        };
    }
}
