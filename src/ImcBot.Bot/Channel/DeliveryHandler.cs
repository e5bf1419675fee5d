namespace ImcBot.Bot.Channel;

/// <summary>
/// Writes on each request which delivery it belongs to, outermost, because the SDK's client passes nothing along with a call.
/// </summary>
internal sealed class DeliveryHandler : DelegatingHandler
{
    private static readonly AsyncLocal<OutgoingCall?> Current = new();

    /// <summary>What this flow of control sends from now on belongs to this delivery.</summary>
    public static void Under(OutgoingCall delivery) => Current.Value = delivery;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.Set(OutgoingCall.Option, Current.Value);
        return base.SendAsync(request, cancellationToken);
    }
}
