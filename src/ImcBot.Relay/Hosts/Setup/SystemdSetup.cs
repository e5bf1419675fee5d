namespace ImcBot.Relay.Hosts.Setup;

/// <summary>The relay as a systemd unit: the hardened one of infra/linux, with this program, data folder and account.</summary>
internal static class SystemdSetup
{
    public const string Unit = "imcbot-relay.service",
        Account = "imcbot-relay";

    private const string Place = "/etc/systemd/system/" + Unit;

    /// <summary>What systemd reads as more than a letter of a path: it parts words, quotes, or begins a specifier or a variable.</summary>
    private static readonly System.Buffers.SearchValues<char> Read = System.Buffers.SearchValues.Create(" \t\r\n\"'\\%$;");

    /// <summary>Throws <see cref="HostException"/> for a path or an account that a unit cannot name plainly.</summary>
    /// <param name="rights">What a relay that works on this machine needs beside; null for one that works on another.</param>
    public static IReadOnlyList<Step> Install(string program, string data, string? account, LinuxRights? rights = null) =>
        [
            new WriteStep(Place, Opened(Text(Plain(program), Plain(data), Plain(account ?? Account)), rights)),
            .. rights?.Steps ?? [],
            new RunStep("systemctl", ["daemon-reload"]),
            new RunStep("systemctl", ["enable", Unit]),
        ];

    public static IReadOnlyList<Step> Uninstall() =>
        [
            new RunStep("systemctl", ["disable", "--now", Unit], MayFail: true),
            new RemoveStep(Place),
            LinuxRights.Remove,
            new RunStep("systemctl", ["daemon-reload"]),
        ];

    private static string Plain(string word) =>
        word.AsSpan().ContainsAny(Read)
            ? throw new HostException(
                $"'{word}' has a blank or a sign that a systemd unit reads in its own way; choose another place or name."
            )
            : word;

    /// <summary>Throws <see cref="InvalidOperationException"/> where the unit has not the line that is to be opened.</summary>
    private static string Opened(string unit, LinuxRights? rights) =>
        (rights?.Lines ?? []).Aggregate(
            unit,
            (text, line) =>
                text.Contains($"\n{line.Closed}", StringComparison.Ordinal)
                    ? text.Replace($"\n{line.Closed}", $"\n{line.Open}", StringComparison.Ordinal)
                    : throw new InvalidOperationException($"The unit has no line '{line.Closed.Trim()}'.")
        );

    private static string Text(string program, string data, string account)
    {
        using var template = typeof(SystemdSetup).Assembly.GetManifestResourceStream(Unit)!;
        using var reader = new StreamReader(template);
        return reader
            .ReadToEnd()
            .Replace("User=imcbot-relay", $"User={account}", StringComparison.Ordinal)
            .Replace("Group=imcbot-relay\n", "", StringComparison.Ordinal)
            .Replace("/opt/imcbot-relay/ImcBot.Relay", program, StringComparison.Ordinal)
            .Replace("/var/lib/imcbot-relay", data, StringComparison.Ordinal)
            .Replace("StateDirectory=imcbot-relay\nStateDirectoryMode=0700", $"ReadWritePaths={data}", StringComparison.Ordinal);
    }
}
