namespace ImcBot.Relay.Hosts.Setup;

/// <summary>
/// What a relay that works on its own Linux machine needs beside the closed unit, from its policy and no more: the table "action -> right"
/// of
/// infra/README.md as code.
/// </summary>
/// <param name="Folders">Folders that the policy allows to be changed, in full.</param>
/// <param name="Services">Services of the policy.</param>
/// <param name="Account">The user that the relay runs as.</param>
internal sealed record LinuxRights(IReadOnlyList<string> Folders, IReadOnlyList<ManagedService> Services, string Account)
{
    private const string Rules = "/etc/polkit-1/rules.d/50-imcbot-relay.rules";

    /// <summary>What a relay is never without: who holds a file open, and what is in folders of others.</summary>
    private static readonly string[] Looking = ["CAP_DAC_READ_SEARCH", "CAP_SYS_PTRACE"];

    /// <summary>Deletes and moves files of others, and gives a copy on another volume to their owner.</summary>
    private static readonly string[] Changing = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_LEASE"];

    private static readonly string[] Shared = ["/tmp", "/var/tmp"];

    private IReadOnlyList<string> Units => [.. Services.Where(service => !service.IsOwn).Select(service => service.Name)];

    /// <summary>
    /// The lines of the unit that are others than those of a relay that works on another machine. Throws <see cref="HostException"/> where
    /// a
    /// service would stop with the relay.
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

            var capabilities = string.Join(' ', Folders.Count > 0 ? Looking.Concat(Changing) : Looking);
            var isShared = Folders.Any(folder => Shared.Any(shared => PathGrammar.Unix.IsWithin(folder, shared)));
            return
            [
                ("CapabilityBoundingSet=\n", $"CapabilityBoundingSet={capabilities}\n"),
                ("AmbientCapabilities=\n", $"AmbientCapabilities={capabilities}\n"),
                ("PrivateUsers=yes\n", "PrivateUsers=no\n"),
                ("ProtectProc=invisible\n", "ProtectProc=default\n"),
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

    /// <summary>Lets this user start, stop and reload these units, and nothing else of systemd.</summary>
    public IReadOnlyList<Step> Steps => Units.Count == 0 ? [] : [new WriteStep(Rules, Rule)];

    public static Step Remove => new RemoveStep(Rules);

    private string Rule =>
        $$"""
            // Written by 'imcbot-relay install' from the relay's policy; install again where that changes.
            polkit.addRule(function (action, subject) {
              if (action.id == "org.freedesktop.systemd1.manage-units" && subject.user == {{Text(Account)}} &&
                  [{{string.Join(", ", Units.Select(Text))}}].indexOf(action.lookup("unit")) >= 0 &&
                  ["start", "stop", "reload", "reset-failed", "kill"].indexOf(action.lookup("verb")) >= 0) {
                return polkit.Result.YES;
              }
            });

            """;

    private static string Text(string word) => System.Text.Json.JsonSerializer.Serialize(word);

    /// <summary>Blanks part paths, and a percent sign begins a specifier (systemd.unit(5)).</summary>
    private static string Quoted(string path) => $"\"{path.Replace("%", "%%", StringComparison.Ordinal)}\"";
}
