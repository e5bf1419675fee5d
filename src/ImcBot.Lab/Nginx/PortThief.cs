using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ImcBot.Lab.Nginx;

/// <summary>
/// Another program that listens where nginx should: a process of its own, which ends when it is told to or its server is gone.
/// </summary>
internal sealed class PortThief(int port) : IDisposable
{
    /// <summary>The hidden command that is this other program.</summary>
    public const string Command = "take-port";

    private Process? process;

    /// <summary>Its process; null where none has the port.</summary>
    public int? Id => process is { HasExited: false } ? process.Id : null;

    /// <summary>Returns once it listens.</summary>
    public async Task TakeAsync()
    {
        if (Id is not null)
        {
            return;
        }

        process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(PortThief).Assembly.Location, Command, port.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        if (await process.StandardOutput.ReadLineAsync() is null)
        {
            throw new BadHttpRequestException($"Port {port} could not be taken: somebody else has it.", StatusCodes.Status409Conflict);
        }
    }

    public async Task GiveBackAsync()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
            process = null;
        }
    }

    /// <summary>What the other program does: it shuts the door on every visitor, until its input ends.</summary>
    public static async Task RunAsync(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine(port);
        var told = Console.In.ReadLineAsync();
        while (true)
        {
            var visitor = listener.AcceptTcpClientAsync();
            if (await Task.WhenAny(visitor, told) == told)
            {
                return;
            }

            (await visitor).Dispose();
        }
    }

    public void Dispose() => process?.Dispose();
}
