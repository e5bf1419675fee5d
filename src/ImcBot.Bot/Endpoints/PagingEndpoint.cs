using ImcBot.Bot.Channel;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Endpoints;

/// <summary>Takes acknowledgements of pages. They approve nothing.</summary>
internal sealed class PagingEndpoint(IIncidents incidents, IOptions<OnCallOptions> options, ILogger<PagingEndpoint> log)
{
    private const int MostBytes = 4096,
        LongestName = 60;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost(
                WebhookPager.AcknowledgePath,
                async (HttpContext http, PagingEndpoint endpoint) =>
                {
                    var (status, sentence) = await JsonBody.ReadAsync<Seen>(http) is { } seen
                        ? await endpoint.TakeAsync(seen, http.RequestAborted)
                        : (StatusCodes.Status400BadRequest, "Send {\"page\", \"token\", \"by\"} as JSON.");
                    return status == StatusCodes.Status204NoContent ? Results.NoContent() : JsonBody.Refuse(status, sentence);
                }
            )
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .AddEndpointFilter(OpenDoors.LetInAsync);

    /// <summary>
    /// Journals the acknowledgement; returns the status and why it was refused. What proves nothing is in the log alone: anybody can send
    /// it.
    /// </summary>
    public async Task<(int Status, string Sentence)> TakeAsync(Seen seen, CancellationToken cancellationToken)
    {
        var by = Words.Clean(seen.By, LongestName) is { Length: > 0 } name ? name : "somebody";
        if (
            !PageId.TryParse(seen.Page, out var id)
            || !IsOurs(id, seen.Token)
            || await incidents.FindAsync(id.Incident, cancellationToken) is not { } incident
        )
        {
            log.LogWarning("An acknowledgement named a page that is not known here, or did not prove that it is for it.");
            return (StatusCodes.Status403Forbidden, Unproven);
        }

        var page = incident.Pages.ElementAtOrDefault(id.Number - 1);
        if (page is null || options.Value.PagingOf(page.Role) is not { } paging || !id.IsToken(seen.Token ?? "", paging.Secret))
        {
            log.LogWarning("An acknowledgement of {Page} was refused: {Refusal}", id, Unproven);
            return (StatusCodes.Status403Forbidden, Unproven);
        }

        var decision = await incidents.TellAsync(id.Incident, at => new Acknowledged(at, id.Number, by), cancellationToken);
        return decision.Declined is { } why ? (StatusCodes.Status409Conflict, why) : (StatusCodes.Status204NoContent, "");
    }

    /// <summary>Whether one of the paging services could have been given this: nothing is looked up for whoever proves nothing.</summary>
    private bool IsOurs(PageId id, string? token) => options.Value.Paging.Values.Any(paging => id.IsToken(token ?? "", paging.Secret));

    private const string Unproven = "The acknowledgement does not prove that it comes from whoever was paged.";
}

/// <summary>Somebody has seen a page.</summary>
/// <param name="Token">As the page gave it.</param>
/// <param name="By">Who, in words for the card.</param>
internal sealed record Seen(string? Page, string? Token, string? By);
