namespace ImcBot.Bot.Channel;

/// <summary>
/// Every try of a call waits for its place. Stands between the retries and the time limit, so that waiting is no failure.
/// </summary>
internal sealed class PaceHandler(Pace pace) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var thread = request.Options.TryGetValue(OutgoingCall.Option, out var delivery) ? delivery?.Thread : null;
        using var place = await pace.EnterAsync(thread, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
