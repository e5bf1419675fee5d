using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImcBot.Lab.Postfix;

/// <summary>Clients that connect and stay, saying hardly anything: each keeps a server process for itself.</summary>
internal sealed class IdleClients(int port, TimeProvider time)
{
    private static readonly byte[] Nothing = Encoding.ASCII.GetBytes("NOOP\r\n");

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(20),
        AgainAfter = TimeSpan.FromSeconds(1);

    public Task StayAsync(int count, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => StayAsync(cancellationToken)));

    private async Task StayAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                while (true)
                {
                    await Task.Delay(Between, time, cancellationToken);
                    await client.GetStream().WriteAsync(Nothing, cancellationToken);
                }
            }
            catch (Exception gone) when (gone is IOException or SocketException)
            {
                await Task.Delay(AgainAfter, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
