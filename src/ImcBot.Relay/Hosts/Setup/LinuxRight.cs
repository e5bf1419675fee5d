namespace ImcBot.Relay.Hosts.Setup;

/// <summary>
/// How Linux gives a right to a relay that is not root. The unit that <c>install</c> writes, the table in infra/README.md and what
/// <c>doctor</c> looks for come from this list.
/// </summary>
/// <param name="Capabilities">Of capabilities(7).</param>
/// <param name="Beside">What the unit or the system gives beside them, for people; empty for nothing.</param>
/// <param name="From">What in the policy asks for it, for people; null: every relay on its own server has it.</param>
internal sealed record LinuxRight(Right Right, IReadOnlyList<string> Capabilities, string Beside, string? From)
{
    private static readonly string[] Changing = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_LEASE"];

    public static IReadOnlyList<LinuxRight> All { get; } =
    [
        new(Right.Reading, ["CAP_DAC_READ_SEARCH"], "`ProtectHome=read-only`", null),
        new(Right.Processes, ["CAP_DAC_READ_SEARCH", "CAP_SYS_PTRACE"], "", null),
        new(
            Right.Files,
            Changing,
            "`ReadWritePaths=`, `SystemCallFilter=@chown`; in `/tmp` or `/var/tmp` also `PrivateTmp=no`, else it would clean a "
                + "folder of its own",
            "`folders:`"
        ),
        new(
            Right.Services,
            [],
            "polkit: exactly these units, and the verbs start, stop, reload, reset-failed. Services with vectors of their own: "
                + "the user that the program needs; not under systemd, which would stop them with the relay: `install` refuses",
            "`services:`"
        ),
        new(Right.Journal, Changing, "`ReadWritePaths=/var/log/journal`", "`/var/log/journal` in `folders:`"),
        new(
            Right.Programs,
            [],
            "what the program itself asks for: `nginx -t` opens its logs and its pid file, so `/var/log/nginx` in `folders:` and a "
                + "drop-in with `ReadWritePaths=/run`, or a test that opens none",
            "`check:`, `commands:`"
        ),
    ];

    public static LinuxRight Of(Right right) => All.Single(one => one.Right == right);

    /// <summary>As a cell of the table for people.</summary>
    public override string ToString() =>
        string.Join("; ", new[] { string.Join(", ", Capabilities.Select(one => $"`{one}`")), Beside }.Where(text => text.Length > 0));
}
