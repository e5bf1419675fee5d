using System.Text;
using ImcBot.Lab.Server.Faults;

namespace ImcBot.Lab.Server.Host;

internal sealed record InstalledProgram(string Name, string Publisher, long SizeBytes, long LastUsed, string Folder);

/// <summary>A freshly installed, healthy Exchange 5.5 server: folders, programs, registry.</summary>
internal static class Installation
{
    public static readonly IReadOnlyDictionary<string, string> Environment = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TEMP"] = Places.Temp,
        ["TMP"] = Places.Temp,
        ["SystemRoot"] = @"C:\WINNT",
        ["EXSRVROOT"] = @"C:\Exchsrvr",
    };

    private static readonly (string Name, string Publisher, int Megabytes, string Folder)[] Unneeded =
    [
        ("Clip Art Gallery 4.0", "Example Graphics", 140, @"D:\Program Files\Clip Art Gallery"),
        ("Screen Saver Collection", "Example Leisure", 60, @"D:\Program Files\Screen Savers"),
        ("Route Planner 1999", "Example Maps", 110, @"D:\Program Files\Route Planner"),
    ];

    public static void Create(Drives drives, Registry registry, DateTimeOffset now)
    {
        drives.Create();
        foreach (
            var folder in new[]
            {
                Places.Temp,
                Places.RecycleBin,
                @"C:\RECYCLER",
                @"E:\RECYCLER",
                @"C:\WINNT\system32",
                @"D:\Shares\Sales",
                @"C:\Exchsrvr\Mdbdata",
                Places.Imcdata + @"\In\Archive",
                Places.Imcdata + @"\Out\Archive",
                Places.Imcdata + @"\Work",
                Places.Imcdata + @"\Log",
                Places.Imcdata + @"\Pickup\Archive",
            }
        )
        {
            Directory.CreateDirectory(drives.Real(folder));
        }

        InstallProgram(drives, Places.StoreExe, Places.HotfixBuild);
        InstallProgram(drives, Places.ImcExe, "5.5.2656.59");
        foreach (var (_, _, megabytes, folder) in Unneeded)
        {
            Filler.Put(drives, folder + @"\data.cab", (long)megabytes << 20, now - TimeSpan.FromDays(900));
        }

        registry.Set(Places.ImcParameters, Places.RootDir, Places.Imcdata);
        registry.Set(Places.DirectoryKey, Places.TransferMode, nameof(TransferMode.InboundAndOutbound));
        registry.Set(Places.ImcDiagnostics, "1 Initialization/Termination", 0);
        registry.Set(Places.ImcDiagnostics, "5 Internal Processing", 0);
        registry.Set(Places.ImcDiagnostics, Places.ProtocolLog, 0);
        registry.Set(Places.ImcDiagnostics, Places.MessageArchival, 0);
        registry.Set(Places.StoreParameters, Places.MaxThreads, 50);
        registry.Set(Places.AntivirusKey, Places.Excluded, [@"C:\Exchsrvr", @"D:\Exchsrvr"]);
    }

    public static void InstallProgram(Drives drives, string path, string version)
    {
        var real = drives.Real(path);
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        File.WriteAllText(real, $"MZ practice program\r\nFileVersion {version}\r\n", Encoding.ASCII);
    }

    /// <summary>Programs that are still there; those of Exchange are not among what somebody could remove.</summary>
    public static IReadOnlyList<InstalledProgram> Programs(Drives drives, DateTimeOffset now) =>
        [
            .. Unneeded
                .Where(program => Directory.Exists(drives.Real(program.Folder)))
                .Select(program => new InstalledProgram(
                    program.Name,
                    program.Publisher,
                    (long)program.Megabytes << 20,
                    (now - TimeSpan.FromDays(400)).UnixMicros(),
                    program.Folder
                )),
        ];
}
