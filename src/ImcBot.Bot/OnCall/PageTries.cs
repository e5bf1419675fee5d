using System.Net;

namespace ImcBot.Bot.OnCall;

/// <summary>
/// Remembers of a page's tries whether one may have been heard though no answer said that it was taken: then nobody can say that the page
/// did not go out.
/// </summary>
internal sealed class PageTries : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<bool> Heard = new("imcbot.page.heard");

    public static bool MayBeHeard(HttpRequestMessage request) => request.Options.TryGetValue(Heard, out var heard) && heard;

    /// <summary>
    /// A page for a browser, as a filter or a captive portal sends it with 200: whoever answers a page has no use for one.
    /// </summary>
    public static bool IsWebPage(HttpResponseMessage response) =>
        response.IsSuccessStatusCode
        && response.Content.Headers is { ContentType.MediaType: "text/html" or "application/xhtml+xml", ContentLength: not 0 };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (
                response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
                || IsWebPage(response)
            )
            {
                request.Options.Set(Heard, true);
            }

            return response;
        }
        catch (Exception exception) when (!Connecting.IsUnsent(exception))
        {
            request.Options.Set(Heard, true);
            throw;
        }
    }
}
