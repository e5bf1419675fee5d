using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Antivirus;

/// <summary>Files that the scanner has open for itself alone.</summary>
internal sealed class Scanner(Drives drives) : IDisposable
{
    /// <summary>The oldest files are enough: the mail service takes them first.</summary>
    private const int AtOnce = 300;

    private readonly Dictionary<string, FileStream> open = [];

    /// <summary>Opens what is new in In, lets go what is gone or excluded.</summary>
    public void Look(RegistrySnapshot registry)
    {
        var folder = registry.Text(Places.ImcParameters, Places.RootDir)?.TrimEnd('\\') + @"\In";
        var excluded = registry.Lines(Places.AntivirusKey, Places.Excluded).Any(item => Covers(item, folder));
        foreach (var path in open.Keys.Where(path => excluded || !File.Exists(path)).ToList())
        {
            open.Remove(path, out var file);
            file!.Dispose();
        }

        if (!excluded && Real(folder) is { Exists: true } real)
        {
            foreach (var file in real.EnumerateFiles().OrderBy(file => file.LastWriteTimeUtc).Take(AtOnce))
            {
                TryOpen(file.FullName);
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in open.Values)
        {
            file.Dispose();
        }
    }

    private static bool Covers(string item, string folder)
    {
        var prefix = item.TrimEnd('*', '\\', '.');
        return prefix.Length > 0 && (folder + "\\").StartsWith(prefix + "\\", StringComparison.OrdinalIgnoreCase);
    }

    private DirectoryInfo? Real(string folder)
    {
        try
        {
            return new DirectoryInfo(drives.Real(folder));
        }
        catch (WindowsError)
        {
            return null;
        }
    }

    private void TryOpen(string path)
    {
        if (open.ContainsKey(path))
        {
            return;
        }

        try
        {
            open[path] = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException)
        {
            // The mail service was faster.
        }
    }
}
