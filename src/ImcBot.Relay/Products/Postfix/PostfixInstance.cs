using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// One Postfix of the server. Its own programs are asked, each told where its settings lie and with MAIL_CONFIG cleared, so that none
/// answers for another instance (postfix(1), postmulti(1)).
/// </summary>
/// <param name="Service">What the service manager, or the relay's policy, calls it.</param>
/// <param name="Config">The folder with its main.cf.</param>
internal sealed record PostfixInstance(Site Site, string Service, string Config)
{
    private const string Usual = "/etc/postfix",
        Sbin = "/usr/sbin/";

    private static readonly string[] Env = ["/usr/bin/env", "-u", "MAIL_CONFIG"],
        UsualUnits = ["postfix@-.service", "postfix.service"];

    /// <summary>How long one of its programs may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The instance that a service is: as the policy says (<c>settings</c>), else as Debian names its units. Throws
    /// <see cref="HostException"/> where neither tells.
    /// </summary>
    public static async Task<PostfixInstance> OfAsync(Site site, string service, CancellationToken cancellationToken)
    {
        if (site.Host.Services.Settings.GetValueOrDefault(service) is { } told)
        {
            return new PostfixInstance(site, service, told);
        }

        if (UsualUnits.Contains(service, StringComparer.Ordinal))
        {
            return new PostfixInstance(site, service, Usual);
        }

        return
            service.StartsWith("postfix@", StringComparison.Ordinal)
            && (await AllAsync(site, cancellationToken)).FirstOrDefault(one => Unit(one.Name) == service) is { Config: { } config }
            ? new PostfixInstance(site, service, config)
            : throw new HostException(
                $"Which Postfix {service} is, is not known: the relay's policy says it with 'settings', the folder of its main.cf."
            );
    }

    /// <summary>The instances that postmulti knows, by name and folder of settings; none where there is no default instance.</summary>
    public static async Task<IReadOnlyList<(string Name, bool IsEnabled, string Config)>> AllAsync(
        Site site,
        CancellationToken cancellationToken
    )
    {
        var (code, output, _) = await site.Host.Commands.ReadAsync([.. Env, $"{Sbin}postmulti", "-l"], Limit, cancellationToken);
        return code != 0
            ? []
            :
            [
                .. output
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                    .Where(words => words.Length >= 4)
                    .Select(words => (words[0], words[2] == "y", words[3])),
            ];
    }

    /// <summary>Whether a service is an instance by its name; Debian has other units whose names begin so.</summary>
    public static bool IsUnit(string service) =>
        UsualUnits.Contains(service, StringComparer.Ordinal) || service.StartsWith("postfix@", StringComparison.Ordinal);

    /// <summary>The unit that Debian runs an instance as.</summary>
    public static string Unit(string instance) => $"postfix@{instance}.service";

    /// <summary>One of its programs with what it is told.</summary>
    public IReadOnlyList<string> Program(string name, params IEnumerable<string> words) =>
        [.. Env, $"{Sbin}{name}", "-c", Config, .. words];

    /// <summary>What one of its programs says. Throws <see cref="HostException"/> where it fails.</summary>
    public async Task<string> AskAsync(IReadOnlyList<string> vector, CancellationToken cancellationToken)
    {
        var (code, output, errors) = await Site.Host.Commands.ReadAsync(vector, Limit, cancellationToken);
        return code == 0 ? output : throw new HostException($"{vector[Env.Length]} of {Service} ended with {code}: {errors}");
    }

    /// <summary>The words of a setting; none where it is not written.</summary>
    public static string[] Words(string? setting) =>
        (setting ?? "").Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>One setting as it counts, with what it names put in.</summary>
    public async Task<string> SettingAsync(string name, CancellationToken cancellationToken) =>
        (await AskAsync(Program("postconf", "-x", "-h", name), cancellationToken)).Trim();

    /// <summary>
    /// What main.cf itself says of a setting, word for word; null where it says nothing and the default counts.
    /// </summary>
    public async Task<string?> WrittenAsync(string name, CancellationToken cancellationToken)
    {
        var lines = (await AskAsync(Program("postconf", "-n", name), cancellationToken)).Split('\n');
        var beginning = $"{name} =";
        return lines.FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal)) is { } line
            ? line[beginning.Length..].Trim()
            : null;
    }

    /// <summary>The names under which it writes to its log: <c>syslog_name</c> of main.cf, and of single lines of master.cf.</summary>
    public async Task<IReadOnlySet<string>> LogNamesAsync(CancellationToken cancellationToken) =>
        (await EverywhereAsync("syslog_name", cancellationToken)).ToHashSet(StringComparer.Ordinal);

    /// <summary>A setting as it counts in main.cf, and in each line of master.cf that has its own.</summary>
    public async Task<IReadOnlyList<string>> EverywhereAsync(string name, CancellationToken cancellationToken)
    {
        var ofService = $"/{name} = ";
        return
        [
            .. (await AskAsync(Program("postconf", "-x", "-P"), cancellationToken))
                .Split('\n')
                .Where(line => line.Contains(ofService, StringComparison.Ordinal))
                .Select(line => line[(line.IndexOf(ofService, StringComparison.Ordinal) + ofService.Length)..].Trim()),
            await SettingAsync(name, cancellationToken),
        ];
    }

    public Task<string> QueueAsync(CancellationToken cancellationToken) => SettingAsync("queue_directory", cancellationToken);
}
