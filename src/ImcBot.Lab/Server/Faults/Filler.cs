using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Faults;

/// <summary>Fills a drive with files that have a size and an age but, being sparse, take no real room.</summary>
internal static class Filler
{
    /// <summary>What is left on D: when a fault fills it: below the store's limit and the mail service's watermark of 10 MB.</summary>
    private const long Left = 4L << 20;
    private const string Ballast = @"D:\Shares\Sales\ARCHIVE.PST";

    public static void Put(Drives drives, string path, long size, DateTimeOffset modified)
    {
        var real = drives.Real(path);
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        using (var file = new FileStream(real, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None))
        {
            file.SetLength(size);
        }

        File.SetLastWriteTimeUtc(real, modified.UtcDateTime);
    }

    /// <summary>
    /// Things that can be freed, 700 MB in all: recycle bin, temp and some logs, and a share that nobody may delete for the rest.
    /// </summary>
    public static void Disk(Drives drives, string root, DateTimeOffset now)
    {
        for (var i = 0; i < 5; i++)
        {
            Put(drives, $@"{Places.RecycleBin}\DD{i + 1}.ZIP", 44L << 20, now - TimeSpan.FromDays(20 + i));
        }

        for (var i = 0; i < 12; i++)
        {
            Put(drives, $@"{Places.Temp}\~DF{i:X4}.TMP", 16L << 20, now - TimeSpan.FromDays(2 + i));
        }

        Put(drives, $@"{Places.Temp}\~DFNEW.TMP", 8L << 20, now - TimeSpan.FromMinutes(5));
        Logs(drives, root, 6, 52L << 20, now);
        Fill(drives, now);
    }

    /// <summary>Protocol logs of two weeks, and the share for the rest.</summary>
    public static void Log(Drives drives, string root, DateTimeOffset now)
    {
        Logs(drives, root, 14, 100L << 20, now);
        Fill(drives, now);
    }

    private static void Logs(Drives drives, string root, int count, long size, DateTimeOffset now)
    {
        var first = Directory.EnumerateFiles(drives.Real(root + @"\Log"), "L*.LOG").Count();
        for (var i = 0; i < count; i++)
        {
            Put(drives, $@"{root}\Log\L{first + i:D7}.LOG", size, now - TimeSpan.FromDays(count + 1 - i));
        }
    }

    private static void Fill(Drives drives, DateTimeOffset now)
    {
        var real = drives.Real(Ballast);
        var present = File.Exists(real) ? new FileInfo(real).Length : 0;
        Put(drives, Ballast, Math.Max(0, present + drives.Free("D:") - Left), now - TimeSpan.FromDays(60));
    }
}
