using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.MailService;

/// <summary>Flush mode: below the watermark no new mail is accepted, and above it again by itself (Q189587).</summary>
internal sealed class SpaceGuard(ServerLink link, Spool spool, long waterMark) : IDisposable
{
    /// <summary>10 MB, as when the registry value is absent.</summary>
    public const uint DefaultWaterMark = 0x00A00000;

    private readonly SemaphoreSlim gate = new(1, 1);
    private bool flushing;

    public async Task<bool> HasRoomAsync()
    {
        await gate.WaitAsync();
        try
        {
            var low = await link.FreeAsync(spool.Drive) < waterMark;
            if (low && !flushing)
            {
                link.Write(MailServiceEvents.LowSpace(spool.Root, waterMark));
            }

            flushing = low;
            return !low;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();
}
