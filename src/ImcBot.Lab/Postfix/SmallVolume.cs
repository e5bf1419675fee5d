namespace ImcBot.Lab.Postfix;

/// <summary>
/// A small volume of its own in a folder, so that it can be filled: memory while the practice runs, the folder beside it in between.
/// </summary>
/// <param name="size">In bytes.</param>
/// <param name="files">How many files it holds at most.</param>
internal sealed class SmallVolume(string folder, long size, int files)
{
    private readonly string kept = $"{folder}.kept";

    /// <summary>Why there is none; null where it is open.</summary>
    public string? Refused { get; private set; }

    public async Task OpenAsync()
    {
        if (IsMounted)
        {
            return;
        }

        var (code, said) = await PostfixPackage.TryAsync(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            $"size={size},nr_inodes={files},mode=755",
            "imcbot",
            folder
        );
        Refused = code == 0 ? null : $"This machine lets no volume be mounted ({said}), so none can be filled.";
        if (Directory.Exists(kept))
        {
            await PostfixPackage.AskAsync("cp", "-a", $"{kept}/.", folder);
            Directory.Delete(kept, recursive: true);
        }
    }

    /// <summary>Puts what it holds into the folder beside it, and lets it go.</summary>
    public async Task CloseAsync()
    {
        if (!IsMounted)
        {
            return;
        }

        await PostfixPackage.AskAsync("cp", "-a", folder, kept);
        await PostfixPackage.AskAsync("umount", folder);
    }

    /// <summary>Old files until no more than so many bytes are free.</summary>
    public void Fill(string into, long leaving, DateTimeOffset at)
    {
        Directory.CreateDirectory(into);
        var free = new DriveInfo(folder).AvailableFreeSpace;
        for (var n = 1; free > leaving; n++)
        {
            var path = Path.Combine(into, $"archive.{n}.gz");
            try
            {
                using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
                RandomAccess.Write(file, new byte[Math.Min(free - leaving, 4 << 20)], 0);
            }
            catch (IOException)
            {
                // It is full, with what of this one found room.
            }

            File.SetLastWriteTimeUtc(path, at.UtcDateTime);
            var now = new DriveInfo(folder).AvailableFreeSpace;
            if (now >= free)
            {
                return;
            }

            free = now;
        }
    }

    /// <summary>Old empty files until the volume takes no more.</summary>
    public void FillWithFiles(string into, DateTimeOffset at)
    {
        Directory.CreateDirectory(into);
        try
        {
            for (var n = 1; ; n++)
            {
                var path = Path.Combine(into, $"session.{n}.gz");
                File.Create(path).Dispose();
                File.SetLastWriteTimeUtc(path, at.UtcDateTime);
            }
        }
        catch (IOException)
        {
            // As many as there can be.
        }
    }

    private bool IsMounted =>
        File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ') is [_, var place, ..] && place == Path.GetFullPath(folder));
}
