using System.Diagnostics;
using System.Reflection;

namespace ImcBot.Lab;

/// <summary>
/// Where the built programs of this repository are: all in one folder when published, else each in its project's output of the same
/// configuration.
/// </summary>
internal static class Programs
{
    /// <summary>The program that runs this one, and with it the other built ones.</summary>
    public static string Dotnet =>
        Environment.ProcessPath is { } own
        && string.Equals(Path.GetFileNameWithoutExtension(own), "dotnet", StringComparison.OrdinalIgnoreCase)
            ? own
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public static string Find(string program)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var beside = Path.Combine(here.FullName, $"{program}.dll");
        var source = Root(here);
        if (source is null)
        {
            return File.Exists(beside) ? beside : throw Missing(program);
        }
        var configuration = typeof(Programs).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var built = Path.Combine(source.FullName, "src", program, "bin", configuration, here.Name, $"{program}.dll");
        return File.Exists(built) ? built : throw Missing(program);
    }

    /// <summary>
    /// How a program is started: as native code from the folder that <c>IMCBOT_PUBLISHED</c> names, where it was published there by
    /// <c>dotnet publish</c>, else the built one with <c>dotnet</c>.
    /// </summary>
    public static ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        var native = Path.Combine(Environment.GetEnvironmentVariable("IMCBOT_PUBLISHED") ?? "", program);
        return Path.IsPathFullyQualified(native) && File.Exists(native)
            ? new(native, arguments)
            : new("dotnet", [Find(program), .. arguments]);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Whether its exit code is 0, and what it wrote; where it is not, its complaints too.</returns>
    public static async Task<(bool IsWell, string Said)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var start = Start(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var (said, complained) = (
            process.StandardOutput.ReadToEndAsync(cancellationToken),
            process.StandardError.ReadToEndAsync(cancellationToken)
        );
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? (true, (await said).Trim()) : (false, $"{await said}{await complained}".Trim());
    }

    /// <summary>A file of the repository, such as a runbook; null when this program runs outside of a clone.</summary>
    public static string? InRepository(params string[] path) =>
        Root(new DirectoryInfo(AppContext.BaseDirectory)) is { } root ? Path.Combine([root.FullName, .. path]) : null;

    private static DirectoryInfo? Root(DirectoryInfo from)
    {
        var folder = from;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImcBot.sln")))
        {
            folder = folder.Parent;
        }
        return folder;
    }

    private static LabException Missing(string program) =>
        new($"{program} is not built: run 'dotnet build' in the folder of ImcBot.sln first.");
}
