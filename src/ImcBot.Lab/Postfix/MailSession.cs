using System.Net.Sockets;
using System.Text;

namespace ImcBot.Lab.Postfix;

/// <summary>One SMTP session, seen from the side that takes mail.</summary>
internal sealed class MailSession : IDisposable
{
    private readonly TcpClient client;
    private readonly Func<string, string> recipient;
    private readonly Func<TakenMail, CancellationToken, Task<string>> take;
    private readonly StreamReader reader;
    private readonly StreamWriter writer;
    private readonly List<string> recipients = [];
    private string? from;

    public MailSession(TcpClient client, Func<string, string> recipient, Func<TakenMail, CancellationToken, Task<string>> take)
    {
        (this.client, this.recipient, this.take) = (client, recipient, take);
        client.NoDelay = true;
        reader = new(client.GetStream(), Encoding.Latin1);
        writer = new(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
    }

    /// <summary>Until the peer goes, or between two commands once cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await writer.WriteLineAsync("220 practice.test ESMTP");
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                var answer = await AnswerAsync(line, cancellationToken);
                await writer.WriteLineAsync(answer);
                if (answer.StartsWith("221", StringComparison.Ordinal))
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
            // The peer sees the connection close and comes again.
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        client.Dispose();
    }

    private async Task<string> AnswerAsync(string line, CancellationToken cancellationToken)
    {
        switch (line.Split(' ', 2)[0].ToUpperInvariant())
        {
            case "EHLO":
                return "250-practice.test\r\n250 8BITMIME";
            case "MAIL":
                Reset();
                from = Address(line);
                return "250 2.1.0 Ok";
            case "RCPT" when from is not null:
                var answer = recipient(Address(line));
                if (answer.StartsWith('2'))
                {
                    recipients.Add(Address(line));
                }

                return answer;
            case "DATA" when recipients.Count > 0:
                await writer.WriteLineAsync("354 End data with <CR><LF>.<CR><LF>");
                var message = await ReadAsync();
                var mail = new TakenMail(new(from!, [.. recipients]), message);
                Reset();
                return await take(mail, cancellationToken);
            case "RCPT" or "DATA":
                return "503 5.5.1 Bad sequence of commands";
            case "QUIT":
                return "221 2.0.0 Bye";
            case "RSET":
                Reset();
                return "250 2.0.0 Ok";
            case "HELO" or "NOOP":
                return "250 2.0.0 Ok";
            default:
                return "502 5.5.2 Command not recognized";
        }
    }

    private async Task<byte[]> ReadAsync()
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line == ".")
            {
                return Encoding.Latin1.GetBytes(text.ToString());
            }

            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        throw new IOException("The peer went in the middle of a message.");
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
        return start >= 0 && end > start ? line[(start + 1)..end] : "";
    }
}
