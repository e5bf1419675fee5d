using System.Net.Sockets;

namespace ImcBot.Relay.Hosts;

/// <summary>Reads the first line that a TCP server says.</summary>
internal static class Greeting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Talks to a server that answers each line with a reply code (RFC 5321, 4.2): its greeting and its answer to each line, last lines
    /// only. Fewer where it hung up or took longer than the limit; null when nobody answers at all.
    /// </summary>
    public static Task<IReadOnlyList<string>?> TalkAsync(
        string host,
        int port,
        IReadOnlyList<string> lines,
        TimeSpan limit,
        CancellationToken cancellationToken
    ) => HearAsync(host, port, lines, limit, isLastLine: true, cancellationToken);

    /// <summary>The very first line, whatever protocol it is of; null when nobody answers within 5 seconds.</summary>
    public static async Task<string?> ReadAsync(string host, int port, CancellationToken cancellationToken) =>
        await HearAsync(host, port, [], Patience, isLastLine: false, cancellationToken) is [var line] ? line : null;

    /// <param name="isLastLine">Whether the last line of a reply counts, or the first that comes.</param>
    private static async Task<IReadOnlyList<string>?> HearAsync(
        string host,
        int port,
        IReadOnlyList<string> lines,
        TimeSpan limit,
        bool isLastLine,
        CancellationToken cancellationToken
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        List<string>? replies = null;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, deadline.Token);
            using var reader = new StreamReader(client.GetStream());
            replies = [];
            foreach (var line in lines.Prepend(null))
            {
                if (line is not null)
                {
                    await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{line}\r\n"), deadline.Token);
                }

                var reply = await reader.ReadLineAsync(deadline.Token);
                while (isLastLine && reply is { Length: > 3 } && reply[3] == '-')
                {
                    reply = await reader.ReadLineAsync(deadline.Token);
                }

                if (reply is null)
                {
                    break;
                }

                replies.Add(reply);
            }

            return replies;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return replies;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return replies;
        }
    }
}
