using System.Net.Sockets;
using System.Security.Cryptography;
using ImcBot.Lab.Server.Mail;
using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.MailService;

/// <summary>The listening side of the mail service: accepts connections and puts complete messages into In by way of Work.</summary>
/// <param name="listener">Null while the Transfer Mode has no inbound half: then nobody can connect, and what lies in In is still
/// delivered.</param>
internal sealed class Reception(TcpListener? listener, Spool spool, ProtocolLog log, SpaceGuard space, ServerLink link, TimeProvider time)
    : IDisposable
{
    /// <summary>A new file is left alone for a moment, which is when an on-access scanner gets at it.</summary>
    private static readonly TimeSpan TakenUpAfter = TimeSpan.FromMilliseconds(70);

    private readonly CancellationTokenSource closing = new();
    private readonly SemaphoreSlim storing = new(1, 1);
    private readonly SemaphoreSlim arrivals = new(0);

    public ProtocolLog Log => log;

    public Task<bool> HasRoomAsync() => space.HasRoomAsync();

    /// <summary>In exists; without it senders are told to come again later (Q146791).</summary>
    public bool HasIn => spool.HasIn;

    public async Task RunAsync()
    {
        try
        {
            while (listener is not null)
            {
                var client = await listener.AcceptTcpClientAsync(closing.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The service stops.
        }
        finally
        {
            listener?.Stop();
        }
    }

    /// <summary>Waits for the next message from outside, at most the given time.</summary>
    public async Task NextArrivalAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, link.Stopping);
        try
        {
            await arrivals.WaitAsync(either.Token);
            await Task.Delay(TakenUpAfter, time, link.Stopping);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Files also come back into In by other ways, and the service may have to stop: the caller looks.
        }
    }

    /// <summary>
    /// Stores a received message and answers its sender; once this has begun, the service does not end before both are done, so that no
    /// sender has to send again what was taken. Answers false when the service is ending or In is missing.
    /// </summary>
    public async Task StoreAsync(string peer, string from, IReadOnlyList<string> recipients, byte[] message, Func<bool, Task> answer)
    {
        await storing.WaitAsync();
        try
        {
            if (closing.IsCancellationRequested || !spool.HasIn)
            {
                await answer(false);
                return;
            }

            var name = spool.FreeName();
            var bytes = SpoolFile.Build(name, peer, from, recipients, time.GetUtcNow(), message);
            await File.WriteAllBytesAsync(spool.RealOf(spool.Work(name)), bytes);
            link.Send(
                new ChildReport(
                    ReportKind.Arrived,
                    Target: name,
                    Detail: SpoolFile.TokenOf(message) ?? name,
                    What: Convert.ToHexStringLower(SHA256.HashData(bytes))
                )
            );
            File.Move(spool.RealOf(spool.Work(name)), spool.RealOf(spool.In(name)));
            link.Changed("mail.accepted", spool.In(name), from);
            arrivals.Release();
            await answer(true);
        }
        finally
        {
            storing.Release();
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var session = new SmtpSession(client, this);
        await session.RunAsync(closing.Token);
    }

    public async Task CloseAsync()
    {
        await closing.CancelAsync();
        await storing.WaitAsync();
        storing.Release();
    }

    public void Dispose()
    {
        listener?.Dispose();
        arrivals.Dispose();
        log.Dispose();
    }
}
