using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Entra;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Microsoft.AspNetCore.Mvc;

namespace ImcBot.Bot.Endpoints;

/// <summary>The endpoints that relays call. All but enrolment need the proof of a confirmed relay.</summary>
internal static class RelayEndpoints
{
    /// <summary>Protocol versions served: this one and the one before.</summary>
    public const int Protocol = 1,
        OldestProtocol = 1;

    private const int LargestBody = 256 * 1024;
    private const int LargestBlob = 64 * 1024 * 1024;

    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 32 };

    public static void MapRelays(this IEndpointRouteBuilder endpoints)
    {
        var open = endpoints.MapGroup("relay/v1").WithMetadata(new RequestSizeLimitAttribute(LargestBody)).AddEndpointFilter(SignAsync);
        open.MapPost("enrol", EnrolAsync).AddEndpointFilter(OpenDoors.LetInAsync);
        var known = open.MapGroup("").AddEndpointFilter(LetInAsync);
        known.MapPost("hello", GreetAsync);
        known.MapPost("poll", PollAsync);
        known.MapPost("key", ChangeKeyAsync);
        known.MapPost("reports", ReportAsync);
        known.MapPost("alerts", AlertAsync);
        known.MapPut("blobs/{sha256}", KeepAsync).WithMetadata(new RequestSizeLimitAttribute(LargestBlob));
    }

    /// <summary>What stands between a relay and its bot answers too; the id of the call tells the bot's answers from all others.</summary>
    private static ValueTask<object?> SignAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (
            http.Request.Headers[RelayAssertion.CallHeader].ToString() is { Length: > 0 and <= RelayAssertion.LongestCall } call
            && call.All(char.IsAsciiLetterOrDigit)
        )
        {
            http.Response.Headers[RelayAssertion.CallHeader] = call;
        }

        return next(context);
    }

    private static async ValueTask<object?> LetInAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var guard = http.RequestServices.GetRequiredService<RelayGuard>();
        var (relay, status, refusal) = await guard.KnowAsync(
            http.Request.Headers.Authorization,
            http.Request.Headers[RelayAssertion.RelayHeader],
            http.RequestAborted
        );
        if (relay is null)
        {
            return Refuse(status, refusal);
        }

        using var place = http.RequestServices.GetRequiredService<RelayQuota>().Enter(relay.Id);
        if (!place.IsAcquired)
        {
            return Refuse(
                StatusCodes.Status429TooManyRequests,
                $"This relay has {RelayQuota.Beside} requests under way; wait for their answers."
            );
        }

        if (
            await http.RequestServices.GetRequiredService<RelayRegister>().HearAsync(relay, Instance(http), http.RequestAborted) is
            { } rival
        )
        {
            return Refuse(StatusCodes.Status409Conflict, rival);
        }

        http.Features.Set(relay);
        return await next(context);
    }

    private static async Task<IResult> EnrolAsync(HttpContext http, RelayEnrolment enrolment, EntraRelays entra)
    {
        var (body, problem) = await ReadAsync<Enrolment>(http);
        if (body is null)
        {
            return problem;
        }

        var foreign = entra.Has(body.Host)
            ? await entra.RefuseAsync(body.Host, Bearer.Of(http.Request.Headers.Authorization), http.RequestAborted)
            : null;
        var (enrolled, refusal) = await enrolment.EnrolAsync(body, foreign, http.RequestAborted);
        return enrolled is null ? Refuse(StatusCodes.Status403Forbidden, refusal!) : Json(enrolled);
    }

    private static async Task<IResult> GreetAsync(
        HttpContext http,
        RelayRegister relays,
        IncidentEngine engine,
        GrantIssuer grants,
        RunbookRepository runbooks,
        ChangeSignals bells,
        TimeProvider clock
    )
    {
        var (hello, problem) = await ReadAsync<Hello>(http);
        if (hello is null)
        {
            return problem;
        }

        if (hello.Protocol < OldestProtocol || hello.Oldest > Protocol)
        {
            return Refuse(
                StatusCodes.Status426UpgradeRequired,
                $"This bot speaks protocol {OldestProtocol} to {Protocol}, the relay {hello.Oldest} to {hello.Protocol}. Update the "
                    + "older side; the bot first."
            );
        }

        if (RelayRegister.Spell(hello.Host) != Relay(http).Host)
        {
            return Refuse(
                StatusCodes.Status403Forbidden,
                $"{Relay(http).Id} was enrolled for {Relay(http).Host}, not for this host. Enrol it again."
            );
        }

        await relays.GreetAsync(Relay(http).Id, hello, http.RequestAborted);
        await engine.IntroduceAsync(Relay(http).Host, hello.Profile, http.RequestAborted);
        var subjects = runbooks.SubjectsOf(hello.Subjects);
        if (subjects.Problems.Count > 0)
        {
            bells.TellOf(
                Relay(http).Id,
                $"The relay {Relay(http).Id} for {Relay(http).Host}: {string.Join(' ', subjects.Problems)} Correct 'subjects' in "
                    + "its relay.json and start it again."
            );
        }

        var left = (await engine.ListOpenAsync(http.RequestAborted)).Where(incident =>
            incident.Relay == Relay(http).Id
            && subjects.All.All(one => !one.Name.Equals(incident.Subject, StringComparison.OrdinalIgnoreCase))
        );
        foreach (var incident in left)
        {
            bells.TellOf(
                Relay(http).Id,
                $"{incident.Name} is about '{incident.Subject}', which the settings of {incident.Host}'s relay no longer list: "
                    + "another outage there opens an incident of its own. "
                    + "List the subject under that name again, or close the incident."
            );
        }

        return Json(new Welcome(Math.Min(Protocol, hello.Protocol), Relay(http).Id, clock.Micros(), grants.Notice, subjects.Watches));
    }

    /// <summary>
    /// A relay's new key. The old one has signed this request's assertion, or the one in the body where the request has none; that of the
    /// new one stands in the body.
    /// </summary>
    private static async Task<IResult> ChangeKeyAsync(
        HttpContext http,
        RelayRegister relays,
        RelayGuard guard,
        EntraRelays entra,
        ChangeSignals bells
    )
    {
        var (change, problem) = await ReadAsync<RelayKeyChange>(http);
        if (change is null)
        {
            return problem;
        }

        var relay = Relay(http);
        if (RelayKey.TryRead(change.PublicKey) is not { } key || !await guard.IsSignedAsync(change.Proof, relay.Id, key))
        {
            return Refuse(
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
            return Refuse(
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
            return Refuse(StatusCodes.Status409Conflict, "The key was changed by another request meanwhile.");
        }

        bells.Tell(
            $"The relay {relay.Id} has changed its key; the old one has signed for the new one, whose fingerprint is "
                + $"{KeyPrint.InGroups(change.PublicKey)}. Revoke the relay if nobody of you did that."
        );
        return Results.NoContent();
    }

    private static async Task<IResult> PollAsync(
        HttpContext http,
        RelayDispatcher jobs,
        RelayRegister relays,
        IHostApplicationLifetime lifetime
    )
    {
        var (poll, problem) = await ReadAsync<Poll>(http);
        if (poll is null)
        {
            return problem;
        }

        // A held poll must not hold up the bot's own end.
        using var until = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            var work = await jobs.NextAsync(Relay(http), Instance(http), poll, until.Token);
            return await relays.FindAsync(Relay(http).Id, http.RequestAborted) is { State: RelayRegister.Confirmed }
                ? Json(work)
                : Refuse(StatusCodes.Status410Gone, "This relay was revoked. Enrol again with a new code.");
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            if (http.RequestAborted.IsCancellationRequested && Instance(http) is { } gone)
            {
                await relays.LeaveAsync(Relay(http).Id, gone);
            }

            return Refuse(StatusCodes.Status503ServiceUnavailable, "The bot is stopping. Poll again.");
        }
    }

    private static async Task<IResult> ReportAsync(
        HttpContext http,
        RelayDispatcher jobs,
        EphemeralJobs privately,
        IncidentEngine engine,
        ChangeSignals bells,
        ILogger<RelayDispatcher> log
    )
    {
        var (reports, problem) = await ReadAsync<IReadOnlyList<Report>>(http);
        if (reports is null)
        {
            return problem;
        }

        foreach (var report in reports.Where(report => !privately.Takes(Relay(http).Id, report)))
        {
            switch (await jobs.FitAsync(Relay(http).Id, report, http.RequestAborted))
            {
                case ReportFit.Owed:
                    var signer = RelayRegister.SignerOf(Relay(http), report);
                    await engine.TellAsync(report.Run.Question.Incident, at => FactOf(at, report, signer), http.RequestAborted);
                    if (report.Statement is not null && signer is null)
                    {
                        bells.TellOf(
                            Relay(http).Id,
                            $"The relay {Relay(http).Id} reported {report.Run} with a ledger row that its key has not signed. The "
                                + "report was taken; its transcript will not verify. Look at the relay."
                        );
                    }

                    break;
                case ReportFit.Unknown:
                    log.LogWarning("{Relay} reported {Run}, which was not asked of it", Relay(http).Id, report.Run);
                    bells.TellOf(
                        Relay(http).Id,
                        $"The relay {Relay(http).Id} reported {report.Run}, which ImcBot did not ask of it. The report was ignored."
                    );
                    break;
                case ReportFit.Taken:
                    await engine.ContradictAsync(Relay(http).Id, report, RelayRegister.SignerOf(Relay(http), report), http.RequestAborted);
                    break;
                default:
                    break;
            }
        }

        return Results.NoContent();
    }

    private static async Task<IResult> AlertAsync(HttpContext http, RelayAlerts alerts, RelayQuota quota)
    {
        var (alert, problem) = await ReadAsync<HostAlert>(http);
        if (alert is null)
        {
            return problem;
        }

        if (RelayRegister.Spell(alert.Host) != Relay(http).Host)
        {
            return Refuse(StatusCodes.Status403Forbidden, $"{Relay(http).Id} may speak for {Relay(http).Host} only.");
        }

        if (!quota.AdmitsAlert(Relay(http).Id, JsonSerializer.SerializeToUtf8Bytes(alert, WireJson.Options).Length))
        {
            return Refuse(
                StatusCodes.Status429TooManyRequests,
                $"This relay has sent {RelayQuota.AlertKilobytes / 1024} MB of alerts and more than "
                    + $"{RelayQuota.AlertKilobytesPerMinute} KB a minute since; it keeps the next ones until later."
            );
        }

        await alerts.TakeAsync(Relay(http), alert, http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> KeepAsync(
        HttpContext http,
        string sha256,
        RelayDispatcher jobs,
        Journals journal,
        BotOptions options
    )
    {
        if (!await jobs.WantsAsync(Relay(http).Id, sha256, http.RequestAborted))
        {
            return Refuse(
                StatusCodes.Status422UnprocessableEntity,
                "No run of this relay has told of these bytes, and none is under way that may."
            );
        }

        Directory.CreateDirectory(options.IncomingFolder);
        await using var file = new FileStream(
            Path.Combine(options.IncomingFolder, Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            64 * 1024,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous
        );
        try
        {
            await http.Request.Body.CopyToAsync(file, http.RequestAborted);
        }
        catch (BadHttpRequestException exception)
        {
            return Refuse(exception.StatusCode, "The bytes could not be read: at most 64 MB.");
        }

        file.Position = 0;
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, http.RequestAborted)) != sha256)
        {
            return Refuse(StatusCodes.Status400BadRequest, "These bytes do not have the SHA-256 of their address. Send them again.");
        }

        file.Position = 0;
        await journal.KeepAsync(sha256, file, http.RequestAborted);
        return Results.NoContent();
    }

    private static Fact FactOf(long at, Report report, string? signer) =>
        report.Kind switch
        {
            JobKind.Check => new Checked(at, report),
            JobKind.Plan => new Planned(at, report),
            _ => new Acted(at, report, signer),
        };

    private static RelayInstance? Instance(HttpContext http) => RelayInstance.Read(http.Request.Headers[RelayAssertion.InstanceHeader]);

    private static RelayRow Relay(HttpContext http) => http.Features.Get<RelayRow>()!;

    private static async Task<(T? Body, IResult Problem)> ReadAsync<T>(HttpContext http)
        where T : class
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, Depth, http.RequestAborted);
            return HasGap(document.RootElement)
                ? (null, Refuse(StatusCodes.Status400BadRequest, "A list in the body has an empty place."))
                : (document.Deserialize<T>(WireJson.Options), Refuse(StatusCodes.Status400BadRequest, "The body is empty."));
        }
        catch (JsonException)
        {
            return (null, Refuse(StatusCodes.Status400BadRequest, $"The body is not a {typeof(T).Name} in valid JSON."));
        }
        catch (BadHttpRequestException exception)
        {
            return (null, Refuse(exception.StatusCode, "The body could not be read: at most 256 KB of JSON."));
        }
    }

    /// <summary>Whether a list holds null: the serializer's own checks do not look into lists.</summary>
    private static bool HasGap(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Array => element.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.Null || HasGap(one)),
            JsonValueKind.Object => element.EnumerateObject().Any(member => HasGap(member.Value)),
            _ => false,
        };

    private static IResult Json<T>(T value) => Results.Json(value, WireJson.Options);

    private static IResult Refuse(int status, string error) => Results.Json(new { error }, WireJson.Options, statusCode: status);
}
