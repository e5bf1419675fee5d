using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.MailService;

/// <summary>
/// Hands the files of In to the store, one by one in the order of their arrival, until told to stop or until the store fails.
/// </summary>
internal sealed class SpoolDelivery(Spool spool, ServerLink link, Reception reception, long archival, TimeProvider time)
{
    /// <summary>From Medium on, delivered messages are kept in In\Archive (Q249273).</summary>
    private const int ArchivesFrom = 3;
    private const int OpenAttempts = 4;

    private static readonly TimeSpan OpenAgainAfter = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(200);

    private StoreConnection? store;

    /// <summary>The exit code of the process.</summary>
    public async Task<int> RunAsync()
    {
        try
        {
            while (!link.Stopping.IsCancellationRequested)
            {
                foreach (var name in spool.Waiting())
                {
                    if (link.Stopping.IsCancellationRequested)
                    {
                        break;
                    }

                    if (!await DeliverAsync(name))
                    {
                        link.Write(MailServiceEvents.ShuttingDown());
                        return ChildExit.FatalError;
                    }
                }

                await reception.NextArrivalAsync(LookAgainAfter);
            }

            return ChildExit.Stopped;
        }
        finally
        {
            store?.Dispose();
        }
    }

    // False when the service has to shut down; the events that say why are written then.
    private async Task<bool> DeliverAsync(string name)
    {
        if (!File.Exists(spool.RealOf(spool.In(name))))
        {
            return true;
        }

        var file = await OpenAsync(name);
        if (file is null)
        {
            link.Write(MailServiceEvents.CannotOpen(spool.In(name)));
            link.Write(MailServiceEvents.CannotMove(spool.In(name), spool.Archive(name)));
            link.Write(MailServiceEvents.StoreCallFailed(MailServiceEvents.SharingViolation));
            return false;
        }

        HandOver result;
        using (file)
        {
            store ??= await StoreConnection.OpenAsync(link.Settings.StorePort, time);
            if (store is null)
            {
                link.Write(MailServiceEvents.StoreLost());
                link.Write(MailServiceEvents.ReconnectFailed());
                return false;
            }

            result = await store.HandAsync(spool.In(name));
        }

        return Conclude(name, result);
    }

    private bool Conclude(string name, HandOver result)
    {
        switch (result)
        {
            case HandOver.Delivered when archival >= ArchivesFrom:
                Move(name);
                return true;
            case HandOver.Delivered:
                File.Delete(spool.RealOf(spool.In(name)));
                link.Changed("file.delete", spool.In(name));
                return true;
            case HandOver.Refused:
                Move(name);
                link.Write(MailServiceEvents.Archived(name));
                return true;
            case HandOver.Busy:
                link.Write(MailServiceEvents.StoreCallFailed(MailServiceEvents.NetworkError));
                link.Write(MailServiceEvents.StoreLost());
                Move(name);
                link.Write(MailServiceEvents.Archived(name));
                link.Write(MailServiceEvents.ReconnectFailed());
                return false;
            default:
                link.Write(MailServiceEvents.StoreCallFailed(MailServiceEvents.NetworkError));
                link.Write(MailServiceEvents.StoreLost());
                if (result == HandOver.LostNamed)
                {
                    link.Write(MailServiceEvents.WillRetry(name));
                }

                return false;
        }
    }

    private void Move(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(spool.RealOf(spool.Archive(name)))!);
        File.Move(spool.RealOf(spool.In(name)), spool.RealOf(spool.Archive(name)), overwrite: true);
        link.Changed("file.move", spool.In(name), spool.Archive(name));
    }

    // Another program may look at a new file for a moment; one that keeps it is a reason to stop.
    private async Task<FileStream?> OpenAsync(string name)
    {
        for (var attempt = 1; attempt <= OpenAttempts; attempt++)
        {
            try
            {
                return new FileStream(spool.RealOf(spool.In(name)), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            }
            catch (IOException)
            {
                await Task.Delay(OpenAgainAfter, time, CancellationToken.None);
            }
        }

        return null;
    }
}
