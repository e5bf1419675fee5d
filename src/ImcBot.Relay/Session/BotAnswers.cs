using System.Net;
using ImcBot.Contracts;
using Refit;

namespace ImcBot.Relay.Session;

/// <summary>
/// Lets the bot's own answers through and nobody else's. A portal, a filter or a proxy between relay and bot can answer anything, but
/// cannot know the id of the call, which the bot puts on each of its answers. A bot that is older than that is known by its greeting, and
/// then by the form of its answers.
/// </summary>
/// <param name="instance">Which process calls; null for a command beside the relay that works.</param>
/// <param name="connect">Makes a way to the bot with connections of its own.</param>
internal sealed class BotAnswers(RelayInstance? instance, Func<HttpMessageHandler> connect) : HttpMessageHandler
{
    /// <summary>Longer than the 25 s for which the bot holds a poll; for the whole answer, to its last byte.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>For bytes of up to 64 MB.</summary>
    private static readonly TimeSpan PatienceForBlobs = TimeSpan.FromMinutes(5);

    private const int LargestAnswer = 8 * 1024 * 1024;

    private const string Json = "application/json";

    private volatile HttpMessageInvoker _way = new(connect());
    private volatile bool _proves;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (call, path) = (Guid.NewGuid().ToString("N"), request.RequestUri!.AbsolutePath);
        request.Headers.Add(RelayAssertion.CallHeader, call);
        if (instance is not null)
        {
            request.Headers.Add(RelayAssertion.InstanceHeader, instance.Text);
        }
        var response = await WholeAsync(
            request,
            path.Contains("/blobs/", StringComparison.Ordinal) ? PatienceForBlobs : Patience,
            cancellationToken
        );
        var isProven =
            response.Headers.TryGetValues(RelayAssertion.CallHeader, out var echoed)
            && echoed.SequenceEqual([call], StringComparer.Ordinal);
        var isGreeting = path.EndsWith("/hello", StringComparison.Ordinal) || path.EndsWith("/enrol", StringComparison.Ordinal);
        if (
            !isProven
            && (
                (_proves && !(isGreeting && response.IsSuccessStatusCode))
                || !IsOfOlderBot(response, isGreeting || path.EndsWith("/poll", StringComparison.Ordinal))
            )
        )
        {
            // The connections that a stranger has answered on are left to their end: the bot may be elsewhere by now.
            _way = new HttpMessageInvoker(connect());
            using (response)
            {
                throw new NotTheBotException(request.RequestUri, response);
            }
        }

        if (isProven || (isGreeting && response.IsSuccessStatusCode))
        {
            _proves = isProven;
        }

        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _way.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Whether a refusal is the bot's beyond doubt: only such a one may end the relay, or throw something away.</summary>
    public static bool IsProven(ApiException refusal) => refusal.Headers.Contains(RelayAssertion.CallHeader);

    private async Task<HttpResponseMessage> WholeAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await _way.SendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, either.Token);
            var whole = response;
            response = null;
            return whole;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, $"no whole answer came within {patience.TotalSeconds:0} s");
        }
        finally
        {
            response?.Dispose();
        }
    }

    private static bool IsOfOlderBot(HttpResponseMessage response, bool isAsked) =>
        response.StatusCode switch
        {
            HttpStatusCode.NoContent => !isAsked,
            _ when (int)response.StatusCode is >= 300 and < 400 => false,
            _ when response.IsSuccessStatusCode => isAsked
                && response.StatusCode is HttpStatusCode.OK
                && response.Content.Headers.ContentType?.MediaType == Json,
            _ => response.Content.Headers.ContentType?.MediaType == Json,
        };
}

/// <summary>An answer came, and it is not the bot's; nothing that it says counts.</summary>
internal sealed class NotTheBotException : HttpRequestException
{
    public NotTheBotException(Uri address, HttpResponseMessage answer)
        : this(
            address,
            $"{(int)answer.StatusCode}"
                + $"{(answer.Headers.Location is { } location ? $" to {(location.IsAbsoluteUri ? location.GetLeftPart(UriPartial.Authority)
                    : "another page")}" : "")}, {answer.Content.Headers.ContentType?.MediaType ?? "no content"}"
        ) { }

    public NotTheBotException(Uri address, string answer)
        : base(
            HttpRequestError.InvalidResponse,
            $"Something at {address.GetLeftPart(UriPartial.Authority)} answers that is not the bot ({answer}): a portal, a filter "
                + "or a proxy that stands between, or the bot behind it is down. What is to be told waits on disk."
        ) { }
}
