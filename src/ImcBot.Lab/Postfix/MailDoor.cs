using System.Net;
using System.Net.Sockets;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Postfix;

/// <summary>A mail server of our own on a port of 127.0.0.1: the filter, and whoever is next after Postfix.</summary>
/// <param name="atOnce">How many sessions it serves beside each other; further clients wait for their greeting.</param>
/// <param name="recipient">The answer to a recipient.</param>
/// <param name="take">The answer to a message.</param>
internal sealed class MailDoor(int port, int atOnce, Func<string, string> recipient, Func<TakenMail, CancellationToken, Task<string>> take)
    : IDisposable
{
    private readonly SemaphoreSlim places = new(atOnce, atOnce);

    /// <summary>Serves until cancelled; sessions in the middle of a message bring that to its end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        List<Task> sessions = [];
        try
        {
            while (true)
            {
                await places.WaitAsync(cancellationToken);
                sessions.RemoveAll(session => session.IsCompleted);
                sessions.Add(ServeAsync(await listener.AcceptTcpClientAsync(cancellationToken), cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            listener.Stop();
            await Task.WhenAll(sessions);
        }
    }

    public void Dispose() => places.Dispose();

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var session = new MailSession(client, recipient, take);
            await session.RunAsync(cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }
}

/// <summary>A message as it was handed over.</summary>
internal sealed record TakenMail(Envelope Envelope, byte[] Message);
