using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ImcBot.Lab.Nginx;

/// <summary>A small volume in memory in the place of a folder, so that it can run full without harm to this machine.</summary>
internal sealed class LogVolume(string folder)
{
    private const int Megabytes = 24;

    private static readonly byte[] Line = Encoding.ASCII.GetBytes(
        "127.0.0.1 - - [30/Nov/2026:02:03:04 +0000] \"GET /index.html HTTP/1.1\" 200 58 \"-\" \"a visitor who comes again and again\"\n"
    );

    private bool IsMounted => File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ')[4] == folder);

    /// <summary>Throws <see cref="SkippedException"/> where this machine lets this process mount nothing.</summary>
    public static void Demand()
    {
        var place = Directory.CreateTempSubdirectory("imcbot-volume-").FullName;
        var trial = new LogVolume(place);
        try
        {
            trial.Mount();
            trial.Unmount();
        }
        finally
        {
            Directory.Delete(place);
        }
    }

    /// <summary>Throws <see cref="SkippedException"/> where it is refused.</summary>
    public void Mount()
    {
        if (!IsMounted && Refused("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "tmpfs", folder) is { } why)
        {
            throw new SkippedException(
                $"A full log volume needs a small volume of its own, and this machine refuses to mount one: {why} Root may do it, or a "
                    + "container with the capability SYS_ADMIN."
            );
        }
    }

    public void Unmount()
    {
        if (IsMounted)
        {
            _ = Refused("umount", "-l", folder);
        }
    }

    /// <summary>Lets a log grow until not a byte more fits.</summary>
    public static void Fill(string log)
    {
        var lines = Enumerable.Repeat(Line, 4096).SelectMany(line => line).ToArray();
        using var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var length = lines.Length; length > 0; length /= 2)
        {
            try
            {
                while (true)
                {
                    file.Write(lines, 0, length);
                }
            }
            catch (IOException)
            {
                // Less may still fit.
            }
        }
    }

    /// <summary>Null when it was done, else what it complained of.</summary>
    private static string? Refused(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
            )!;
            var complaint = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : complaint.Trim();
        }
        catch (Win32Exception missing)
        {
            return $"{program}: {missing.Message}.";
        }
    }
}
