using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Mail;

/// <summary>
/// The outside world: sends good mail at a steady pace and, when planted, a bad message again and again.
/// What was refused stays in the outbox folder and is tried again, also after a restart of the practice server.
/// </summary>
internal sealed class MailSenders(
    string state,
    int port,
    MailSource source,
    MessageLedger ledger,
    Spooler spooler,
    Record record,
    TimeProvider time
)
{
    public const string Name = "mail sender";

    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PoisonEvery = TimeSpan.FromSeconds(3);

    private readonly string outbox = Path.Combine(state, "outbox");

    /// <summary>Sends <paramref name="perMinute"/> messages a minute for as long as it runs.</summary>
    public async Task SendAsync(int perMinute, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(outbox);
        var due = time.GetUtcNow();
        while (!cancellationToken.IsCancellationRequested)
        {
            while (perMinute > 0 && due <= time.GetUtcNow())
            {
                due += TimeSpan.FromMinutes(1.0 / perMinute);
                await PutAsync(source.Next(), cancellationToken);
            }

            await EmptyAsync(cancellationToken);
            var pause = perMinute > 0 ? due - time.GetUtcNow() : AgainAfter;
            await Task.Delay(pause < AgainAfter && pause > TimeSpan.Zero ? pause : AgainAfter, time, cancellationToken);
        }
    }

    /// <summary>Sends a bad message whenever the server answers, each copy a message of its own.</summary>
    public async Task PoisonAsync(Defect defect, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var token = Spooler.NewToken();
            ledger.Announce(token, defect.Id);
            var sent = await SmtpSender.SendAsync(port, SpoolFile.WithToken(token, spooler.Spoil(defect)), time, cancellationToken);
            await Task.Delay(sent ? PoisonEvery : AgainAfter, time, cancellationToken);
        }
    }

    private async Task PutAsync(byte[] message, CancellationToken cancellationToken)
    {
        var token = Spooler.NewToken();
        var path = Path.Combine(outbox, $"{time.UnixMicros()}-{token}");
        await File.WriteAllBytesAsync(path + ".new", SpoolFile.WithToken(token, message), cancellationToken);
        File.Move(path + ".new", path);
        record.Write(Name, "mail.sent", token);
    }

    private async Task EmptyAsync(CancellationToken cancellationToken)
    {
        foreach (
            var path in Directory
                .EnumerateFiles(outbox)
                .Where(path => !path.EndsWith(".new", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            if (!await SmtpSender.SendAsync(port, await File.ReadAllBytesAsync(path, cancellationToken), time, cancellationToken))
            {
                return;
            }

            File.Delete(path);
        }
    }
}
