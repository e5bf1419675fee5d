namespace ImcBot.Relay.Hosts.Setup;

/// <summary>The relay as a systemd unit: the hardened one of infra/linux, with this program, data folder and account.</summary>
internal static class SystemdSetup
{
    public const string Unit = "imcbot-relay.service",
        Account = "imcbot-relay";

    private const string Place = "/etc/systemd/system/" + Unit;

    public static IReadOnlyList<Step> Install(string program, string data, string? account) =>
        [
            new WriteStep(Place, Text(program, data, account ?? Account)),
            new RunStep("systemctl", ["daemon-reload"]),
            new RunStep("systemctl", ["enable", Unit]),
        ];

    public static IReadOnlyList<Step> Uninstall() =>
        [
            new RunStep("systemctl", ["disable", "--now", Unit], MayFail: true),
            new RemoveStep(Place),
            new RunStep("systemctl", ["daemon-reload"]),
        ];

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
