using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.Store;

/// <summary>One logon of the mail service.</summary>
internal sealed class StoreSession(TcpClient client, SemaphoreSlim workers, Converter converter)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using (client)
        {
            client.NoDelay = true;
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
            try
            {
                if (!IsLogon(await reader.ReadLineAsync(cancellationToken)))
                {
                    return;
                }

                await writer.WriteLineAsync(StoreProtocol.Welcome);
                while (
                    await reader.ReadLineAsync(cancellationToken) is { } line
                    && line.StartsWith(StoreProtocol.Hand, StringComparison.Ordinal)
                )
                {
                    await ServeAsync(line[StoreProtocol.Hand.Length..], writer, cancellationToken);
                }
            }
            catch (IOException)
            {
                // The mail service went away; it logs on again when it comes back.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The store stops.
            }
        }
    }

    private static bool IsLogon(string? line) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(line ?? ""),
            Encoding.UTF8.GetBytes(StoreProtocol.Logon + ServerLink.Secret)
        );

    private async Task ServeAsync(string path, StreamWriter writer, CancellationToken cancellationToken)
    {
        if (!workers.Wait(0, CancellationToken.None))
        {
            await writer.WriteLineAsync(StoreProtocol.Busy);
            return;
        }

        try
        {
            var delivered = await converter.ConvertAsync(path, () => writer.WriteLineAsync(StoreProtocol.Opened), cancellationToken);
            await writer.WriteLineAsync(delivered ? StoreProtocol.Delivered : StoreProtocol.Refused);
        }
        finally
        {
            workers.Release();
        }
    }
}
