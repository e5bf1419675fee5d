namespace ImcBot.Lab;

/// <summary>A script that stands for a service manager: the relay calls it.</summary>
internal static class ShellScript
{
    private const UnixFileMode OwnProgram = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Write(string path, string script)
    {
        File.WriteAllText(path, script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnProgram);
        }
    }

    /// <summary>A text as one word of the shell.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
