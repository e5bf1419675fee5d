using System.Globalization;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>Who listens on TCP ports, from <c>/proc/net</c> and the open files of the processes.</summary>
internal static class Listeners
{
    private const string Listening = "0A";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>In words; null where nobody listens there.</summary>
    public static string? On(int port) =>
        On(() => Sockets(port), sockets => LinuxProcess.All().FirstOrDefault(process => Holds(process, sockets))?.ToString());

    /// <summary>Whoever ends meanwhile is in no list of processes any more, and no longer listens either.</summary>
    public static string? On(Func<HashSet<string>> sockets, Func<HashSet<string>, string?> holder)
    {
        var before = sockets();
        return before.Count == 0 ? null
            : holder(before) is { } named ? named
            : sockets().Overlaps(before) ? "a process that this relay may not look into"
            : null;
    }

    private static HashSet<string> Sockets(int port) =>
        Tables.Where(File.Exists).SelectMany(File.ReadLines).Select(line => Socket(line, port)).OfType<string>().ToHashSet();

    /// <summary>The socket of a line that says that somebody listens on this port; null for any other line.</summary>
    public static string? Socket(string line, int port)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
            parts.Length > 9
            && parts[3] == Listening
            && parts[1].Split(':') is [_, var local]
            && int.Parse(local, NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port
            ? $"socket:[{parts[9]}]"
            : null;
    }

    private static bool Holds(LinuxProcess process, HashSet<string> sockets)
    {
        try
        {
            return Directory
                .EnumerateFileSystemEntries($"/proc/{process.Id}/fd")
                .Any(open => new FileInfo(open).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
