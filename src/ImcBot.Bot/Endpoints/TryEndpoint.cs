using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.OnCall;
using ImcBot.Contracts;
using ImcBot.Core.Runbooks;
using Microsoft.AspNetCore.Mvc;

namespace ImcBot.Bot.Endpoints;

/// <summary>What <c>imcbot runbook check FILE --relay HOST</c> asks.</summary>
/// <param name="Subject">Which of the host's subjects; null where only one has this runbook.</param>
/// <param name="Runbook">The file's bytes.</param>
internal sealed record TryAsk(string? Host, string? Subject, byte[]? Runbook);

/// <summary>What is answered.</summary>
/// <param name="Refusal">Why nothing was tried, as a sentence; null where it was.</param>
/// <param name="Subject">Which subject's parameters stand in it.</param>
internal sealed record TryReply(string? Refusal, string? Subject, IReadOnlyList<Tried> Tried);

/// <summary>
/// Has a host's relay say what of a runbook is possible there (<c>POST /runbooks/try</c>), for whoever of the team holds a role. Nothing is
/// kept, nothing can be approved.
/// </summary>
internal sealed class TryEndpoint(EntraPeople people, OnCallRoster roster, RunbookTrials trials, ILogger<TryEndpoint> log)
{
    private const int MostBytes = 512 * 1024,
        MostText = 80;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/runbooks/try", static (HttpContext http, TryEndpoint endpoint) => endpoint.TakeAsync(http))
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes));

    private async Task<IResult> TakeAsync(HttpContext http)
    {
        var (by, refusal) = await people.KnowAsync(http);
        if (by is null)
        {
            return Refuse(StatusCodes.Status401Unauthorized, refusal!);
        }

        if (refusal is not null || roster.RolesOf(by.Id).Count == 0)
        {
            return Refuse(StatusCodes.Status403Forbidden, refusal ?? "Only who holds a role may have a host's relay try something.");
        }

        if (await JsonBody.ReadAsync<TryAsk>(http) is not { Host: { } host, Runbook: { } bytes } ask)
        {
            return Refuse(StatusCodes.Status400BadRequest, "Send host, runbook (its bytes) and, where several are there, subject as JSON.");
        }

        try
        {
            var runbook = RunbookFile.Load(bytes, "the runbook");
            log.LogInformation("{Person} has {Host} try {Runbook}", by.Id, Words.Clean(host, MostText), runbook.Id);
            var (subject, tried) = await trials.TryAsync(host, ask.Subject, runbook, http.RequestAborted);
            return JsonBody.Answer(new TryReply(null, subject, tried));
        }
        catch (Exception exception) when (exception is RunbookException or KeyNotFoundException)
        {
            return Refuse(StatusCodes.Status409Conflict, exception.Message);
        }
    }

    private static IResult Refuse(int status, string why) => JsonBody.Answer(new TryReply(why, null, []), status);
}
