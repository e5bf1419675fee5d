using System.Globalization;

namespace ImcBot.Lab;

/// <summary>Processes that this program has not started itself, as <c>proc(5)</c> shows them.</summary>
internal static class LiveProcesses
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>The number in a pid file, whether that process lives or not; null where none stands there.</summary>
    public static int? In(string pidFile) =>
        int.TryParse(Text(pidFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>A file of a process, such as <c>comm</c>; empty where it is gone.</summary>
    public static string Read(int process, string file) => Text($"/proc/{process}/{file}");

    public static async Task UntilAsync(Func<bool> isSo, TimeProvider time)
    {
        while (!isSo())
        {
            await Task.Delay(Look, time);
        }
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
