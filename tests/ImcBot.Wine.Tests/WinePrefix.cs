using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Windows;
using Xunit;

[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: SupportedOSPlatform("windows")]

namespace ImcBot.Wine.Tests;

/// <summary>
/// The server that <c>lane</c> has made of a fresh prefix. Nothing here runs on a machine that was not made for it: the tests stop its
/// services.
/// </summary>
internal static class WinePrefix
{
    public const string Imcdata = @"D:\Exchsrvr\Imcdata",
        In = Imcdata + @"\In";

    private static readonly Lazy<string?> Port25 = new(TryPort25);

    /// <summary>Why port 25 cannot be listened on, or null.</summary>
    public static string? NoPort25 => Port25.Value;

    /// <param name="byName">Whether the server is reached by its name over the network.</param>
    public static Host Connect(bool byName)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("IMCBOT_WINE") == "1",
            "This is not the prefix that tests/ImcBot.Wine.Tests/lane makes."
        );
        return WindowsHost.Connect(byName ? Environment.MachineName : null, TimeProvider.System);
    }

    private static string? TryPort25()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, 25);
            listener.Start();
            return null;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
        {
            return "Port 25 may only be listened on by root here.";
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
