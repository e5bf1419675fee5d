using System.Net.Sockets;

namespace ImcBot.Relay.Hosts;

/// <summary>Reads the first line that a TCP server says.</summary>
internal static class Greeting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Null when nobody answers within 5 seconds.</summary>
    public static async Task<string?> ReadAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, deadline.Token);
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadLineAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
