using ImcBot.Lab.Nginx;

namespace ImcBot.Lab.Launch;

/// <summary>A live nginx of its own on this machine, driven by the relay for Linux with the vectors of its policy.</summary>
/// <param name="port">Of the practice API.</param>
/// <param name="nginx">Where nginx lives.</param>
internal sealed class SiteNginx(SiteOptions options, int port, NginxFolder nginx) : ISiteServer
{
    private const string Subject = "web";

    public string Host => LinuxRelay.Host;

    public string Called => "practice web server";

    public string Service => NginxFolder.Service;

    public string Scene => "nginx";

    public string Team => "Web operations";

    public IReadOnlyList<string> Arguments =>
        ["nginx", "--port", $"{port}", "--web", $"{nginx.WebPort}", "--data", nginx.Root, .. ISiteServer.Given("--faults", options.Faults)];

    /// <summary>Whom it trusts; all else stands in its files, so that every command of the relay finds it there.</summary>
    public IReadOnlyDictionary<string, string> Relay =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = nginx.Authority };

    public IReadOnlyDictionary<string, string> RelayFiles =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["relay.json"] = Settings, ["policy.yaml"] = Policy };

    /// <summary>nginx starts and ends within a second, so people need not wait as long as for a service of systemd.</summary>
    private string Settings =>
        LinuxRelay.Settings([
            new
            {
                Name = Subject,
                Runbook = "service-down",
                Service,
                Url = nginx.Health,
                Parameters = new
                {
                    Port = $"{nginx.WebPort}",
                    Volume = nginx.Logs,
                    Free = "10MB",
                    nginx.Certificate,
                },
            },
        ]);

    private string Policy =>
        $"""
            # The policy of the practice web server's relay: nginx is started, stopped and reloaded by a program that writes down each call.
            highest-impact: disruptive
            folders: [{LinuxRelay.Quoted(nginx.Logs)}]
            services:
              - name: {Service}
                display: nginx
                start: [{LinuxRelay.Quoted(nginx.Caller)}, start]
                stop: [{LinuxRelay.Quoted(nginx.Caller)}, stop]
                reload: [{LinuxRelay.Quoted(nginx.Caller)}, reload]
                check: [{string.Join(
                ", ",
                new[] { NginxFolder.Program }.Concat(nginx.Arguments).Append("-t").Append("-q").Select(LinuxRelay.Quoted)
            )}]
                pid-file: {LinuxRelay.Quoted(nginx.PidFile)}
                log: {LinuxRelay.Quoted(nginx.ErrorLog)}
                disabled-by: {LinuxRelay.Quoted(nginx.SwitchedOff)}
                seconds: 10
                kill-after: 3
            # A practice hour is a few minutes long.
            starts-per-hour: 60

            """;

    public IReadOnlyList<(string Word, string Action)> ByHand { get; } =
    [
        ("Mend the line", "mend-settings"),
        ("taken the port", "free-port"),
        ("Renew the certificate", "renew-certificate"),
        ("switched it off", ISiteServer.LeaveIt),
    ];

    public string? OpenedBy => RestsOnPurpose ? $"open {Host} {Subject}" : null;

    public bool RestsOnPurpose => options.Faults?.Split(',').Contains(NginxFaults.Disabled) == true;
}
