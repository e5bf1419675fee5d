using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImcBot.Lab.Server.Mail;

/// <summary>Sends one message to the loopback port that stands for port 25.</summary>
internal static class SmtpSender
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly Envelope Office = new("sender@sender.example", ["office@example.com"]);

    /// <summary>True only when the server has taken responsibility with 250 after the data.</summary>
    public static async Task<bool> SendAsync(int port, byte[] message, TimeProvider time, CancellationToken cancellationToken) =>
        await HandOverAsync(port, Office, message, Limit, time, cancellationToken) is not null;

    /// <summary>The answer by which the server has taken responsibility; null when it has not.</summary>
    /// <param name="patience">How long to wait for that answer, once the whole message is there.</param>
    public static async Task<string?> HandOverAsync(
        int port,
        Envelope envelope,
        byte[] message,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, either.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
            var answer = await ExpectAsync("220");
            (string Line, string Expected)[] said =
            [
                ("HELO mx.sender.example", "250"),
                ($"MAIL FROM:<{envelope.From}>", "250"),
                .. envelope.Recipients.Select(recipient => ($"RCPT TO:<{recipient}>", "250")),
                ("DATA", "354"),
                (Stuffed(message), "250"),
            ];
            foreach (var (line, expected) in said)
            {
                if (answer is null)
                {
                    return null;
                }

                if (line.EndsWith("\r\n.", StringComparison.Ordinal))
                {
                    timeout.CancelAfter(patience);
                }

                await writer.WriteLineAsync(line.AsMemory(), either.Token);
                answer = await ExpectAsync(expected);
            }

            return answer;

            async Task<string?> ExpectAsync(string expected) =>
                await reader.ReadLineAsync(either.Token) is { } answered && answered.StartsWith(expected, StringComparison.Ordinal)
                    ? answered
                    : null;
        }
        catch (Exception e)
            when (e is IOException or SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static string Stuffed(byte[] message)
    {
        var text = Encoding.Latin1.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
        return ("\n" + text).Replace("\n.", "\n..", StringComparison.Ordinal)[1..].Replace("\n", "\r\n", StringComparison.Ordinal)
            + "\r\n.";
    }
}

/// <summary>Whom a message is from, and to whom it goes.</summary>
internal sealed record Envelope(string From, IReadOnlyList<string> Recipients);
