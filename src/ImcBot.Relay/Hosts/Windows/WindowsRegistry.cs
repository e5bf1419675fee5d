using System.Runtime.Versioning;
using Microsoft.Win32;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>The server's registry below HKLM, each value with its exact type; nothing is expanded.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsRegistry(WindowsServer server) : IRegistry
{
    private const string Hive = @"HKLM\";

    public Task<IReadOnlyList<RegistryValue>> ValuesAsync(string key, CancellationToken cancellationToken) =>
        server.AskAsync<IReadOnlyList<RegistryValue>>(
            $"registry key {key}",
            () =>
            {
                using var root = Root(server);
                using var opened = root.OpenSubKey(Below(key));
                return opened is null ? [] : [.. opened.GetValueNames().Select(name => Read(opened, name))];
            },
            cancellationToken
        );

    public static RegistryKey Root(WindowsServer server) =>
        server.Machine is { } machine
            ? RegistryKey.OpenRemoteBaseKey(RegistryHive.LocalMachine, machine)
            : RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Default);

    /// <summary>Throws <see cref="HostException"/> for a key of another hive: the others belong to users, not to the server.</summary>
    public static string Below(string key) =>
        key.StartsWith(Hive, StringComparison.OrdinalIgnoreCase)
            ? key[Hive.Length..]
            : throw new HostException($@"'{key}' is not below HKLM; write it like HKLM\SOFTWARE\….");

    public static void Write(RegistryKey key, RegistryValue value)
    {
        var (kind, data) = value.Kind switch
        {
            ValueKind.Sz => (RegistryValueKind.String, (object)value.Text),
            ValueKind.ExpandSz => (RegistryValueKind.ExpandString, value.Text),
            ValueKind.MultiSz => (RegistryValueKind.MultiString, value.Lines.ToArray()),
            ValueKind.Dword => (RegistryValueKind.DWord, unchecked((int)uint.Parse(value.Text))),
            ValueKind.Binary => (RegistryValueKind.Binary, Convert.FromBase64String(value.Text)),
            _ => throw new HostException($"The value '{value.Name}' is of a kind that the relay does not write; a person must do it."),
        };
        key.SetValue(value.Name, data, kind);
    }

    private static RegistryValue Read(RegistryKey key, string name)
    {
        var data = key.GetValue(name, null, RegistryValueOptions.DoNotExpandEnvironmentNames);
        return (key.GetValueKind(name), data) switch
        {
            (RegistryValueKind.String, string text) => new(name, ValueKind.Sz, text),
            (RegistryValueKind.ExpandString, string text) => new(name, ValueKind.ExpandSz, text),
            (RegistryValueKind.MultiString, string[] lines) => RegistryValue.MultiSz(name, lines),
            (RegistryValueKind.DWord, int number) => RegistryValue.Dword(name, unchecked((uint)number)),
            (RegistryValueKind.Binary, byte[] bytes) => new(name, ValueKind.Binary, Convert.ToBase64String(bytes)),
            _ => new(name, ValueKind.Unknown, data?.ToString() ?? ""),
        };
    }
}
