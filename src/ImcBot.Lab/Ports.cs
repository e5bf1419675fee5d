using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace ImcBot.Lab;

/// <summary>Loopback ports for the processes of a practice run.</summary>
internal static class Ports
{
    /// <summary>
    /// A port nobody listens on now, below the range from which systems take ports for outgoing connections, so that none of those gets in
    /// the way, before it is listened on or over a restart. Somebody may still take it; then that process says so and the run ends.
    /// </summary>
    public static int Free()
    {
        var random = new Random();
        while (true)
        {
            var port = random.Next(12000, 32000);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; try another.
            }
        }
    }

    /// <summary>The wanted port, or a free one for 0. Throws <see cref="LabException"/> when somebody listens there.</summary>
    public static int Take(int wanted)
    {
        if (wanted == 0)
        {
            return Free();
        }
        if (Listens(wanted))
        {
            throw new LabException($"Port {wanted} is in use by another program: give another with --port, or leave it out for a free one.")
            {
                ExitCode = LabException.WrongUse,
            };
        }
        return wanted;
    }

    /// <summary>Whether anybody on this machine listens there.</summary>
    public static bool Listens(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port);
}
