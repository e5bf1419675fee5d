using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>The server as a whole. Its environment is read from its registry: this process's own says nothing about the server.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsMachine(WindowsServer server) : IMachine
{
    /// <summary>ERROR_CALL_NOT_IMPLEMENTED.</summary>
    private const int NotImplemented = 120;

    public Task<long> TimeAsync(CancellationToken cancellationToken) =>
        server.AskAsync(
            "clock",
            () => server.Machine is { } machine ? RemoteTime(machine) : Hosts.Clock.Micros(server.Time.GetUtcNow()),
            cancellationToken
        );

    public Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken) =>
        server.AskAsync("environment", ReadEnvironment, cancellationToken);

    public Task<string?> GreetingAsync(int port, CancellationToken cancellationToken) =>
        Greeting.ReadAsync(server.Machine ?? "127.0.0.1", port, cancellationToken);

    private IReadOnlyDictionary<string, string> ReadEnvironment()
    {
        using var root = WindowsRegistry.Root(server);
        using var version = root.OpenSubKey(@"SOFTWARE\Microsoft\Windows NT\CurrentVersion");
        var environment = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (version?.GetValue("SystemRoot") is string { Length: > 2 } system)
        {
            environment["SystemRoot"] = environment["windir"] = system;
            environment["SystemDrive"] = system[..2];
        }

        using var key = root.OpenSubKey(@"SYSTEM\CurrentControlSet\Control\Session Manager\Environment");
        foreach (var name in key?.GetValueNames() ?? [])
        {
            if (key!.GetValue(name, null, RegistryValueOptions.DoNotExpandEnvironmentNames) is string text)
            {
                environment[name] = ServerEnvironment.Expand(text, environment);
            }
        }

        // NT 4.0 has TEMP in each user's environment only, by default as here.
        environment.TryAdd("TEMP", ServerEnvironment.Expand(@"%SystemDrive%\TEMP", environment));
        return environment;
    }

    private static long RemoteTime(string machine)
    {
        if (Ask(machine, out var told) is not 0 and var error)
        {
            throw new Win32Exception(error);
        }

        try
        {
            var time = Marshal.PtrToStructure<TimeOfDay>(told);
            return (time.Seconds * 1_000_000L) + (time.Hundredths * 10_000L);
        }
        finally
        {
            _ = NetApiBufferFree(told);
        }
    }

    /// <summary>A Windows that lacks the call, as Wine does, breaks off instead of giving an error.</summary>
    private static int Ask(string machine, out nint time)
    {
        try
        {
            return NetRemoteTOD(@"\\" + machine, out time);
        }
        catch (SEHException)
        {
            time = 0;
            return NotImplemented;
        }
    }

    [LibraryImport("netapi32.dll", StringMarshalling = StringMarshalling.Utf16)]
    private static partial int NetRemoteTOD(string server, out nint time);

    [LibraryImport("netapi32.dll")]
    private static partial int NetApiBufferFree(nint buffer);

    /// <summary>TIME_OF_DAY_INFO: seconds since 1970, and the hundredths that passed since.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeOfDay
    {
        public uint Seconds,
            Uptime,
            Hour,
            Minute,
            Second,
            Hundredths;
    }
}

/// <summary>Puts the server's own variables into a text.</summary>
internal static class ServerEnvironment
{
    /// <summary>A variable that is not known stays as it is.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            text = text.Replace($"%{name}%", value, StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }
}
