using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// Asks an address of this very machine, or one that the policy lists; no other, because whoever writes a runbook would else look around in
/// the network through the relay. No redirect is followed, and a certificate that this machine does not
/// trust is no answer. Without an address it looks who listens on the port, and without either there is nothing to ask. Where a service is
/// named and does not run, its silence is no cause of its own. Data: <c>status</c>, of an address; <c>listener</c>, of a port.
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
        if (
            call.With.TryGetValue("service", out var service)
            && (await site.ServiceAsync(service, cancellationToken)).State is ServiceState.Stopped
        )
        {
            return Finding.Of(Verdict.Clear, $"{service} does not run, so nobody can answer; a start comes first.", ("status", ""));
        }

        if (!call.With.TryGetValue("url", out var address))
        {
            return await ListensAsync(call, site, cancellationToken);
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return Finding.Of(Verdict.Unknown, $"'{address}' is no address; write it like http://127.0.0.1:8080/health.");
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

    private static async Task<Finding> ListensAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        if (!call.With.TryGetValue("port", out var text))
        {
            return Finding.Of(Verdict.Clear, "No address and no port is named to ask; the state of the service alone tells.");
        }

        var port = int.Parse(text, CultureInfo.InvariantCulture);
        var listener = await site.Host.Machine.ListenerAsync(port, cancellationToken);
        var isWell = listener is not null || await site.Host.Machine.GreetingAsync(port, cancellationToken) is not null;
        return Finding.Of(
            Finding.When(isWell),
            isWell ? $"Port {port} is listened on{(listener is null ? "" : $" by {listener}")}." : $"Nobody listens on port {port}.",
            ("listener", listener ?? "")
        );
    }

    /// <summary>By number or as localhost; what a name service would make of any other name is not asked.</summary>
    private static bool IsOwn(Uri url) => url.IsLoopback;
}
