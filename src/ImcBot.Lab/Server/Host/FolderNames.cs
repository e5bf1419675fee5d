namespace ImcBot.Lab.Server.Host;

/// <summary>
/// The names in the folders that a list of moves touches, ignoring case as NT does. Each folder is read once for the whole list:
/// looking for a free name by reading the folder for every file would make 10,000 moves take minutes.
/// </summary>
internal sealed class FolderNames
{
    private readonly Dictionary<string, HashSet<string>> folders = new(StringComparer.Ordinal);

    public bool Has(string real) => Of(real).Contains(Path.GetFileName(real));

    public void Moved(string from, string to)
    {
        if (folders.TryGetValue(Path.GetDirectoryName(from)!, out var names))
        {
            names.Remove(Path.GetFileName(from));
        }

        Of(to).Add(Path.GetFileName(to));
    }

    private HashSet<string> Of(string real)
    {
        var folder = Path.GetDirectoryName(real)!;
        if (!folders.TryGetValue(folder, out var names))
        {
            folders[folder] = names = Directory
                .EnumerateFileSystemEntries(folder)
                .Select(entry => Path.GetFileName(entry))
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
        }

        return names;
    }
}
