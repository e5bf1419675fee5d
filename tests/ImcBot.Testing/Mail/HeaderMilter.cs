using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace ImcBot.Testing.Mail;

/// <summary>A milter that inserts one header into every message, as those that sign mail do.</summary>
internal sealed class HeaderMilter : IDisposable
{
    private const uint AddsHeaders = 1,
        WantsTheEndAlone = 0x3ff;

    private readonly LoopbackDoor _door;
    private readonly byte[] _header;

    /// <param name="at">Before which header, counted from 0.</param>
    public HeaderMilter(int at, string name, string value)
    {
        _header = [.. Number((uint)at), .. Encoding.ASCII.GetBytes($"{name}\0{value}\0")];
        _door = new(0, TalkAsync);
    }

    public int Port => _door.Port;

    public void Dispose() => _door.Dispose();

    private async Task TalkAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var size = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(size, cancellationToken);
            var packet = new byte[BinaryPrimitives.ReadUInt32BigEndian(size)];
            await stream.ReadExactlyAsync(packet, cancellationToken);
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

        Task SendAsync(char what, byte[] told) =>
            stream.WriteAsync((byte[])[.. Number((uint)told.Length + 1), (byte)what, .. told], cancellationToken).AsTask();
    }

    private static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
