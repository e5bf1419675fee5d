using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Endpoints;

/// <summary>What a relay does for its bot: it polls for work, reports, tells what its server said, and hands over manifests.</summary>
internal static class RelayWorkEndpoints
{
    public static async Task<IResult> PollAsync(
        HttpContext http,
        RelayDispatcher jobs,
        RelayRegister relays,
        RelayPresence presence,
        IHostApplicationLifetime lifetime
    )
    {
        var poll = await http.ReadRelayAsync<Poll>();

        // A held poll must not hold up the bot's own end.
        using var until = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            var work = await jobs.NextAsync(http.Relay(), http.Instance(), poll, until.Token);

            // An answer without jobs gives nothing away; a relay that was revoked elsewhere is refused at its next poll.
            var stands =
                work.Jobs.Count == 0
                    ? !relays.IsRevoked(http.Relay().Id)
                    : await relays.FindAsync(http.Relay().Id, http.RequestAborted) is { State: RelayRegister.Confirmed };
            return stands
                ? JsonBody.Answer(work)
                : JsonBody.Refuse(StatusCodes.Status410Gone, "This relay was revoked. Enrol again with a new code.");
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            if (http.RequestAborted.IsCancellationRequested && http.Instance() is { } gone)
            {
                await presence.LeaveAsync(http.Relay().Id, gone);
            }

            return JsonBody.Refuse(StatusCodes.Status503ServiceUnavailable, "The bot is stopping. Poll again.");
        }
    }

    public static async Task<IResult> ReportAsync(
        HttpContext http,
        ExpectedWork expected,
        EphemeralJobs ephemeral,
        IncidentEngine engine,
        RelayClaims claims,
        ChangeSignals signals,
        ILogger<ExpectedWork> log
    )
    {
        var reports = await http.ReadRelayAsync<IReadOnlyList<Report>>();

        foreach (var report in reports.Where(report => !ephemeral.Takes(http.Relay().Id, report)))
        {
            var (fit, asked) = await expected.FitAsync(http.Relay().Id, report, http.RequestAborted);
            switch (fit)
            {
                case ReportFit.Owed:
                    var signer = RelayRowReader.SignerOf(http.Relay(), report);
                    if (!await IsTakenAsync(engine, report, signer, http.RequestAborted))
                    {
                        log.LogWarning("{Relay} reported {Run} of an incident whose journal does not verify", http.Relay().Id, report.Run);
                    }
                    else if (report.Statement is not null && signer is null)
                    {
                        signals.TellOf(
                            http.Relay().Id,
                            $"The relay {http.Relay().Id} reported {report.Run} with a ledger row that its key has not signed. The "
                                + "report was taken; its transcript will not verify. Look at the relay."
                        );
                    }

                    break;
                case ReportFit.Unknown:
                    log.LogWarning("{Relay} reported {Run}, which was not asked of it", http.Relay().Id, report.Run);
                    signals.TellOf(
                        http.Relay().Id,
                        $"The relay {http.Relay().Id} reported {report.Run}, which ImcBot did not ask of it. The report was ignored."
                    );
                    break;
                case ReportFit.Taken:
                    await claims.ContradictAsync(
                        http.Relay().Id,
                        report,
                        asked,
                        RelayRowReader.SignerOf(http.Relay(), report),
                        http.RequestAborted
                    );
                    break;
                default:
                    break;
            }
        }

        return Results.NoContent();
    }

    /// <summary>False where nothing of the incident verifies: that was told, and what else its relay has to say goes on.</summary>
    private static async Task<bool> IsTakenAsync(IncidentEngine engine, Report report, string? signer, CancellationToken cancellationToken)
    {
        try
        {
            await engine.TellAsync(report.Run.Question.Incident, at => FactOf(at, report, signer), cancellationToken);
            return true;
        }
        catch (KeyNotFoundException)
        {
            return false;
        }
    }

    public static async Task<IResult> AlertAsync(HttpContext http, RelayAlerts alerts, RelayQuota quota)
    {
        var alert = await http.ReadRelayAsync<HostAlert>();

        if (RelayRegister.Spell(alert.Host) != http.Relay().Host)
        {
            return JsonBody.Refuse(StatusCodes.Status403Forbidden, $"{http.Relay().Id} may speak for {http.Relay().Host} only.");
        }

        if (!quota.AdmitsAlert(http.Relay().Id, JsonSerializer.SerializeToUtf8Bytes(alert, WireJson.Options).Length))
        {
            return JsonBody.Refuse(
                StatusCodes.Status429TooManyRequests,
                $"This relay has sent {RelayQuota.AlertKilobytes / 1024} MB of alerts and more than "
                    + $"{RelayQuota.AlertKilobytesPerMinute} KB a minute since; it keeps the next ones until later."
            );
        }

        await alerts.TakeAsync(http.Relay(), alert, http.RequestAborted);
        return Results.NoContent();
    }

    public static async Task<IResult> KeepAsync(
        HttpContext http,
        string sha256,
        ExpectedWork expected,
        Journals journal,
        BotOptions options
    )
    {
        if (!await expected.WantsAsync(http.Relay().Id, sha256, http.RequestAborted))
        {
            return JsonBody.Refuse(
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
            return JsonBody.Refuse(exception.StatusCode, "The bytes could not be read: at most 64 MB.");
        }

        file.Position = 0;
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, http.RequestAborted)) != sha256)
        {
            return JsonBody.Refuse(
                StatusCodes.Status400BadRequest,
                "These bytes do not have the SHA-256 of their address. Send them again."
            );
        }

        file.Position = 0;
        await journal.Blobs.KeepAsync(sha256, file, http.RequestAborted);
        return Results.NoContent();
    }

    private static Fact FactOf(long at, Report report, string? signer) =>
        report.Kind switch
        {
            JobKind.Check => new Checked(at, report),
            JobKind.Plan => new Planned(at, report),
            _ => new Acted(at, report, signer),
        };
}
