using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.Store;

/// <summary>
/// The process of the information store: converts what the mail service hands over, and dies of what the real one died of.
/// </summary>
internal static partial class StoreProcess
{
    /// <summary>Threads that the store needs for itself; what Max Threads leaves beyond them serves the mail service.</summary>
    private const int OwnThreads = 15;
    private const uint DefaultThreads = 50;

    public static async Task<int> RunAsync()
    {
        using var link = await ServerLink.OpenAsync();
        if (link is null)
        {
            return 2;
        }

        var drives = new Drives(link.Settings.Root);
        var build = Build().Match(await File.ReadAllTextAsync(drives.Real(Places.StoreExe))).Value;
        var threads = link.Settings.Registry.Dword(Places.StoreParameters, Places.MaxThreadsPattern, DefaultThreads);
        using var workers = new SemaphoreSlim((int)Math.Clamp(threads - OwnThreads, 0, int.MaxValue));
        using var mailboxes = new MailboxWriter(drives.Real(Places.Mailboxes));
        var converter = new Converter(link, drives, build, mailboxes, TimeProvider.System);

        WarmUp();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        link.Write(StoreEvents.Started(build));
        link.Send(new ChildReport(ReportKind.Ready, Port: ((IPEndPoint)listener.LocalEndpoint).Port));
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(link.Stopping);
                _ = Task.Run(() => new StoreSession(client, workers, converter).RunAsync(link.Stopping));
            }
        }
        catch (OperationCanceledException) when (link.Stopping.IsCancellationRequested)
        {
            return ChildExit.Stopped;
        }
    }

    // The first message must not look like a hang to the mail service only because the parser was never run before on a busy machine.
    private static void WarmUp() =>
        DefectTable.In(
            InternetMessage.Parse("Content-Type: multipart/mixed; boundary=\"a\"\r\nTo: a@example.com\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n"u8)
        );

    [GeneratedRegex(@"\d+\.\d+\.\d+\.\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Build();
}
