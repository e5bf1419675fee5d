using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>
/// The few calls on file handles that .NET has no class for: file ids, listing with ids, deleting the very file that is open.
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class FileNative
{
    public const int ListAttributes = 0x1 | 0x80,
        Delete = 0x10000,
        ReadAttributes = 0x80,
        WriteAttributes = 0x100;

    private const int ShareAll = 7,
        OpenExisting = 3,
        BackupSemantics = 0x02000000,
        OpenReparsePoint = 0x00200000;
    private const int BasicInfo = 0,
        DispositionInfo = 4,
        IdBothDirectory = 10,
        IdBothDirectoryRestart = 11,
        NoMoreFiles = 18,
        ReadOnly = 1,
        Normal = 128;

    /// <summary>Opens a file or folder itself, never what a junction points to. Throws <see cref="Win32Exception"/>.</summary>
    public static SafeFileHandle Open(string path, int access)
    {
        var handle = CreateFile(path, access, ShareAll, 0, OpenExisting, BackupSemantics | OpenReparsePoint, 0);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw new Win32Exception(error);
    }

    /// <summary>The next entries of an open folder into the buffer; false at the end. Throws <see cref="Win32Exception"/>.</summary>
    public static bool List(SafeFileHandle folder, byte[] buffer, bool restart)
    {
        if (GetFileInformationByHandleEx(folder, restart ? IdBothDirectoryRestart : IdBothDirectory, buffer, buffer.Length))
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() is NoMoreFiles ? false : throw new Win32Exception();
    }

    /// <summary>A file's id on its volume and its birth, by which it is known where a file system gives no ids.</summary>
    public static (ulong Id, long Created, bool ReadOnly) Identify(SafeFileHandle file) =>
        GetFileInformationByHandle(file, out var about)
            ? (((ulong)about.IndexHigh << 32) | about.IndexLow, about.Created, (about.Attributes & ReadOnly) != 0)
            : throw new Win32Exception();

    /// <summary>
    /// Deletes what is open, by its handle: no other file can slip in between look and act. Throws <see cref="Win32Exception"/>.
    /// </summary>
    public static void DeleteOpened(SafeFileHandle file, bool readOnly)
    {
        var basic = new Basic { Attributes = Normal };
        byte gone = 1;
        if (
            (readOnly && !SetFileInformationByHandle(file, BasicInfo, ref basic, Marshal.SizeOf<Basic>()))
            || !SetFileInformationByHandle(file, DispositionInfo, ref gone, 1)
        )
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string path,
        int access,
        int share,
        nint security,
        int creation,
        int flags,
        nint template
    );

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int kind, byte[] buffer, int size);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandle(SafeFileHandle file, out About about);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetFileInformationByHandle(SafeFileHandle file, int kind, ref Basic basic, int size);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetFileInformationByHandle(SafeFileHandle file, int kind, ref byte gone, int size);

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct About
    {
        public int Attributes;
        public long Created,
            Accessed,
            Written;
        public uint Volume,
            SizeHigh,
            SizeLow,
            Links,
            IndexHigh,
            IndexLow;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Basic
    {
        public long Created,
            Accessed,
            Written,
            Changed;
        public int Attributes;
    }
}
