using System.Security.Cryptography;
using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;
using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.Store;

/// <summary>Converts one spool file into a mailbox item. Only the bytes of the file decide whether it survives that.</summary>
internal sealed class Converter(ServerLink link, Drives drives, string build, MailboxWriter mailboxes, TimeProvider time)
{
    /// <summary>The store ends when the drive it works on has no more than this (Q259751).</summary>
    private const long LeastFree = 10L << 20;

    private static readonly TimeSpan SpaceCheckEvery = TimeSpan.FromMilliseconds(200);

    private long? spaceChecked;

    /// <summary>True when delivered, false when the message has to be archived.</summary>
    public async Task<bool> ConvertAsync(string path, Func<Task> opened, CancellationToken cancellationToken)
    {
        await CheckSpaceAsync(Drives.DriveOf(path));
        var name = path[(path.LastIndexOf('\\') + 1)..];
        var bytes = await File.ReadAllBytesAsync(drives.Real(path), cancellationToken);
        var message = InternetMessage.Parse(SpoolFile.MessageOf(bytes));

        if (!await SurvivesAsync(message, ConversionStage.Scan, name, cancellationToken))
        {
            await opened();
            return false;
        }

        await opened();
        if (!await SurvivesAsync(message, ConversionStage.Convert, name, cancellationToken))
        {
            return false;
        }

        var token = message[SpoolFile.TokenHeader] ?? name;
        mailboxes.Add(new Delivery(token, name, Convert.ToHexStringLower(SHA256.HashData(bytes)), time.UnixMicros()));
        link.Changed("mail.delivered", path, token);
        return true;
    }

    private async Task<bool> SurvivesAsync(InternetMessage message, ConversionStage stage, string name, CancellationToken cancellationToken)
    {
        var defect = DefectTable.All.FirstOrDefault(candidate => candidate.Stage == stage && candidate.Recognises(message));
        switch (defect?.EffectIn(build))
        {
            case null:
                return true;
            case DefectEffect.Archive:
                return false;
            case DefectEffect.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                return false;
            case DefectEffect.CrashOutOfMemory:
                link.Write(StoreEvents.NotEnoughMemory(name));
                break;
        }

        Environment.Exit(ChildExit.AccessViolation);
        return false;
    }

    private async Task CheckSpaceAsync(string drive)
    {
        if (spaceChecked is { } last && time.GetElapsedTime(last) < SpaceCheckEvery)
        {
            return;
        }

        spaceChecked = time.GetTimestamp();
        if (await link.FreeAsync(drive) < LeastFree)
        {
            link.Write(StoreEvents.LogDiskFull(drive));
            Environment.Exit(ChildExit.DiskFull);
        }
    }
}
