using System.Globalization;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>Installed packages with their versions, as dpkg or rpm keeps them.</summary>
internal sealed class LinuxPrograms(LocalCommands commands) : IPrograms
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string[] Dpkg =
        ["/usr/bin/dpkg-query", "-W", "-f=${db:Status-Status}\\t${Package}\\t${Version}\\t${Maintainer}\\t${Installed-Size}\\n"],
        Rpm = ["/usr/bin/rpm", "-qa", "--qf", "installed\\t%{NAME}\\t%{EVR}\\t%{VENDOR}\\t%{SIZE}\\n"];

    public async Task<IReadOnlyList<ProgramInfo>> ListAsync(CancellationToken cancellationToken)
    {
        foreach (var (vector, unit) in new[] { (Dpkg, 1024), (Rpm, 1) })
        {
            if (File.Exists(vector[0]))
            {
                var (code, output, errors) = await commands.ReadAsync(vector, Limit, cancellationToken);
                return code == 0 ? Read(output, unit) : throw new HostException($"{vector[0]} ended with exit code {code}: {errors}");
            }
        }

        throw new HostException($"{Environment.MachineName} has neither dpkg nor rpm; what is installed is not known.");
    }

    /// <summary>Filter drivers are a thing of Windows.</summary>
    public Task<IReadOnlyList<DriverInfo>> DriversAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DriverInfo>>([]);

    /// <summary>Lines of status, name, version, maker and size; what was removed and left its settings is not installed.</summary>
    public static IReadOnlyList<ProgramInfo> Read(string output, int unit) =>
        [
            .. output
                .Split('\n')
                .Select(line => line.Split('\t'))
                .Where(parts => parts is ["installed", _, _, _, _])
                .Select(parts => new ProgramInfo(
                    parts[1],
                    parts[3],
                    long.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size * unit : 0
                )
                {
                    Version = parts[2],
                })
                .OrderBy(program => program.Name, StringComparer.Ordinal),
        ];
}
