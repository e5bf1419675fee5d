using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using Microsoft.AspNetCore.Mvc;

namespace ImcBot.Bot.Endpoints;

/// <summary>The endpoints that relays call. All but enrolment need the proof of a confirmed relay.</summary>
internal static class RelayEndpoints
{
    private const string Prefix = "relay/v1";
    private const int LargestBody = 256 * 1024;
    private const int LargestBlob = 64 * 1024 * 1024;

    public static void MapRelays(this IEndpointRouteBuilder endpoints)
    {
        var open = endpoints
            .MapGroup(Prefix)
            .WithMetadata(new RequestSizeLimitAttribute(LargestBody))
            .AddEndpointFilter(SignAsync)
            .AddEndpointFilter(RelayRequest.TellUnreadableAsync);
        open.MapPost("enrol", RelayIdentityEndpoints.EnrolAsync).AddEndpointFilter(OpenDoors.LetInAsync);
        var known = open.MapGroup("").AddEndpointFilter(LetInAsync);
        known.MapPost("hello", RelayIdentityEndpoints.GreetAsync).WithMetadata(new ForCommands());
        known.MapPost("poll", RelayWorkEndpoints.PollAsync);
        known.MapPost("key", RelayIdentityEndpoints.ChangeKeyAsync).WithMetadata(new ForCommands());
        known.MapPost("reports", RelayWorkEndpoints.ReportAsync);
        known.MapPost("alerts", RelayWorkEndpoints.AlertAsync);
        known.MapPut("blobs/{sha256}", RelayWorkEndpoints.KeepAsync).WithMetadata(new RequestSizeLimitAttribute(LargestBlob));
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

    /// <summary>
    /// The proof is looked at first: an address that sends false ones is told 429 after a while, and a true relay behind the same address
    /// goes on.
    /// </summary>
    private static async ValueTask<object?> LetInAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var guard = http.RequestServices.GetRequiredService<RelayGuard>();
        var (relay, status, refusal) = await guard.KnowAsync(
            http.Request.Headers.Authorization,
            http.Request.Headers[RelayAssertion.RelayHeader],
            http.Instance(),
            http.GetEndpoint()?.Metadata.GetMetadata<ForCommands>() is not null,
            http.RequestAborted
        );
        if (relay is null)
        {
            return status == StatusCodes.Status401Unauthorized && !http.RequestServices.GetRequiredService<OpenDoors>().Admits(http, Prefix)
                ? OpenDoors.TooMany(http)
                : JsonBody.Refuse(status, refusal);
        }

        using var place = http.RequestServices.GetRequiredService<RelayQuota>().Enter(relay.Id);
        if (!place.IsAcquired)
        {
            return JsonBody.Refuse(
                StatusCodes.Status429TooManyRequests,
                $"This relay has {RelayQuota.Beside} requests under way; wait for their answers."
            );
        }

        http.Features.Set(relay);
        return await next(context);
    }

    /// <summary>What commands beside a relay's process ask for too (<c>doctor</c>, <c>rotate-key</c>); they say of no process.</summary>
    private sealed record ForCommands;
}
