using System.Net.Sockets;
using System.Text;

namespace ImcBot.Lab.Server.MailService;

/// <summary>One SMTP connection. Bytes are kept as they come; only dot-stuffing is undone.</summary>
internal sealed class SmtpSession(TcpClient client, Reception reception) : IDisposable
{
    private const int LargestMessage = 64 << 20;

    private readonly List<string> recipients = [];
    private ProtocolLog.Connection? log;
    private StreamReader reader = StreamReader.Null;
    private StreamWriter writer = StreamWriter.Null;
    private string peer = "unknown";
    private string? from;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using (log = reception.Log.Open())
        {
            client.NoDelay = true;
            reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
            try
            {
                await SayAsync("220 EXCH01.example.com ESMTP Server (Microsoft Exchange Internet Mail Service 5.5.2656.59) Ready.");
                while (await reader.ReadLineAsync(cancellationToken) is { } line)
                {
                    log.Command(line);
                    if (!await FollowAsync(line, cancellationToken))
                    {
                        return;
                    }
                }
            }
            catch (IOException)
            {
                // The peer hung up.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The service stops; the peer sees the connection close and comes again.
            }
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        client.Dispose();
    }

    private async Task<bool> FollowAsync(string line, CancellationToken cancellationToken)
    {
        var verb = line.Split(' ', 2)[0].ToUpperInvariant();
        switch (verb)
        {
            case "HELO" or "EHLO":
                peer = line.Length > 5 ? line[5..].Trim() : peer;
                await SayAsync(verb == "EHLO" ? "250-EXCH01.example.com Hello" : "250 OK");
                if (verb == "EHLO")
                {
                    await SayAsync("250 SIZE");
                }

                break;
            case "MAIL":
                await MailAsync(line);
                break;
            case "RCPT" when from is not null:
                recipients.Add(Address(line));
                await SayAsync("250 OK - Recipient " + line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]);
                break;
            case "DATA" when recipients.Count > 0:
                await DataAsync(cancellationToken);
                break;
            case "RCPT" or "DATA":
                await SayAsync("503 Bad sequence of commands.");
                break;
            case "RSET":
                Reset();
                await SayAsync("250 OK");
                break;
            case "NOOP":
                await SayAsync("250 OK");
                break;
            case "QUIT":
                await SayAsync("221 closing connection");
                return false;
            default:
                await SayAsync("500 Command not recognized.");
                break;
        }

        return true;
    }

    private async Task MailAsync(string line)
    {
        Reset();
        if (!reception.HasIn)
        {
            await SayAsync("421 Service not available, closing transmission channel");
        }
        else if (!await reception.HasRoomAsync())
        {
            await SayAsync("452 Insufficient system storage");
        }
        else
        {
            from = Address(line);
            await SayAsync($"250 OK - mail from <{from}>");
        }
    }

    private async Task DataAsync(CancellationToken cancellationToken)
    {
        await SayAsync("354 Send data.  End with CRLF.CRLF");
        var text = new StringBuilder();
        while (true)
        {
            var line = await reader.ReadLineAsync(cancellationToken);
            if (line is null)
            {
                return;
            }

            log?.Raw(line);
            if (line == ".")
            {
                break;
            }

            if (text.Length < LargestMessage)
            {
                text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            }
        }

        if (text.Length >= LargestMessage)
        {
            await SayAsync("552 Message too large");
        }
        else
        {
            await reception.StoreAsync(
                peer,
                from!,
                recipients,
                Encoding.Latin1.GetBytes(text.ToString()),
                taken => SayAsync(taken ? "250 OK" : "421 Service not available, closing transmission channel")
            );
        }

        Reset();
    }

    private void Reset()
    {
        from = null;
        recipients.Clear();
    }

    private static string Address(string line)
    {
        var start = line.IndexOf('<', StringComparison.Ordinal);
        var end = line.IndexOf('>', StringComparison.Ordinal);
        return start >= 0 && end > start ? line[(start + 1)..end] : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private async Task SayAsync(string line)
    {
        log?.Reply(line);
        await writer.WriteLineAsync(line);
    }
}
