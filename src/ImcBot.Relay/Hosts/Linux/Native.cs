using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// The few calls that .NET has no class for: looking at the very file and never at what a link names, renaming without overwriting,
/// ownership, extended attributes, volumes with inodes. Structures as on every 64-bit Linux.
/// </summary>
internal static partial class Native
{
    private const int OpenForBoth = 2,
        OpenNameless = 0x400000,
        LinkFollow = 0x400;

    /// <summary>Of the calls that take a folder: the one the process stands in, which full paths never use.</summary>
    public const int AtCurrent = -100;

    private const int AtNoFollow = 0x100,
        AtEffective = 0x200,
        AtEmptyPath = 0x1000,
        StatxBasicAndBirth = 0xfff;

    private const int OpenPath = 0x200000,
        OpenCloseOnExec = 0x80000,
        OpenNonBlocking = 0x800;

    /// <summary>Two of the numbers are others on ARM.</summary>
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    private static readonly int OpenFolder = IsArm ? 0x4000 : 0x10000,
        OpenNoFollow = IsArm ? 0x8000 : 0x20000;

    /// <summary>Rights of a file that only its owner reads and writes.</summary>
    public const int OwnersAlone = 0b110_000_000;

    private const int SetSignal = 10,
        SetLease = 1024,
        LeaseForWriting = 1,
        SignalIgnored = 23,
        HeldByOthers = 11;

    private const int RenameNoReplace = 1;

    /// <summary>What is at a path, or at a name in an open folder; the last part of the path is not followed when it is a link.</summary>
    public static FileFacts? Look(string path, SafeFileHandle? folder = null)
    {
        var result = folder is null
            ? Statx(AtCurrent, path, AtNoFollow, StatxBasicAndBirth, out var facts)
            : StatxIn(folder, path, AtNoFollow, StatxBasicAndBirth, out facts);
        return Found(result) ? FileFacts.Of(facts) : null;
    }

    /// <summary>What a path leads to, through links; null where there is nothing.</summary>
    public static FileFacts? LookThrough(string path) =>
        Found(Statx(AtCurrent, path, 0, StatxBasicAndBirth, out var facts)) ? FileFacts.Of(facts) : null;

    /// <summary>What is open.</summary>
    public static FileFacts Look(SafeFileHandle open) =>
        StatxIn(open, "", AtEmptyPath, StatxBasicAndBirth, out var facts) == 0 ? FileFacts.Of(facts) : throw new LinuxException();

    /// <summary>
    /// Opens a folder so that names in it can be looked at and changed: part by part, and no part may be a link, whatever is put there
    /// meanwhile.
    /// </summary>
    public static SafeFileHandle Enter(string folder)
    {
        var current = Opened(Open("/", OpenPath | OpenFolder | OpenCloseOnExec));
        foreach (var part in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var above = current;
            current = Opened(OpenAt(above, part, OpenPath | OpenFolder | OpenNoFollow | OpenCloseOnExec));
        }

        return current;
    }

    /// <summary>Opens a plain file for reading; a link is refused, and a pipe that nobody writes to does not hold anybody up.</summary>
    public static SafeFileHandle OpenFile(SafeFileHandle folder, string name) =>
        Opened(OpenAt(folder, name, OpenNoFollow | OpenNonBlocking | OpenCloseOnExec));

    /// <summary>
    /// Opens a file for reading whatever lock is on it, which .NET heeds and the kernel asks nobody to; a link is followed.
    /// </summary>
    public static SafeFileHandle OpenThrough(string path) => Opened(Open(path, OpenNonBlocking | OpenCloseOnExec));

