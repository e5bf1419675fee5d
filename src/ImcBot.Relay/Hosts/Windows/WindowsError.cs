using System.ComponentModel;
using System.Security;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>What Windows throws, as Win32 codes and sentences.</summary>
internal static class WindowsError
{
    private const int Win32Facility = unchecked((int)0x80070000),
        FacilityBits = unchecked((int)0xFFFF0000);

    /// <summary>The Win32 code of an exception, -1 for a failure of Windows without one, null for anything else.</summary>
    public static int? Of(Exception exception) =>
        exception switch
        {
            HostException => null,
            Win32Exception native => Plain(native.NativeErrorCode),
            FileNotFoundException or DirectoryNotFoundException => Win32.NotFound,
            UnauthorizedAccessException or SecurityException => Win32.Denied,
            IOException { HResult: var result } => (result & FacilityBits) == Win32Facility ? Plain(result & 0xFFFF) : -1,
            InvalidOperationException { InnerException: Win32Exception native } => Plain(native.NativeErrorCode),
            InvalidOperationException or ArgumentException => -1,
            _ => null,
        };

    public static HostException Told(string server, string what, int code, Exception exception) =>
        new($"{server}: {what}: {Reason(code, exception)}", code < 0 ? null : Win32.Kind(code), exception);

    /// <summary>Why, and what to do about it where that is known.</summary>
    public static string Reason(int code, Exception exception) =>
        code switch
        {
            Win32.NotFound => "it is not there.",
            Win32.Denied => "access is denied; give the relay's account the right (infra/README.md, The management host).",
            Win32.InUse => "another program has it open.",
            Win32.DiskFull => "the disk is full.",
            Win32.Exists => "it is there already.",
            Win32.DependantsRun => "other running services need it.",
            Win32.AlreadyRunning => "it is running already.",
            Win32.NotStarted => "it is not started.",
            _ when Win32.IsNoAnswer(code) =>
                "the server does not answer there; look at its name, TCP 139 and 445, the SMB1 client here and the services Server "
                    + "and Remote Registry there.",
            67 => "there is no such share; the administrative shares (C$, D$) must be on.",
            1060 => "there is no such service.",
            1061 => "it takes no command in its present state; if that lasts, it is wedged (Q168883).",
            1069 => "the service's account could not log on.",
            1326 or 1385 => "the server refuses the relay's account or its password.",
            _ => exception.GetBaseException().Message,
        };

    private static int Plain(int code) =>
        code switch
        {
            3 => Win32.NotFound,
            33 => Win32.InUse,
            39 => Win32.DiskFull,
            80 => Win32.Exists,
            _ => code,
        };
}
