using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// Asks an address of this very machine, or one that the policy lists; no other, because whoever writes a runbook would else look around in
/// the network through the relay. No redirect is followed, and a certificate that this machine does not
/// trust is no answer. Where a service is named and does not run, its silence is no cause of its own. Data: <c>status</c>.
/// </summary>
/// <param name="allowed">Addresses of the policy; all paths of one are allowed.</param>
internal sealed class HttpAnswers(IReadOnlyList<Uri> allowed) : ICheck
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    public string Id => Catalog.HttpAnswers;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(call.With["url"], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return Finding.Of(Verdict.Unknown, $"'{call.With["url"]}' is no address; write it like http://127.0.0.1:8080/health.");
        }

        if (
            !IsOwn(url)
            && !allowed.Any(one =>
                Uri.Compare(one, url, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            )
        )
        {
            return Finding.Of(
                Verdict.Unknown,
                $"{url} is neither an address of this machine nor one of the policy's 'urls'; it was not asked."
            );
        }

        if (
            call.With.TryGetValue("service", out var service)
            && (await site.ServiceAsync(service, cancellationToken)).State is ServiceState.Stopped
        )
        {
            return Finding.Of(
                Verdict.Clear,
                $"{service} does not run, so nobody can answer at {url}; a start comes first.",
                ("status", "")
            );
        }

        try
        {
            using var answer = await Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)answer.StatusCode;
            var isWell = call.With.TryGetValue("status", out var wanted)
                ? status == int.Parse(wanted, CultureInfo.InvariantCulture)
                : status is >= 200 and < 400;
            return Finding.Of(
                Finding.When(isWell),
                $"{url} answers {status}{(isWell ? "" : $"; {wanted ?? "200 to 399"} wanted")}.",
                ("status", status.ToString(CultureInfo.InvariantCulture))
            );
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var why =
                exception is TaskCanceledException ? "no answer within 10 s"
                : exception is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } ? "it hangs up without a word"
                : exception.InnerException?.Message ?? exception.Message;
            return Finding.Of(Verdict.Finding, $"{url} does not answer: {why.TrimEnd('.')}.", ("status", ""));
        }
    }

    /// <summary>By number or as localhost; what a name service would make of any other name is not asked.</summary>
    private static bool IsOwn(Uri url) => url.IsLoopback;
}
