using System.ComponentModel;
using System.Diagnostics;

namespace ImcBot.Relay.Hosts.Setup;

/// <summary>One step of an installation, as data: it can be shown before it is done.</summary>
internal abstract record Step
{
    public abstract Task DoAsync(CancellationToken cancellationToken);
}

/// <summary>Writes a file.</summary>
/// <param name="IsPrivate">Whether only its owner may read it.</param>
internal sealed record WriteStep(string Path, string Content, bool IsPrivate = false) : Step
{
    public override async Task DoAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (IsPrivate)
            {
                PrivateFile.Write(Path, Content);
            }
            else
            {
                await File.WriteAllTextAsync(Path, Content, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"{Path} cannot be written ({exception.Message}); run this as root.", inner: exception);
        }
    }

    public override string ToString() => $"write {Path}";
}

/// <summary>Removes a file, if it is there.</summary>
internal sealed record RemoveStep(string Path) : Step
{
    public override Task DoAsync(CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(Path);
            return Task.CompletedTask;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"{Path} cannot be removed ({exception.Message}); run this as root.", inner: exception);
        }
    }

    public override string ToString() => $"remove {Path}";
}

/// <summary>
/// Runs a program of the operating system with a fixed list of arguments; anything but exit code 0 ends the installation.
/// </summary>
/// <param name="Line">The command line, for programs such as sc.exe that read their arguments in their own way; else null.</param>
/// <param name="MayFail">For what may be gone already.</param>
internal sealed record RunStep(string Program, IReadOnlyList<string> Arguments, string? Line = null, bool MayFail = false) : Step
{
    public override async Task DoAsync(CancellationToken cancellationToken)
    {
        var start = Line is null ? new ProcessStartInfo(Program, Arguments) : new ProcessStartInfo(Program, Line);
        start.UseShellExecute = false;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            using var program = Process.Start(start)!;
            var error = program.StandardError.ReadToEndAsync(cancellationToken);
            var said = await program.StandardOutput.ReadToEndAsync(cancellationToken) + await error;
            await program.WaitForExitAsync(cancellationToken);
            if (program.ExitCode != 0 && !MayFail)
            {
                throw new HostException($"'{this}' ended with {program.ExitCode}: {said.Trim()}", HostError.Other);
            }
        }
        catch (Win32Exception exception)
        {
            throw new HostException(
                $"'{Program}' cannot be started ({exception.Message}).",
                Win32.Kind(exception.NativeErrorCode),
                exception
            );
        }
    }

    public override string ToString() => $"{Program} {Line ?? string.Join(' ', Arguments)}";
}
