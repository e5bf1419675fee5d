using System.Diagnostics;
using System.Globalization;

namespace ImcBot.Lab.Postfix;

/// <summary>The Postfix of this machine's package, and how it is called.</summary>
internal static class PostfixPackage
{
    public const string Master = "/usr/lib/postfix/sbin/master",
        Postfix = "/usr/sbin/postfix",
        Postsuper = "/usr/sbin/postsuper";

    /// <summary>Throws <see cref="SkippedException"/> where it is not installed, or this program may not run it.</summary>
    public static void Need()
    {
        if (new[] { Master, Postfix, Postsuper }.FirstOrDefault(program => !File.Exists(program)) is { } missing)
        {
            throw new SkippedException(
                $"Postfix is not installed on this machine ({missing} is missing). On Debian and Ubuntu this brings it: "
                    + "echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections; "
                    + "apt-get install --no-install-recommends postfix"
            );
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw new SkippedException("Postfix starts as root only: run the practice as root, on a machine that is there for that.");
        }
    }

    /// <summary>Throws <see cref="SkippedException"/> where a fault fills a volume and this program may not make one.</summary>
    public static void NeedVolumes(IEnumerable<string> faults)
    {
        if (faults.Where(fault => fault.Length > 0).Any(fault => FaultName.Parse(fault).FillsVolume))
        {
            NeedMounts("none can be filled");
        }
    }

    /// <summary>Throws <see cref="SkippedException"/> where this program may not mount.</summary>
    /// <param name="so">What comes of that.</param>
    public static void NeedMounts(string so)
    {
        if (!MayMount())
        {
            throw new SkippedException($"This machine lets no volume be mounted (CAP_SYS_ADMIN is missing), so {so}.");
        }
    }

    /// <summary>Runs a program to its end; what it complains of is the exception's message.</summary>
    public static async Task AskAsync(string program, params string[] arguments)
    {
        var (code, said) = await TryAsync(program, arguments);
        if (code != 0)
        {
            throw new BadHttpRequestException(
                $"{Path.GetFileName(program)} ended with {code}: {(said.Length > 0 ? said : "its log says why.")}",
                StatusCodes.Status409Conflict
            );
        }
    }

    /// <summary>capabilities(7), of which 21 is CAP_SYS_ADMIN.</summary>
    private static bool MayMount() =>
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal)) is { } line
        && ulong.TryParse(line["CapEff:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var held)
        && (held >> 21 & 1) == 1;

    /// <summary>Runs a program to its end, whatever that is.</summary>
    public static async Task<(int Code, string Said)> TryAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complaint = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, $"{await said}{complaint}".Trim());
    }
}
