using System.Globalization;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Postfix;

/// <summary>
/// The next mail server: it takes every message and counts it, by the token that the practice gave it. Mail for the full mailbox it puts
/// off.
/// </summary>
internal sealed class MailSink(PostfixFolder folder, TimeProvider time) : IDisposable
{
    /// <summary>Nobody clears it out.</summary>
    public const string FullMailbox = "full.example";

    private readonly AppendedList<Delivered> delivered = new(Path.Combine(folder.State, "delivered.jsonl"));
    private readonly string closed = Path.Combine(folder.State, "sink-closed");
    private CancellationTokenSource? open;

    public IReadOnlyList<Delivered> All => delivered.After(0);

    /// <summary>Serves while it is open, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var door = new MailDoor(folder.Ports.Sink, 50, Answer, TakeAsync);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (File.Exists(closed))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
                    continue;
                }

                using var now = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                open = now;
                await door.RunAsync(now.Token);
                open = null;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The practice ends.
        }
    }

    /// <summary>As if that server were down: nobody can connect any more.</summary>
    public void Close()
    {
        File.WriteAllText(closed, "");
        open?.Cancel();
    }

    /// <summary>Returns once anybody can connect again.</summary>
    public Task OpenAsync()
    {
        File.Delete(closed);
        return LiveProcesses.UntilAsync(() => Ports.Listens(folder.Ports.Sink), time);
    }

    public void Dispose() => delivered.Dispose();

    private static string Answer(string recipient) =>
        recipient.EndsWith($"@{FullMailbox}", StringComparison.OrdinalIgnoreCase) ? "452 4.2.2 Mailbox full" : "250 2.1.5 Ok";

    private Task<string> TakeAsync(TakenMail mail, CancellationToken cancellationToken)
    {
        var entry = delivered.Append(_ => new Delivered(SpoolFile.TokenOf(mail.Message), mail.Envelope.From, time.UnixMicros()));
        return Task.FromResult(string.Create(CultureInfo.InvariantCulture, $"250 2.0.0 Ok: taken at {entry.At}"));
    }
}

/// <summary>A message that the sink took.</summary>
/// <param name="Token">Null where it is none of the practice's, such as a notice of Postfix.</param>
internal sealed record Delivered(string? Token, string From, long At);
