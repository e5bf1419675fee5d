namespace ImcBot.Relay.Hosts.Linux;

/// <summary>Turns what Linux and .NET throw into sentences.</summary>
internal static class LinuxCall
{
    /// <summary>
    /// Asks aside, so that a call that hangs (a network file system whose server is gone) can be abandoned. Throws
    /// <see cref="HostException"/>.
    /// </summary>
    /// <param name="what">What is asked, for the error's sentence.</param>
    public static async Task<T> AskAsync<T>(string what, Func<T> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(ask, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (KindOf(exception) is { } kind)
        {
            throw new HostException($"{Environment.MachineName}: {what}: {exception.Message.TrimEnd('.')}.", kind, exception);
        }
    }

    public static Task DoAsync(string what, Action act, CancellationToken cancellationToken) =>
        AskAsync(
            what,
            () =>
            {
                act();
                return true;
            },
            cancellationToken
        );

    private static HostError? KindOf(Exception exception) =>
        exception switch
        {
            HostException => null,
            LinuxException linux => Errno.Kind(linux.Number),
            FileNotFoundException or DirectoryNotFoundException => HostError.NotFound,
            UnauthorizedAccessException => HostError.Denied,
            // .NET puts the kernel's number there.
            IOException io => Errno.Kind(io.HResult),
            _ => null,
        };
}
