namespace ImcBot.Lab.Server.Host;

/// <summary>
/// An entry of a folder. Times are Unix microseconds; <c>Id</c> stays the same over a rename and changes when the file is made anew.
/// </summary>
internal sealed record FileEntry(string Path, long Size, long Modified, long Created, string Id, bool Folder, bool ReadOnly)
{
    public static FileEntry Of(FileSystemInfo info, Drives drives)
    {
        var created = new DateTimeOffset(info.CreationTimeUtc).UnixMicros();
        var modified = new DateTimeOffset(info.LastWriteTimeUtc).UnixMicros();
        var folder = info is DirectoryInfo;
        return new FileEntry(
            drives.Windows(info.FullName),
            info is FileInfo file ? file.Length : 0,
            modified,
            Math.Min(created, modified),
            IdOf(info),
            folder,
            !folder && info.Attributes.HasFlag(FileAttributes.ReadOnly)
        );
    }

    // The moment of a file's birth, to the tick: the file systems we run on keep it over renames.
    public static string IdOf(FileSystemInfo info) => info.CreationTimeUtc.Ticks.ToString("x16");
}
