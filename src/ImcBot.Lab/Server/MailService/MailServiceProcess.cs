using System.Net;
using System.Net.Sockets;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.MailService;

/// <summary>
/// The process of the Internet Mail Service: receives over SMTP, hands what lies in In to the store, and shuts down when that fails
/// (Q317653).
/// </summary>
internal static class MailServiceProcess
{
    public static async Task<int> RunAsync()
    {
        using var link = await ServerLink.OpenAsync();
        return link is null ? 2 : await RunAsync(link, TimeProvider.System);
    }

    private static async Task<int> RunAsync(ServerLink link, TimeProvider time)
    {
        var settings = link.Settings.Registry;
        if (OpenSpool(link, settings) is not { } spool)
        {
            return ChildExit.FatalError;
        }

        using (spool)
        {
            var takesMail = settings.TransferMode is TransferMode.InboundAndOutbound or TransferMode.InboundOnly;
            var listener = takesMail ? Listen(link.Settings.SmtpPort) : null;
            if (takesMail && listener is null)
            {
                link.Write(MailServiceEvents.PortTaken());
                return ChildExit.FatalError;
            }

            link.Write(MailServiceEvents.Started());
            using var log = new ProtocolLog(
                spool.RealOf(spool.Log),
                settings.Dword(Places.ImcDiagnostics, Places.ProtocolLogPattern, 0),
                time
            );
            if (log.IsOn)
            {
                link.Write(MailServiceEvents.ProtocolLogOn(spool.Log));
            }

            using var space = new SpaceGuard(
                link,
                spool,
                settings.Dword(Places.ImcParameters, Places.LowWaterMark, SpaceGuard.DefaultWaterMark)
            );
            await space.HasRoomAsync();
            using var reception = new Reception(listener, spool, log, space, link, time);
            var delivery = new SpoolDelivery(
                spool,
                link,
                reception,
                settings.Dword(Places.ImcDiagnostics, Places.MessageArchivalPattern, 0),
                time
            );
            link.Send(new ChildReport(ReportKind.Ready));

            var receiving = reception.RunAsync();
            var exit = await delivery.RunAsync();
            await reception.CloseAsync();
            await receiving;
            link.Write(MailServiceEvents.Stopped());
            return exit;
        }
    }

    private static Spool? OpenSpool(ServerLink link, RegistrySnapshot settings)
    {
        if (settings.Text(Places.ImcParameters, Places.RootDir)?.TrimEnd('\\') is not { Length: > 2 } root)
        {
            link.Write(MailServiceEvents.NoConfiguration());
            return null;
        }

        try
        {
            return Spool.Open(new Drives(link.Settings.Root), root);
        }
        catch (WindowsError)
        {
            link.Write(MailServiceEvents.NoConfiguration());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            link.Write(MailServiceEvents.QueueLocked(Spool.QueuePath(root)));
        }

        return null;
    }

    private static TcpListener? Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
