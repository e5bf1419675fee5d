using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ImcBot.Testing;

/// <summary>This machine alone, as tests and doubles use it.</summary>
internal static class Loopback
{
    private const int FirstPort = 10_000,
        Ports = 20_000;

    // Each process of tests begins elsewhere.
    private static int _ports = Environment.ProcessId * 97;

    /// <summary>A web application that is silent, on a free port.</summary>
    public static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder;
    }

    /// <summary>
    /// A port that nobody listens on, below those that a system gives to whoever asks for any: such a one is soon taken by a client.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref _ports) % Ports);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: the next.
            }
        }
    }
}
