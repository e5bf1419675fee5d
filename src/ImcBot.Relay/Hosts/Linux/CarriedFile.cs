using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// A file on its way to where no rename leads: to another file system, or between two folders that are mounted each for itself, as a unit
/// does with those it may write. The copy appears under its name whole, or not at all; the original goes once that name is on the
/// disk. What breaks off in between leaves both, which the next move finds to be the same.
/// </summary>
internal static class CarriedFile
{
    public static void Carry(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to, string told)
    {
        using var original = Native.OpenFile(fromFolder, from);
        var facts = Native.Look(original);
        var nameless = Native.MakeNameless(toFolder);
        var part = Native.PathIn(toFolder, to + ".part");
        try
        {
            using (var copy = nameless is null ? Named(part) : new FileStream(nameless, FileAccess.ReadWrite, bufferSize: 0))
            {
                Fill(copy, original, facts, told);
                if (Native.Look(from, fromFolder) != facts)
                {
                    throw new HostException($"{told}: its original has changed while it was copied and was left.", HostError.Changed);
                }

                if (nameless is not null)
                {
                    Native.Name(nameless, toFolder, to);
                }
            }

            if (nameless is null)
            {
                Native.Rename(toFolder, to + ".part", toFolder, to);
            }
        }
        catch (Exception exception) when (exception is LinuxException or HostException or IOException or UnauthorizedAccessException)
        {
            if (nameless is null)
            {
                File.Delete(part);
            }

            throw;
        }

        Native.Flush(toFolder);
        Native.Delete(fromFolder, from);
    }

    /// <summary>Content, owner, rights, time and extended attributes; on the disk when this returns, and proved to be the same.</summary>
    private static void Fill(FileStream copy, SafeFileHandle original, FileFacts facts, string told)
    {
        using (var content = new FileStream(original, FileAccess.Read, bufferSize: 0))
        {
            content.CopyTo(copy);
            copy.Flush(flushToDisk: true);
            content.Position = copy.Position = 0;
            if (!SHA256.HashData(content).SequenceEqual(SHA256.HashData(copy)))
            {
                throw new HostException($"{told} is not what was copied there; the original was left. Look at that disk.");
            }

            Native.Own(copy.SafeFileHandle, facts.User, facts.Group);
            Xattrs.Copy(original, copy.SafeFileHandle);
        }

        Native.Permit(copy.SafeFileHandle, facts.Mode & 0xfff);
        File.SetLastWriteTimeUtc(copy.SafeFileHandle, DateTime.UnixEpoch.AddMicroseconds(facts.Modified));
        copy.Flush(flushToDisk: true);
    }

    /// <summary>Where the file system has no nameless files, the copy has another name until it is whole.</summary>
    private static FileStream Named(string part)
    {
        File.Delete(part);
        var copy = new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Native.Permit(copy.SafeFileHandle, Native.OwnersAlone);
        return copy;
    }
}
