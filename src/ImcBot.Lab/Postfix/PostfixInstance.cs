using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Postfix;

/// <summary>One Postfix with what stands around it: its volumes, its filter, the next mail server, and the mail that comes in.</summary>
internal sealed class PostfixInstance : IDisposable
{
    private const long SpoolBytes = 48 << 20,
        LogBytes = 16 << 20;

    private const int SpoolFiles = 5000,
        LogFiles = 500;

    private static readonly TimeSpan BetweenArrivals = TimeSpan.FromSeconds(5);

    private readonly MessageLedger ledger;
    private readonly PostfixWatch watch;

    public PostfixInstance(PostfixFolder folder, int seed, string? mail, Record record, TimeProvider time)
    {
        Folder = folder;
        Spool = new(folder.Spool, SpoolBytes, SpoolFiles);
        LogVolume = new(folder.Logs, LogBytes, LogFiles);
        Process = new(folder, time);
        Certificate = new(folder, time);
        Sink = new(folder, time);
        ledger = new(folder.State);
        Postman = new(folder, ledger, new MailSource(mail, seed), time);
        Queue = new(folder);
        watch = new(folder, Process, record, time);
    }

    public PostfixFolder Folder { get; }

    public SmallVolume Spool { get; }

    public SmallVolume LogVolume { get; }

    public PostfixProcess Process { get; }

    public PostfixCertificate Certificate { get; }

    public MailSink Sink { get; }

    public Postman Postman { get; }

    public QueueLook Queue { get; }

    public IReadOnlyList<LedgerMessage> Sent => ledger.All;

    public bool Install()
    {
        if (!Folder.Make())
        {
            return false;
        }

        Certificate.Renew();
        return true;
    }

    /// <summary>Starts what runs, and tells when that is done; then goes on until cancelled.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> prepared, CancellationToken cancellationToken)
    {
        await Spool.OpenAsync();
        await LogVolume.OpenAsync();
        var sink = Sink.RunAsync(cancellationToken);
        await Process.StartAsync();
        if (Process.Keeper is null)
        {
            await Process.StartFilterAsync();
        }

        var watching = watch.RunAsync(cancellationToken);
        try
        {
            await prepared(cancellationToken);
            await Postman.KeepSendingAsync(BetweenArrivals, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(sink, watching);
        }
    }

    public async Task CloseAsync()
    {
        await Process.EndAsync();
        await Process.EndDaemonsAsync();
        await Process.EndFilterAsync();
        await Spool.CloseAsync();
        await LogVolume.CloseAsync();
    }

    public void Dispose()
    {
        Process.Dispose();
        Sink.Dispose();
        ledger.Dispose();
    }
}
