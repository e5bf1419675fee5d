namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// The service manager of this machine, asked and told by <c>systemctl</c> with vectors of arguments. What it says is read from its
/// properties, not from what it shows people.
/// </summary>
/// <param name="named">Units that are asked for by name: one that rests and is not started with the system is in no list.</param>
internal sealed class Systemd(LocalCommands commands, IReadOnlyList<string> named)
{
    private const string Program = "/usr/bin/systemctl";

    private static readonly string[] Every = ["*.service", "*.mount", "*.socket"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Whether this machine was started with it (sd_booted(3)).</summary>
    public static bool Runs => Directory.Exists("/run/systemd/system");

    public async Task<IReadOnlyList<UnitProperties>> ListAsync(CancellationToken cancellationToken) =>
        [
            .. (await ShowAsync([.. Every, .. named.Where(IsUnit)], cancellationToken))
                .Where(unit => unit.IsThere)
                .DistinctBy(unit => unit.Id, StringComparer.Ordinal),
        ];

    /// <summary>Null where there is no such unit.</summary>
    public async Task<UnitProperties?> FindAsync(string unit, CancellationToken cancellationToken) =>
        (await ShowAsync([unit], cancellationToken)).FirstOrDefault(one => one.IsThere);

    /// <summary>A start limit that was hit is reset first: else nothing would be started.</summary>
    public async Task StartAsync(UnitProperties unit, CancellationToken cancellationToken)
    {
        if (unit.IsMasked)
        {
            throw new HostException(
                $"{unit.Id} is masked, so that nothing starts it; 'systemctl unmask {unit.Id}' is a person's decision."
            );
        }

        if (unit.NeedsReset)
        {
            await TellAsync(["reset-failed", "--", unit.Id], cancellationToken);
        }

        await TellAsync(["--no-block", "start", "--", unit.Id], cancellationToken);
    }

    public Task StopAsync(string unit, CancellationToken cancellationToken) =>
        TellAsync(["--no-block", "stop", "--", unit], cancellationToken);

    public Task ReloadAsync(string unit, CancellationToken cancellationToken) => TellAsync(["reload", "--", unit], cancellationToken);

    public Task KillAsync(string unit, CancellationToken cancellationToken) =>
        TellAsync(["kill", "--signal=SIGKILL", "--", unit], cancellationToken);

    private static bool IsUnit(string name) => name.Contains('.', StringComparison.Ordinal);

    private async Task<IReadOnlyList<UnitProperties>> ShowAsync(IEnumerable<string> units, CancellationToken cancellationToken)
    {
        var (code, output, errors) = await commands.ReadAsync(
            [Program, "--no-pager", "--no-ask-password", "show", $"--property={string.Join(',', UnitProperties.Names)}", "--", .. units],
            Limit,
            cancellationToken
        );
        return code == 0 ? UnitProperties.Read(output) : throw Refused("show", code, errors);
    }

    private async Task TellAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var (code, output, errors) = await commands.ReadAsync([Program, "--no-ask-password", .. words], Limit, cancellationToken);
        if (code != 0)
        {
            throw Refused(string.Join(' ', words), code, $"{errors} {output}".Trim());
        }
    }

    private static HostException Refused(string words, int code, string said)
    {
        var isDenied =
            said.Contains("Access denied", StringComparison.OrdinalIgnoreCase)
            || said.Contains("authentication required", StringComparison.OrdinalIgnoreCase);
        return new HostException(
            $"'systemctl {words}' ended with exit code {code}: {said.TrimEnd('.')}."
                + (isDenied ? " The relay's user needs a polkit rule for this unit and verb (infra/README.md)." : ""),
            isDenied ? HostError.Denied : HostError.Other
        );
    }
}
