using System.Net;
using System.Net.Sockets;

namespace ImcBot.Testing.Mail;

/// <summary>A port of the loopback; whoever comes is talked to until he goes or it is closed.</summary>
internal sealed class LoopbackDoor : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _talk;

    /// <param name="port">0 for a free one.</param>
    public LoopbackDoor(int port, Func<NetworkStream, CancellationToken, Task> talk)
    {
        _talk = talk;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is closed.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await _talk(client.GetStream(), _end.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The other side has gone.
        }
    }
}
