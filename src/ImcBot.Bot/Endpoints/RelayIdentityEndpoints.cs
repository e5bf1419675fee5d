using ImcBot.Bot.Chat;
using ImcBot.Bot.Entra;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;

namespace ImcBot.Bot.Endpoints;

/// <summary>How a relay becomes known: its enrolment, its greeting, and a new key.</summary>
internal static class RelayIdentityEndpoints
{
    /// <summary>Protocol versions served: this one and the one before.</summary>
    public const int Protocol = 1,
        OldestProtocol = 1;

    public static async Task<IResult> EnrolAsync(HttpContext http, RelayEnrolment enrolment, EntraRelays entra)
    {
        var body = await http.ReadRelayAsync<Enrolment>();

        var foreign = entra.Has(body.Host)
            ? await entra.RefuseAsync(body.Host, Bearer.Of(http.Request.Headers.Authorization), http.RequestAborted)
            : null;
        var (enrolled, refusal) = await enrolment.EnrolAsync(body, foreign, http.RequestAborted);
        return enrolled is null ? JsonBody.Refuse(StatusCodes.Status403Forbidden, refusal!) : JsonBody.Answer(enrolled);
    }

    public static async Task<IResult> GreetAsync(
        HttpContext http,
        RelayRegister relays,
        IncidentEngine engine,
        GrantIssuer grants,
        RunbookRepository runbooks,
        ChangeSignals signals,
        TimeProvider clock
    )
    {
        var hello = await http.ReadRelayAsync<Hello>();

        if (hello.Protocol < OldestProtocol || hello.Oldest > Protocol)
        {
            return JsonBody.Refuse(
                StatusCodes.Status426UpgradeRequired,
                $"This bot speaks protocol {OldestProtocol} to {Protocol}, the relay {hello.Oldest} to {hello.Protocol}. Update the "
                    + "older side; the bot first."
            );
        }

        if (RelayRegister.Spell(hello.Host) != http.Relay().Host)
        {
            return JsonBody.Refuse(
                StatusCodes.Status403Forbidden,
                $"{http.Relay().Id} was enrolled for {http.Relay().Host}, not for this host. Enrol it again."
            );
        }

        await relays.GreetAsync(http.Relay().Id, hello, http.RequestAborted);
        await engine.IntroduceAsync(http.Relay().Host, hello.Profile, http.RequestAborted);
        var subjects = runbooks.SubjectsOf(hello.Subjects);
        if (subjects.Problems.Count > 0)
        {
            signals.TellOf(
                http.Relay().Id,
                $"The relay {http.Relay().Id} for {http.Relay().Host}: {string.Join(' ', subjects.Problems)} Correct 'subjects' in "
                    + "its relay.json and start it again."
            );
        }

        var left = (await engine.ListOpenAsync(http.RequestAborted)).Where(incident =>
            incident.Relay == http.Relay().Id
            && subjects.All.All(one => !one.Name.Equals(incident.Subject, StringComparison.OrdinalIgnoreCase))
        );
        foreach (var incident in left)
        {
            signals.TellOf(
                http.Relay().Id,
                $"{incident.Name} is about '{incident.Subject}', which the settings of {incident.Host}'s relay no longer list: "
                    + "another outage there opens an incident of its own. "
                    + "List the subject under that name again, or close the incident."
            );
        }

        return JsonBody.Answer(
            new Welcome(Math.Min(Protocol, hello.Protocol), http.Relay().Id, clock.Micros(), grants.Notice, subjects.Watches)
        );
    }

    /// <summary>
    /// A relay's new key. The old one has signed this request's assertion, or the one in the body where the request has none; that of the
    /// new one stands in the body.
    /// </summary>
    public static async Task<IResult> ChangeKeyAsync(
        HttpContext http,
        RelayRegister relays,
        RelayGuard guard,
        EntraRelays entra,
        ChangeSignals signals
    )
    {
        var change = await http.ReadRelayAsync<RelayKeyChange>();

        var relay = http.Relay();
        if (RelayKey.TryRead(change.PublicKey) is not { } key || !await guard.IsSignedAsync(change.Proof, relay.Id, key))
        {
            return JsonBody.Refuse(
                StatusCodes.Status400BadRequest,
                "The new key must be a P-256 key as a JWK, with an assertion that it has signed."
            );
        }

        if (
            entra.Has(relay.Host)
            && (
                RelayKey.TryRead(relay.PublicKey) is not { } old
                || change.OldProof is null
                || !await guard.IsSignedAsync(change.OldProof, relay.Id, old)
            )
        )
        {
            return JsonBody.Refuse(
                StatusCodes.Status400BadRequest,
                "A relay that signs in with Entra must send an assertion of its old key too, which so vouches for the new one."
            );
        }

        if (change.PublicKey == relay.PublicKey)
        {
            // The relay did not hear that its new key was taken, and asks again.
            return Results.NoContent();
        }

        if (!await relays.ChangeKeyAsync(relay.Id, relay.PublicKey, change.PublicKey, http.RequestAborted))
        {
            return JsonBody.Refuse(StatusCodes.Status409Conflict, "The key was changed by another request meanwhile.");
        }

        signals.Tell(
            $"The relay {relay.Id} has changed its key; the old one has signed for the new one, whose fingerprint is "
                + $"{KeyPrint.InGroups(change.PublicKey)}. Revoke the relay if nobody of you did that."
        );
        return Results.NoContent();
    }
}
