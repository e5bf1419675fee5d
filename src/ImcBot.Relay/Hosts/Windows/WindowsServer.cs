using System.Runtime.Versioning;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>Where the server is: turns its paths into paths that open from here, and what Windows throws into sentences.</summary>
/// <param name="machine">The server's name, or null for this machine.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsServer(string? machine, TimeProvider time)
{
    public string? Machine => machine;

    public TimeProvider Time => time;

    public string Name => (machine ?? Environment.MachineName).ToUpperInvariant();

    /// <summary>
    /// The server's <c>D:\folder</c> as <c>\\?\UNC\EXCH01\D$\folder</c>, or <c>\\?\D:\folder</c> here: longer than 260 characters works
    /// with both.
    /// </summary>
    public string FromHere(string path) => ServerPath.FromHere(machine, path);

    /// <summary>
    /// Asks the server aside, so that a call that hangs can be abandoned. Throws <see cref="HostException"/> with the Win32 code.
    /// </summary>
    /// <param name="what">What is asked, for the error's sentence.</param>
    public async Task<T> AskAsync<T>(string what, Func<T> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(ask, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (WindowsError.Of(exception) is { } code)
        {
            throw WindowsError.Told(Name, what, code, exception);
        }
    }

    public Task DoAsync(string what, Action act, CancellationToken cancellationToken) =>
        AskAsync(
            what,
            () =>
            {
                act();
                return true;
            },
            cancellationToken
        );
}
