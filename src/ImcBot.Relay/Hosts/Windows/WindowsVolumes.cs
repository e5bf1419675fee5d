using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>
/// The server's volumes: fixed drives here, administrative shares there. DriveInfo knows no shares, so the sizes come from
/// GetDiskFreeSpaceEx.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsVolumes(WindowsServer server) : IVolumes
{
    private const int NoLogon = 1326;

    public Task<IReadOnlyList<Volume>> ListAsync(CancellationToken cancellationToken) =>
        server.AskAsync<IReadOnlyList<Volume>>("volumes", () => [.. Letters().Select(Read).OfType<Volume>()], cancellationToken);

    private IEnumerable<char> Letters() =>
        server.Machine is null
            ? DriveInfo.GetDrives().Where(drive => drive.DriveType == DriveType.Fixed).Select(drive => drive.Name[0])
            : Enumerable.Range('C', 'Z' - 'C' + 1).Select(letter => (char)letter);

    /// <summary>Null where there is no such share.</summary>
    private Volume? Read(char letter)
    {
        var name = $"{char.ToUpperInvariant(letter)}:";
        var root = server.Machine is { } machine ? $@"\\{machine}\{name[0]}$\" : $@"{name}\";
        if (!GetDiskFreeSpaceEx(root, out _, out var total, out var free))
        {
            var error = Marshal.GetLastPInvokeError();
            return error is Win32.Denied or Win32.NoAnswer or NoLogon ? throw new Win32Exception(error) : null;
        }

        var label = new char[64];
        var told = GetVolumeInformation(root, label, label.Length, 0, 0, 0, 0, 0);
        return new Volume(name, total, free, told ? new string(label).TrimEnd('\0').Split('\0')[0] : "");
    }

    [LibraryImport("kernel32.dll", EntryPoint = "GetDiskFreeSpaceExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetDiskFreeSpaceEx(string root, out long freeToMe, out long total, out long free);

    [LibraryImport("kernel32.dll", EntryPoint = "GetVolumeInformationW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetVolumeInformation(
        string root,
        [Out] char[] label,
        int size,
        nint serial,
        nint component,
        nint flags,
        nint fileSystem,
        int fileSystemSize
    );
}
