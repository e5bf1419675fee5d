using System.Runtime.InteropServices;

namespace ImcBot.Lab;

/// <summary>Signals of Unix to a process; one that is gone gets none.</summary>
internal static class Signals
{
    public const int Kill = 9,
        End = 15,
        Halt = 19;

    public static void Send(int process, int signal) => _ = SendTo(process, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendTo(int process, int signal);
}
