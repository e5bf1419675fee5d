namespace ImcBot.Lab.Postfix;

/// <summary>
/// Where a practice Postfix of its own lives: settings, queue, log and what it keeps lie below one folder, so that it touches no other
/// Postfix of this machine.
/// </summary>
/// <param name="mailPort">On which it takes mail, at 127.0.0.1 only.</param>
/// <param name="suffix">Of the names of a further instance; empty for the first.</param>
internal sealed class PostfixFolder(string root, int mailPort, string suffix)
{
    private const UnixFileMode Entered = UnixFileMode.OtherExecute;

    private PostfixPorts? ports;

    /// <summary>The folders of instances, each with a queue, ports and a log of its own.</summary>
    /// <param name="mailPorts">Where each takes mail.</param>
    public static IReadOnlyList<PostfixFolder> Of(string root, params IReadOnlyList<int> mailPorts)
    {
        List<PostfixFolder> folders =
        [
            .. mailPorts.Select((port, n) => new PostfixFolder(Path.Combine(root, $"mx{n + 1}"), port, n == 0 ? "" : $"{n + 1}")),
        ];
        if (folders.Count > 1)
        {
            folders.ForEach(folder => folder.Managed = new(folders, folder));
        }

        return folders;
    }

    /// <summary>Among several instances, what postmulti(1) knows of it; null for one that is alone.</summary>
    public ManagedPostfix? Managed { get; private set; }

    public string Root { get; } = Path.GetFullPath(root);

    public int MailPort => mailPort;

    /// <summary>What its log calls it.</summary>
    public string Name => Managed?.Name ?? "pf";

    /// <summary>What the relay calls it.</summary>
    public string Service => Managed?.Unit ?? "postfix";

    /// <summary>What people call it to the bot.</summary>
    public string Subject => $"mail{suffix}";

    /// <summary>What the relay calls its filter.</summary>
    public string Filter => $"filter{suffix}";

    public PostfixPorts Ports => ports ??= PostfixPorts.Keep(Path.Combine(State, "ports.json"));

    public string State => Directory.CreateDirectory(Path.Combine(Root, "state")).FullName;

    public string Settings => Path.Combine(Root, "etc");

    public string Main => Path.Combine(Settings, "main.cf");

    public string Services => Path.Combine(Settings, "master.cf");

    /// <summary>The volume of the queue, with old files beside it that nobody needs.</summary>
    public string Spool => Path.Combine(Root, "spool");

    public string Queue => Path.Combine(Spool, "queue");

    public string Hold => Path.Combine(Queue, "hold");

    /// <summary>Where the relay writes down what it holds, beside the queue.</summary>
    public string HeldPapers => Path.Combine(Spool, "ImcBotHold");

    public string PidFile => Path.Combine(Queue, "pid", "master.pid");

    /// <summary>Old files on the volume of the queue: the relay's policy lists them as disposable.</summary>
    public string Old => Path.Combine(Spool, "old");

    public string Data => Path.Combine(Root, "data");

    public string Logs => Path.Combine(Root, "log");

    public string Log => Path.Combine(Logs, "mail.log");

    public string Certificate => Path.Combine(Settings, "certificate.pem");

    public string CertificateKey => Path.Combine(Settings, "certificate.key");

    /// <summary>Does for the relay what a service manager would, and writes down that it was asked.</summary>
    public string Caller => Path.Combine(Root, "call");

    /// <summary>Starts the filter again whenever it has died.</summary>
    public string Keeper => Path.Combine(Root, "keep-filter");

    /// <summary>What <see cref="Caller"/> has written: a time, what was asked and of which service, a line each.</summary>
    public string Calls => Path.Combine(State, "calls");

    /// <summary>How the filter has ended: a time and an exit code, a line each.</summary>
    public string FilterEnds => Path.Combine(State, "filter-ends");

    public string FilterPid => Path.Combine(State, "filter.pid");

    /// <summary>While it is there, somebody has stopped Postfix in an orderly way.</summary>
    public string WasStopped => Path.Combine(State, "stopped");

    /// <summary>
    /// The files of the system that a daemon in the queue's folder as its root needs, and where they lie there.
    /// </summary>
    public IEnumerable<(string From, string To)> Jailed =>
        new[] { "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/services", "/etc/localtime" }
            .Where(File.Exists)
            .Select(file => (file, Queue + file));

    /// <summary>False when it was made before.</summary>
    public bool Make()
    {
        if (File.Exists(Caller))
        {
            return false;
        }

        foreach (var folder in new[] { Root, Settings, Spool, Data, Logs })
        {
            Directory.CreateDirectory(folder);
        }

        if (Blocked() is { } closed)
        {
            throw new LabException($"Postfix cannot enter {closed}, which is not open to it: chmod o+x {closed}, or give another --data.");
        }

        Managed?.Install();
        WriteSettings();
        PostfixScripts.Write(this);
        return true;
    }

    /// <summary>
    /// The settings as this program wrote them last, or found them; other hands may have changed them since. Locked by whoever writes them
    /// or compares: what is half written is nobody's change.
    /// </summary>
    public Dictionary<string, string> KnownSettings { get; } = new(StringComparer.Ordinal);

    /// <param name="further">Lines that stand at the end of main.cf and win over those before.</param>
    public void WriteSettings(params string[] further)
    {
        Write(Main, PostfixSettings.MainFile(this, further));
        Write(Services, PostfixSettings.ServicesFile(this));
    }

    /// <summary>As Debian's own script does before each start.</summary>
    public void FillJail()
    {
        Directory.CreateDirectory(Path.Combine(Queue, "etc"));
        foreach (var (from, to) in Jailed)
        {
            File.Copy(from, to, overwrite: true);
        }
    }

    private void Write(string path, string content)
    {
        lock (KnownSettings)
        {
            KnownSettings[path] = content;
            File.WriteAllText(path, content);
        }
    }

    /// <summary>The first folder on the way here that other users may not enter.</summary>
    private string? Blocked()
    {
        for (var folder = new DirectoryInfo(Root); folder is not null; folder = folder.Parent)
        {
            if (!OperatingSystem.IsWindows() && !folder.UnixFileMode.HasFlag(Entered))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
