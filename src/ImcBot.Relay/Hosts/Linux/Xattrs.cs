using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>Extended attributes, in which access control lists and security labels are kept.</summary>
internal static partial class Xattrs
{
    private const int Largest = 64 << 10;

    /// <summary>
    /// Copies all of them from one open file to another. Throws <see cref="LinuxException"/> where the other file system cannot keep one,
    /// or the right to set it is missing.
    /// </summary>
    public static void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        var buffer = new byte[Largest];
        var length = List(from, buffer, buffer.Length);
        if (length < 0)
        {
            if (Marshal.GetLastPInvokeError() == Errno.NotSupported)
            {
                return;
            }

            throw new LinuxException();
        }

        foreach (var name in System.Text.Encoding.UTF8.GetString(buffer, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var size = Get(from, name, buffer, buffer.Length);
            if (size < 0 && Marshal.GetLastPInvokeError() == Errno.NoData)
            {
                continue;
            }

            if (size < 0 || Set(to, name, buffer, size, 0) < 0)
            {
                throw new LinuxException();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    private static partial nint List(SafeFileHandle file, byte[] names, nint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(SafeFileHandle file, string name, byte[] value, nint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(SafeFileHandle file, string name, byte[] value, nint size, int flags);
}
