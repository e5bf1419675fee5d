using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Server.MailService;

/// <summary>The Imcdata folder as the running mail service uses it. Holds Queue.dat locked for as long as it lives.</summary>
internal sealed class Spool : IDisposable
{
    private static readonly string[] Folders = ["In", "Out", "Work", "Log", "Pickup", @"In\Archive", @"Out\Archive"];

    private readonly Random names = new();
    private readonly Drives drives;
    private readonly FileStream queue;

    private Spool(Drives drives, string root, FileStream lockedQueue) => (this.drives, Root, queue) = (drives, root, lockedQueue);

    /// <summary>Windows path of Imcdata.</summary>
    public string Root { get; }

    public string Drive => Drives.DriveOf(Root);

    public static string QueuePath(string root) => root + @"\Queue.dat";

    /// <summary>Creates missing folders and rebuilds Queue.dat from what lies in In and Out.</summary>
    /// <exception cref="IOException">Queue.dat is in use or read-only.</exception>
    public static Spool Open(Drives drives, string root)
    {
        foreach (var folder in Folders)
        {
            Directory.CreateDirectory(drives.Real($@"{root}\{folder}"));
        }

        var locked = new FileStream(drives.Real(QueuePath(root)), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var spool = new Spool(drives, root, locked);
        using (var writer = new StreamWriter(locked, leaveOpen: true))
        {
            writer.WriteLine("IMCQUEUE 5.5");
            foreach (var name in spool.Waiting())
            {
                writer.WriteLine($"INBOUND {name}");
            }
        }

        return spool;
    }

    public string In(string name) => $@"{Root}\In\{name}";

    public string Work(string name) => $@"{Root}\Work\{name}";

    public string Archive(string name) => $@"{Root}\In\Archive\{name}";

    public string Log => Root + @"\Log";

    /// <summary>
    /// The real path of a file of ours. Our names are spelled in one way, so no folder has to be searched for another spelling.
    /// </summary>
    public string RealOf(string path) => drives.RealNew(path);

    public bool HasIn => Directory.Exists(drives.Real(Root + @"\In"));

    /// <summary>Names of the files in In, in the order in which they arrived.</summary>
    public IReadOnlyList<string> Waiting()
    {
        var folder = new DirectoryInfo(drives.Real(Root + @"\In"));
        return folder.Exists
            ?
            [
                .. folder
                    .GetFiles()
                    .OrderBy(file => file.LastWriteTimeUtc)
                    .ThenBy(file => file.Name, StringComparer.Ordinal)
                    .Select(file => file.Name),
            ]
            : [];
    }

    public string FreeName()
    {
        var name = SpoolName.Next(names);
        return File.Exists(RealOf(In(name))) || File.Exists(RealOf(Work(name))) ? FreeName() : name;
    }

    public void Dispose() => queue.Dispose();
}