    /// <summary>
    /// A new file in a folder that has no name yet, for its owner alone: whatever ends this process, nothing is left of it. Null where the
    /// file system has no such files.
    /// </summary>
    public static SafeFileHandle? MakeNameless(SafeFileHandle folder)
    {
        var handle = MakeAt(folder, ".", OpenNameless | OpenFolder | OpenForBoth | OpenCloseOnExec, OwnersAlone);
        if (!handle.IsInvalid || Marshal.GetLastPInvokeError() is not (Errno.NotSupported or Errno.IsAFolder))
        {
            return Opened(handle);
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Gives a nameless file its name; one that is taken is refused.</summary>
    public static void Name(SafeFileHandle file, SafeFileHandle folder, string name) =>
        Demand(LinkAt(AtCurrent, PathOf(file), folder, name, LinkFollow));

    /// <summary>A name in an open folder, as a path: the folder stays that one, whatever becomes of its own name.</summary>
    public static string PathIn(SafeFileHandle folder, string name) => $"{PathOf(folder)}/{name}";

    private static string PathOf(SafeFileHandle open) => $"/proc/self/fd/{open.DangerousGetHandle()}";

    /// <summary>Returns once the names in a folder are on its disk.</summary>
    public static void Flush(SafeFileHandle folder)
    {
        using var opened = Opened(OpenAt(folder, ".", OpenFolder | OpenCloseOnExec));
        Demand(FSync(opened));
    }

    /// <summary>Gives a file the time it is now; what is not there is passed over, and a link is not followed.</summary>
    public static void Touch(SafeFileHandle folder, string name) => Found(TimeAt(folder, name, 0, AtNoFollow));

    public static void Delete(SafeFileHandle folder, string name) => Demand(UnlinkAt(folder, name, 0));

    /// <summary>Renames in one file system; a name that is taken is refused.</summary>
    public static void Rename(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to) =>
        Demand(RenameAt2(fromFolder, from, toFolder, to, RenameNoReplace));

    /// <summary>Gives a file to an owner and a group.</summary>
    public static void Own(SafeFileHandle file, uint user, uint group) => Demand(FChown(file, user, group));

    /// <summary>
    /// Whether nobody else has this file open, and until it is closed nobody can have: who opens it meanwhile waits. Null where this file
    /// system or these rights cannot tell.
    /// </summary>
    public static bool? IsAlone(SafeFileHandle file)
    {
        // The usual signal to who stands in the way of an opener would end this process.
        if (Control(file, SetSignal, SignalIgnored) < 0)
        {
            return null;
        }

        return Control(file, SetLease, LeaseForWriting) == 0 ? true
            : Marshal.GetLastPInvokeError() == HeldByOthers ? false
            : null;
    }

    /// <summary>Gives a file its twelve bits of rights.</summary>
    public static void Permit(SafeFileHandle file, int mode) => Demand(FChmod(file, (uint)mode));

    /// <summary>Why this process may not do this with a path, as a number of <see cref="Errno"/>; 0 where it may.</summary>
    public static int Refusal(string path, Access access) =>
        AccessAt(AtCurrent, path, (int)access, AtEffective) == 0 ? 0 : Marshal.GetLastPInvokeError();

    public static (long Total, long Free, long Inodes, long FreeInodes) Space(string path)
    {
        Demand(StatVfs(path, out var space));
        return (
            (long)(space.Blocks * space.Fragment),
            (long)(space.Available * space.Fragment),
            (long)space.Inodes,
            (long)space.AvailableInodes
        );
    }

    private static bool Found(int result)
    {
        if (result == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() is Errno.NotFound or Errno.NotAFolder ? false : throw new LinuxException();
    }

    private static SafeFileHandle Opened(SafeFileHandle handle)
    {
        if (!handle.IsInvalid)
        {
            return handle;
        }

        var problem = new LinuxException();
        handle.Dispose();
        throw problem;
    }

    private static void Demand(long result)
    {
        if (result < 0)
        {
            throw new LinuxException();
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct VfsSpace
    {
        public ulong Block,
            Fragment,
            Blocks,
            FreeBlocks,
            Available,
            Inodes,
            FreeInodes,
            AvailableInodes,
            Id,
            Flags,
            NameMax;
        public ulong Spare1,
            Spare2,
            Spare3,
            Spare4;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out StatxFacts facts);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxIn(SafeFileHandle folder, string path, int flags, uint mask, out StatxFacts facts);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle MakeAt(SafeFileHandle folder, string name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(int fromFolder, string from, SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TimeAt(SafeFileHandle folder, string name, nint times, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int FChown(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int FChmod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AccessAt(int folder, string path, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatVfs(string path, out VfsSpace space);
}

/// <summary>What is asked of a path, in the numbers of access(2).</summary>
internal enum Access
{
    Execute = 1,
    Write = 2,
    Read = 4,
}
