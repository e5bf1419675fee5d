using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace ImcBot.Testing.Mail;

/// <summary>A mail server that takes messages, or breaks off at what it is told to, or answers them only when it is let.</summary>
internal sealed class SmtpDoor : IDisposable
{
    private readonly LoopbackDoor _door;
    private readonly TaskCompletionSource _let = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SmtpDoor(int port = 0) => _door = new(port, TalkAsync);

    public int Port => _door.Port;

    /// <summary>Messages that were taken, whole.</summary>
    public ConcurrentQueue<string> Taken { get; } = [];

    /// <summary>Messages that came in whole and are not answered yet.</summary>
    public ConcurrentQueue<string> Waiting { get; } = [];

    /// <summary>The connection is closed instead of an answer to these.</summary>
    public Func<string, bool> Breaks { get; set; } = _ => false;

    /// <summary>These are answered when <see cref="Let"/> is called.</summary>
    public Func<string, bool> Hangs { get; set; } = _ => false;

    public void Let() => _let.TrySetResult();

    public void Dispose() => _door.Dispose();

    private async Task TalkAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 door");
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync(line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) ? "221 bye" : "250 ok");
                continue;
            }

            await writer.WriteLineAsync("354 go on");
            if (!await TakeAsync(reader, writer, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<bool> TakeAsync(StreamReader reader, StreamWriter writer, CancellationToken cancellationToken)
    {
        var message = new StringBuilder();
        while (await reader.ReadLineAsync(cancellationToken) is { } line && line != ".")
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
            await _let.Task.WaitAsync(cancellationToken);
        }

        Taken.Enqueue(text);
        await writer.WriteLineAsync("250 taken");
        return true;
    }
}
