using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ImcBot.Testing.Mail;

/// <summary>A mail server that takes messages, or breaks off at what it is told to, or answers them only when it is let.</summary>
internal sealed class SmtpDoor : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _let = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SmtpDoor(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Messages that were taken, whole.</summary>
    public ConcurrentQueue<string> Taken { get; } = [];

    /// <summary>Messages that came in whole and are not answered yet.</summary>
    public ConcurrentQueue<string> Waiting { get; } = [];

    /// <summary>The connection is closed instead of an answer to these.</summary>
    public Func<string, bool> Breaks { get; set; } = _ => false;

    /// <summary>These are answered when <see cref="Let"/> is called.</summary>
    public Func<string, bool> Hangs { get; set; } = _ => false;

    public void Let() => _let.TrySetResult();

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is closed.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            using var reader = new StreamReader(client.GetStream(), System.Text.Encoding.Latin1);
            await using var writer = new StreamWriter(client.GetStream(), System.Text.Encoding.Latin1)
            {
                NewLine = "\r\n",
                AutoFlush = true,
            };
            await writer.WriteLineAsync("220 door");
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                if (!line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                {
                    await writer.WriteLineAsync(line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) ? "221 bye" : "250 ok");
                    continue;
                }

                await writer.WriteLineAsync("354 go on");
                if (!await TakeAsync(reader, writer))
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The other side has gone.
        }
    }

    private async Task<bool> TakeAsync(StreamReader reader, StreamWriter writer)
    {
        var message = new System.Text.StringBuilder();
        while (await reader.ReadLineAsync(_end.Token) is { } line && line != ".")
        {
            message.Append(line).Append('\n');
        }

        var text = message.ToString();
        if (Breaks(text))
        {
            return false;
        }

        if (Hangs(text))
        {
            Waiting.Enqueue(text);
            await _let.Task.WaitAsync(_end.Token);
        }

        Taken.Enqueue(text);
        await writer.WriteLineAsync("250 taken");
        return true;
    }
}
