namespace ImcBot.Relay.Hosts.Windows;

/// <summary>Where a path of the server is found from here.</summary>
internal static class ServerPath
{
    /// <summary>
    /// Throws <see cref="HostException"/> for anything but a path with a drive letter: no other path is the server's own.
    /// </summary>
    public static string FromHere(string? machine, string path)
    {
        var volume = PathGrammar.Windows.Volume(path);
        var rest = path.Length > 2 ? path[2..].Replace('/', '\\') : @"\";
        return rest.Split('\\').Contains("..") ? throw new HostException($"'{path}' climbs out of its folder; write the folder itself.")
            : machine is null ? $@"\\?\{volume}{rest}"
            : $@"\\?\UNC\{machine}\{volume[0]}${rest}";
    }
}
