using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>A service or driver with its status, as one call tells them all.</summary>
internal sealed record ServiceStatus(string Name, string Display, int State, long ExitCode, long ServiceCode);

/// <summary>
/// Lists services with their exit codes. ServiceController tells no exit codes, and lists with EnumServicesStatusEx, which Windows NT 4.0
/// does not have.
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class ServiceManager
{
    public const int Services = 0x30,
        Drivers = 0x0B;

    private const int ConnectAndList = 0x5,
        EveryState = 3,
        MoreData = 234;

    /// <summary>Throws <see cref="Win32Exception"/>.</summary>
    /// <param name="kinds"><see cref="Services"/> or <see cref="Drivers"/>.</param>
    public static unsafe List<ServiceStatus> List(string? machine, int kinds)
    {
        using var manager = OpenSCManager(machine, null, ConnectAndList);
        if (manager.IsInvalid)
        {
            throw new Win32Exception();
        }

        var found = new List<ServiceStatus>();
        var buffer = new byte[64 << 10];
        var resume = 0;
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var done = EnumServicesStatus(manager, kinds, EveryState, start, buffer.Length, out _, out var count, ref resume);
                if (!done && Marshal.GetLastPInvokeError() is not MoreData and var error)
                {
                    throw new Win32Exception(error);
                }

                for (var entry = (Entry*)start; count > 0; entry++, count--)
                {
                    found.Add(
                        new ServiceStatus(
                            Marshal.PtrToStringUni(entry->Name)!,
                            Marshal.PtrToStringUni(entry->Display)!,
                            entry->State,
                            entry->ExitCode,
                            entry->ServiceCode
                        )
                    );
                }

                if (done)
                {
                    return found;
                }
            }
        }
    }

    [LibraryImport("advapi32.dll", EntryPoint = "OpenSCManagerW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial ManagerHandle OpenSCManager(string? machine, string? database, int access);

    [LibraryImport("advapi32.dll", EntryPoint = "EnumServicesStatusW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool EnumServicesStatus(
        ManagerHandle manager,
        int kinds,
        int states,
        byte* buffer,
        int size,
        out int needed,
        out int count,
        ref int resume
    );

    [LibraryImport("advapi32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseServiceHandle(nint handle);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Name,
            Display;
        public int Kind,
            State,
            Accepts;
        public uint ExitCode,
            ServiceCode;
        public int CheckPoint,
            WaitHint;
    }

    private sealed class ManagerHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle() => CloseServiceHandle(handle);
    }
}
