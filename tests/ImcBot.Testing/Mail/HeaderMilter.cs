using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImcBot.Testing.Mail;

/// <summary>A milter that inserts one header into every message, as those that sign mail do.</summary>
internal sealed class HeaderMilter : IDisposable
{
    private const uint AddsHeaders = 1,
        WantsTheEndAlone = 0x3ff;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly byte[] _header;

    /// <param name="at">Before which header, counted from 0.</param>
    public HeaderMilter(int at, string name, string value)
    {
        _header = [.. Number((uint)at), .. Encoding.ASCII.GetBytes($"{name}\0{value}\0")];
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
        var stream = client.GetStream();
        var size = new byte[4];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(size, _end.Token);
                var packet = new byte[BinaryPrimitives.ReadUInt32BigEndian(size)];
                await stream.ReadExactlyAsync(packet, _end.Token);
                switch ((char)packet[0])
                {
                    case 'O':
                        await SendAsync('O', [.. packet[1..5], .. Number(AddsHeaders), .. Number(WantsTheEndAlone)]);
                        break;
                    case 'E':
                        await SendAsync('i', _header);
                        await SendAsync('c', []);
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Postfix is done with it.
        }

        Task SendAsync(char what, byte[] told) =>
            stream.WriteAsync((byte[])[.. Number((uint)told.Length + 1), (byte)what, .. told], _end.Token).AsTask();
    }

    private static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
