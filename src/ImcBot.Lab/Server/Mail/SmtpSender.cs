using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImcBot.Lab.Server.Mail;

/// <summary>Sends one message to the loopback port that stands for port 25.</summary>
internal static class SmtpSender
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>True only when the server has taken responsibility with 250 after the data.</summary>
    public static async Task<bool> SendAsync(int port, byte[] message, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, either.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
            return await ExpectAsync("220")
                && await SayAsync("HELO mx.sender.example", "250")
                && await SayAsync("MAIL FROM:<sender@sender.example>", "250")
                && await SayAsync("RCPT TO:<office@example.com>", "250")
                && await SayAsync("DATA", "354")
                && await SayAsync(Stuffed(message), "250");

            async Task<bool> SayAsync(string line, string expected)
            {
                await writer.WriteLineAsync(line.AsMemory(), either.Token);
                return await ExpectAsync(expected);
            }

            async Task<bool> ExpectAsync(string expected) =>
                await reader.ReadLineAsync(either.Token) is { } answer && answer.StartsWith(expected, StringComparison.Ordinal);
        }
        catch (Exception e)
            when (e is IOException or SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static string Stuffed(byte[] message)
    {
        var text = Encoding.Latin1.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
        return ("\n" + text).Replace("\n.", "\n..", StringComparison.Ordinal)[1..].Replace("\n", "\r\n", StringComparison.Ordinal)
            + "\r\n.";
    }
}
