using System.Diagnostics;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Clocks;

/// <summary>
/// The wall clocks of bots and relays that are started with these variables: each can be set, as an administrator or a time service does;
/// their monotonic clocks go on.
/// </summary>
internal sealed class ShiftedClock
{
    private const string Preload = "LD_PRELOAD",
        Place = "IMCBOT_SHIFTED_CLOCK";

    private readonly string _folder;

    private ShiftedClock(string folder)
    {
        _folder = folder;
        Set("bot", TimeSpan.Zero);
        Set("relay", TimeSpan.Zero);
    }

    public IEnumerable<KeyValuePair<string, string>> Variables =>
        [new(Place, _folder), new(Preload, Path.Combine(_folder, "shifted_clock.so"))];

    /// <summary>Skips the test with the reason where no clock can be set.</summary>
    public static async Task<ShiftedClock> OpenAsync(CancellationToken cancellationToken)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux preloads a library.");
        var folder = Directory.CreateTempSubdirectory("imcbot-clock").FullName;
        var compiler = Compiler(folder);
        Assert.SkipWhen(compiler is null, "There is no gcc that could compile the clock.");
        var said = await compiler.StandardError.ReadToEndAsync(cancellationToken);
        await compiler.WaitForExitAsync(cancellationToken);
        Assert.True(compiler.ExitCode == 0, said);
        return new(folder);
    }

    /// <summary>Sets the clock of <c>bot</c> or <c>relay</c> so far ahead of the machine's.</summary>
    public void Set(string side, TimeSpan ahead)
    {
        using var file = new FileStream(Path.Combine(_folder, side), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)ahead.TotalSeconds));
    }

    private static Process? Compiler(string folder)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(
                    "gcc",
                    [
                        "-O2",
                        "-shared",
                        "-fPIC",
                        "-o",
                        Path.Combine(folder, "shifted_clock.so"),
                        Repository.Path("tests/ImcBot.EndToEnd.Tests/Clocks/shifted_clock.c"),
                    ]
                )
                {
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            );
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
