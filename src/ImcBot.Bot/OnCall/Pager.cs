using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace ImcBot.Bot.OnCall;

/// <summary>How the engine wakes people: the border to their telephones.</summary>
internal interface IPager
{
    /// <summary>Null where nobody is paged at all; else whether the page was taken, and if not, why.</summary>
    Task<PageOutcome?> PageAsync(Incident incident, Page page, CancellationToken cancellationToken);
}

/// <summary>What became of a page.</summary>
/// <param name="Problem">A part of a sentence, without address or secret; empty when it was taken.</param>
/// <param name="IsUnsure">The service did not say that it took the page and may have heard it all the same.</param>
internal sealed record PageOutcome(bool IsSent, string Problem, bool IsUnsure = false);

/// <summary>
/// Posts pages to each role's webhook, signed: <c>ImcBot-Signature: t=UNIX,v1=HEX</c>, HMAC-SHA256 of <c>t.body</c> with the role's secret.
/// The page's id is the idempotency key, because a page goes out at least once.
/// </summary>
internal sealed class WebhookPager(IHttpClientFactory clients, IOptions<OnCallOptions> options, BotAddress address, TimeProvider clock)
    : IPager
{
    /// <summary>Where a page is acknowledged, below the bot's own address.</summary>
    public const string AcknowledgePath = "/paging/v1/acknowledge";

    public const string Client = "pager",
        SignatureHeader = "ImcBot-Signature",
        KeyHeader = "Idempotency-Key";

    public async Task<PageOutcome?> PageAsync(Incident incident, Page page, CancellationToken cancellationToken)
    {
        if (options.Value.PagingOf(page.Role) is not { } paging)
        {
            return options.Value.Paging.Count == 0 ? null : new PageOutcome(false, "no paging service is set for it (OnCall:Paging)");
        }

        using var client = clients.CreateClient(Client);
        using var request = Request(incident, page, paging);
        try
        {
            // Nothing of the body is wanted, and a service that never ends it must not hold the page.
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return PageTries.IsWebPage(response) ? NotTaken(request, "a web page answered in the paging service's place")
                : response.IsSuccessStatusCode ? new PageOutcome(true, "")
                : NotTaken(request, $"the paging service answered {(int)response.StatusCode}");
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TimeoutRejectedException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return NotTaken(
                request,
                PageTries.MayBeHeard(request) ? "the paging service did not answer" : "the paging service cannot be reached"
            );
        }
    }

    private static PageOutcome NotTaken(HttpRequestMessage request, string problem) => new(false, problem, PageTries.MayBeHeard(request));

    private HttpRequestMessage Request(Incident incident, Page page, PagingOptions paging)
    {
        var id = new PageId(incident.Number, page.Number);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new PageBody(
                id.ToString(),
                incident.Name,
                incident.Host,
                page.Role,
                page.To,
                page.Text.ToString(),
                page.Question == default ? null : page.Question.Short,
                new Acknowledge($"{address.Url.TrimEnd('/')}{AcknowledgePath}", id.Token(paging.Secret))
            ),
            WireJson.Options
        );
        var now = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, paging.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add(SignatureHeader, $"t={now},v1={Sign(paging.Secret, now, body)}");
        request.Headers.Add(KeyHeader, id.ToString());
        return request;
    }

    internal static string Sign(string secret, string time, byte[] body) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes(time + "."), .. body])
        );
}

/// <summary>What a paging service is posted.</summary>
/// <param name="Page">Its id, such as <c>INC-7.3</c>.</param>
/// <param name="To">Object id of the one who is meant, or null for whoever has the role.</param>
/// <param name="Request">The request it is about, such as <c>7/3</c>, or null.</param>
internal sealed record PageBody(
    string Page,
    string Incident,
    string Host,
    string Role,
    string? To,
    string Text,
    string? Request,
    Acknowledge Acknowledge
);

/// <summary>How the page is acknowledged: <c>POST url</c> with <c>{"page":…,"token":…,"by":…}</c>, once.</summary>
internal sealed record Acknowledge(string Url, string Token);
