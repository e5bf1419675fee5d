namespace ImcBot.Bot;

/// <summary>
/// A connection that is not made in time is none: <see cref="SocketsHttpHandler"/> tells it as a cancelled call, everywhere else it is one
/// that could not be made. The innermost handler of every client.
/// </summary>
internal sealed class Connecting : DelegatingHandler
{
    /// <summary>The call did not come as far as being sent, so nobody has heard it.</summary>
    public static bool IsUnsent(Exception? exception) =>
        exception
            is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError
                    or HttpRequestError.UserAuthenticationError,
            };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException exception)
            when (exception.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "No connection in time.", exception);
        }
    }
}
