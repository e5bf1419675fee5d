using System.Net;
using System.Security.Authentication;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Session;
using Refit;

namespace ImcBot.Relay.Doctor;

/// <summary>Greets the bot with the relay's own key, as the relay does at its start.</summary>
internal sealed class BotExam(RelayOptions options, TimeProvider time)
{
    /// <summary>A client assertion lives four minutes: from two minutes apart on, some are refused.</summary>
    private static readonly TimeSpan MostApart = TimeSpan.FromMinutes(2);

    public async Task<Diagnosis> LookAsync(CancellationToken cancellationToken)
    {
        if (Membership.Read(options.MembershipFile) is not { } membership)
        {
            return Diagnosis.Bad("bot", "cannot be asked before the relay is enrolled.");
        }

        using var key = RelayKey.Open(options.KeyFile);
        var hello = Introduction.Of(membership.Host, options.Profile, options.Policy);
        try
        {
            var welcome = await Gateways.Gateway(membership, key, options.Entra, time).HelloAsync(hello, cancellationToken);
            var apart = TimeSpan.FromMicroseconds(Math.Abs(welcome.BotTime - Clock.Micros(time.GetUtcNow())));
            return apart < MostApart ? Diagnosis.Good("bot", $"{membership.Bot} knows this relay as {welcome.Relay}") : Apart(apart);
        }
        catch (ApiException exception)
        {
            return Refused(exception, key);
        }
        catch (Exception exception) when (exception is ApiRequestException or HttpRequestException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Diagnosis.Bad("bot", Causes(exception).OfType<AuthenticationException>().Any()
                ? $"the certificate of {membership.Bot} is wrong: it is not trusted here, has expired, or names another host. Mend it at the bot's proxy, or trust its issuer on this host."
                : $"{membership.Bot} does not answer: {exception.GetBaseException().Message.TrimEnd('.')}. Look at its address, the proxy and the firewall; the relay needs https to it, outbound.");
        }
    }

    private Diagnosis Refused(ApiException exception, RelayKey key)
    {
        var apart = exception.Headers.Date is { } date ? (date - time.GetUtcNow()).Duration() : TimeSpan.Zero;
        var said = BotSaid.In(exception);
        return exception.StatusCode switch
        {
            HttpStatusCode.Unauthorized when apart > MostApart => Apart(apart),
            _ when said.Contains("another relay", StringComparison.Ordinal) => Diagnosis.Bad("bot", $"another relay is enrolled for this host. {said}"),
            HttpStatusCode.Forbidden when said.Contains("confirmed", StringComparison.Ordinal) =>
                Diagnosis.Bad("bot", $"waits for an administrator: compare the fingerprint {KeyPrint.Of(key.PublicKey)} in the channel and confirm it there."),
            HttpStatusCode.Gone or HttpStatusCode.Forbidden or HttpStatusCode.UpgradeRequired => Diagnosis.Bad("bot", said),
            _ => Diagnosis.Bad("bot", $"answers {(int)exception.StatusCode}: {said}"),
        };
    }

    private static Diagnosis Apart(TimeSpan apart) =>
        Diagnosis.Bad("bot", $"this host's clock and the bot's are {apart.TotalMinutes:0} minutes apart, so what the relay signs is refused; set this host's clock.");

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }
}
