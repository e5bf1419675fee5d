using System.Net;
using System.Net.Sockets;
using System.Text;
using ImcBot.Lab.Server.Processes;
using ImcBot.Lab.Server.Store;

namespace ImcBot.Lab.Server.MailService;

internal enum HandOver
{
    Delivered,
    Refused,
    Busy,

    /// <summary>The store went away before it acknowledged the file.</summary>
    LostUnnamed,

    /// <summary>The store went away, or said nothing more, after it had acknowledged the file.</summary>
    LostNamed,
}

/// <summary>The mail service's logon at the store. Silence for longer than <see cref="CallLimit"/> counts as a lost connection.</summary>
internal sealed class StoreConnection : IDisposable
{
    public static readonly TimeSpan CallLimit = TimeSpan.FromMilliseconds(1500);

    private readonly TcpClient client;
    private readonly TimeProvider time;
    private readonly StreamReader reader;
    private readonly StreamWriter writer;

    private StoreConnection(TcpClient client, TimeProvider time)
    {
        (this.client, this.time) = (client, time);
        reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>Null when no store answers.</summary>
    public static async Task<StoreConnection?> OpenAsync(int port, TimeProvider time)
    {
        var opening = new TcpClient { NoDelay = true };
        try
        {
            await opening.ConnectAsync(IPAddress.Loopback, port);
            var connection = new StoreConnection(opening, time);
            await connection.writer.WriteLineAsync(StoreProtocol.Logon + ServerLink.Secret);
            if (await connection.AnswerAsync() == StoreProtocol.Welcome)
            {
                return connection;
            }
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // No store, or not ours.
        }

        opening.Dispose();
        return null;
    }

    public async Task<HandOver> HandAsync(string path)
    {
        var lost = HandOver.LostUnnamed;
        try
        {
            await writer.WriteLineAsync(StoreProtocol.Hand + path);
            while (true)
            {
                switch (await AnswerAsync())
                {
                    case StoreProtocol.Opened:
                        lost = HandOver.LostNamed;
                        break;
                    case StoreProtocol.Delivered:
                        return HandOver.Delivered;
                    case StoreProtocol.Refused:
                        return HandOver.Refused;
                    case StoreProtocol.Busy:
                        return HandOver.Busy;
                    default:
                        return lost;
                }
            }
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return lost;
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<string?> AnswerAsync()
    {
        try
        {
            return await reader.ReadLineAsync().WaitAsync(CallLimit, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
