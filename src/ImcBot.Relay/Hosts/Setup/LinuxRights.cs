namespace ImcBot.Relay.Hosts.Setup;

/// <summary>
/// What a relay that works on its own Linux machine needs beside the closed unit: of <see cref="LinuxRight.All"/> what its policy asks
/// for, and no more.
/// </summary>
/// <param name="Folders">Folders that the policy allows to be changed, in full.</param>
/// <param name="Services">Services of the policy.</param>
/// <param name="Account">The user that the relay runs as.</param>
internal sealed record LinuxRights(IReadOnlyList<string> Folders, IReadOnlyList<ManagedService> Services, string Account)
{
    private const string Rules = "/etc/polkit-1/rules.d/50-imcbot-relay.rules";

    private static readonly string[] Shared = ["/tmp", "/var/tmp"];

    public IReadOnlyList<string> Units => [.. Services.Where(service => !service.IsOwn).Select(service => service.Name)];

    /// <summary>All that the policy asks for, each once.</summary>
    public IReadOnlyList<string> Capabilities =>
        [
            .. LinuxRight
                .All.Where(right => right.From is null || (right.Right is Right.Files && Folders.Count > 0))
                .SelectMany(right => right.Capabilities)
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>
    /// The lines of the unit that are others than those of a relay that works on another machine. Throws <see cref="HostException"/> where
    /// a service would stop with the relay.
    /// </summary>
    public IReadOnlyList<(string Closed, string Open)> Lines
    {
        get
        {
            if (Services.FirstOrDefault(service => service.IsOwn) is { } own)
            {
                throw new HostException(
                    $"The policy starts {own.Name} by a vector of its own: under systemd it would be stopped with the relay. Make a "
                        + "unit of it, and name that in the policy."
                );
            }

            var capabilities = string.Join(' ', Capabilities);
            var isShared = Folders.Any(folder => Shared.Any(shared => PathGrammar.Unix.IsWithin(folder, shared)));
            return
            [
                ("CapabilityBoundingSet=\n", $"CapabilityBoundingSet={capabilities}\n"),
                ("AmbientCapabilities=\n", $"AmbientCapabilities={capabilities}\n"),
                ("PrivateUsers=yes\n", "PrivateUsers=no\n"),
                ("ProtectProc=invisible\n", "ProtectProc=default\n"),
                ("ProtectHome=yes\n", "ProtectHome=read-only\n"),
                ("PrivateTmp=yes\n", $"PrivateTmp={(isShared ? "no" : "yes")}\n"),
                .. Folders.Count == 0
                    ? []
                    : new[]
                    {
                        ("SystemCallFilter=~@privileged\n", "SystemCallFilter=~@privileged\nSystemCallFilter=@chown\n"),
                        ("ProtectSystem=strict\n", $"ProtectSystem=strict\nReadWritePaths={string.Join(' ', Folders.Select(Quoted))}\n"),
                    },
            ];
        }
    }

    /// <summary>Where the rule lies that lets the user control units, and what it says; null where the policy names no unit.</summary>
    public (string Path, string Text)? Control => Units.Count == 0 ? null : (Rules, Rule);

    /// <summary>Lets this user start, stop and reload these units, and nothing else of systemd.</summary>
    public IReadOnlyList<Step> Steps => Control is { } control ? [new WriteStep(control.Path, control.Text)] : [];

    public static Step Remove => new RemoveStep(Rules);

    private string Rule =>
        $$"""
            // Written by 'imcbot-relay install' from the relay's policy; install again where that changes.
            polkit.addRule(function (action, subject) {
              if (action.id == "org.freedesktop.systemd1.manage-units" && subject.user == {{Text(Account)}} &&
                  [{{string.Join(", ", Units.Select(Text))}}].indexOf(action.lookup("unit")) >= 0 &&
                  ["start", "stop", "reload", "reset-failed"].indexOf(action.lookup("verb")) >= 0) {
                return polkit.Result.YES;
              }
            });

            """;

    private static string Text(string word) => System.Text.Json.JsonSerializer.Serialize(word, RelayContext.Default.String);

    /// <summary>
    /// Blanks part paths, and a percent sign begins a specifier (systemd.unit(5)); with a hyphen before it a folder that is not there
    /// keeps the unit from nothing.
    /// </summary>
    private static string Quoted(string path) => $"\"-{path.Replace("%", "%%", StringComparison.Ordinal)}\"";
}
