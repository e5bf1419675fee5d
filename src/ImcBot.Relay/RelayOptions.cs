using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Setup;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Session;
using Microsoft.Extensions.Configuration;

namespace ImcBot.Relay;

/// <summary>
/// The relay's settings: from <c>relay.json</c> in the data folder, environment <c>IMCBOT_RELAY__…</c>, and the command line, the last
/// wins.
/// </summary>
/// <param name="HostUrl">Address of the practice server; null with the drivers windows and linux.</param>
/// <param name="HostName">Name of the Windows server; null for the machine the relay runs on, and with the drivers lab and linux.</param>
/// <param name="Entra">How the relay signs in to the bot; null with its own key.</param>
/// <param name="Subjects">What runbooks are about on this host; null where none is listed.</param>
internal sealed record RelayOptions(
    string Data,
    string Driver,
    Uri? HostUrl,
    HostProfile Profile,
    RelayPolicy Policy,
    string? HostName = null,
    EntraIdentity? Entra = null,
    IReadOnlyList<Subject>? Subjects = null
)
{
    /// <summary>How long things take on the practice server.</summary>
    private static readonly HostProfile Practice = new(2, 4, 15, 15, 3);

    /// <summary>How long they take on Exchange 5.5 (domain facts of Q317653: a store needs a minute to fail, a shutdown minutes).</summary>
    private static readonly HostProfile Exchange = new(120, 600, 120, 180, 60);

    /// <summary>
    /// How long they take where systemd waits 90 s for a start or a stop (systemd-system.conf(5), DefaultTimeoutStartSec), and what fails
    /// fails in seconds.
    /// </summary>
    private static readonly HostProfile Linux = new(15, 20, 100, 100, 60);

    /// <summary>How paths are spelt on the server.</summary>
    public PathGrammar Paths => Hosts.Driver.Known.GetValueOrDefault(Driver, PathGrammar.Windows);

    /// <summary>The services that the policy allows, with what it says of each.</summary>
    public IReadOnlyList<ManagedService> Services => Policy.Described;

    /// <summary>What a relay on its own Linux server needs for its policy as it is now; without one it only looks.</summary>
    /// <param name="account">The user that it runs as; null for the usual one.</param>
    public LinuxRights Rights(string? account) =>
        new(
            [.. Policy.Folders.Where(folder => folder.StartsWith('/')).Order(StringComparer.Ordinal)],
            Services,
            account ?? SystemdSetup.Account
        );

    public string LedgerFile => Path.Combine(Data, "ledger.db");

    public string LockFile => Path.Combine(Data, "relay.lock");

    public string ReserveFile => Path.Combine(Data, "reserve.bin");

    public string KeyFile => Path.Combine(Data, "relay.key");

    public string MembershipFile => Path.Combine(Data, "membership.json");

    /// <summary>Reads and validates all settings. Throws <see cref="OptionsException"/> with every error at once.</summary>
    /// <param name="arguments">What the command line said, by key.</param>
    public static RelayOptions Read(IReadOnlyDictionary<string, string?> arguments)
    {
        var environment = new ConfigurationBuilder()
            .AddEnvironmentVariables("IMCBOT_RELAY__")
            .AddInMemoryCollection(Given(arguments))
            .Build();
        var data = Path.TrimEndingDirectorySeparator(Path.GetFullPath(environment["data"] ?? DefaultData()));
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(data, "relay.json"), optional: true)
            .AddEnvironmentVariables("IMCBOT_RELAY__")
            .AddInMemoryCollection(Given(arguments))
            .Build();

        var errors = new List<string>();
        try
        {
            MakePrivate(data);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"data: the folder '{data}' cannot be made ({exception.Message}); name another with --data.");
        }

        var name = configuration["host:name"];
        var driver = configuration["host:driver"] ?? (name is null ? "lab" : "windows");
        if (!Hosts.Driver.Known.ContainsKey(driver))
        {
            errors.Add($"host:driver: '{driver}' is not known; use windows, linux or lab.");
        }

        Uri? url = null;
        if (driver == "windows")
        {
            errors.AddRange(WindowsErrors(name));
        }
        else if (driver == "linux")
        {
            errors.AddRange(LinuxErrors(name));
        }
        else if (!Uri.TryCreate(configuration["host:url"], UriKind.Absolute, out url) || url.Scheme is not ("http" or "https"))
        {
            errors.Add(
                configuration["host:url"] is null
                    ? "No server is named: set --host-url http://127.0.0.1:PORT (a practice server), --host NAME (a Windows "
                        + $"server), or host:driver (linux: this machine), host:url or host:name in {Path.Combine(data, "relay.json")}."
                    : $"host:url: '{configuration["host:url"]}' is not the address of a practice server; set --host-url "
                        + "http://127.0.0.1:PORT or IMCBOT_RELAY__HOST__URL."
            );
        }

        var usual =
            driver == "windows" ? Exchange
            : driver == "linux" ? Linux
            : Practice;
        var profile = new HostProfile(
            Seconds("watchSeconds", usual.WatchSeconds),
            Seconds("settleSeconds", usual.SettleSeconds),
            Seconds("stopSeconds", usual.StopSeconds),
            Seconds("startSeconds", usual.StartSeconds),
            Seconds("outageSeconds", usual.OutageSeconds),
            Seconds("checkSeconds", usual.CheckSeconds)
        );
        if (configuration["highestImpact"] is not null)
        {
            errors.Add($"highestImpact: this has moved into the policy file, {PolicyIn(data)}, as highest-impact.");
        }

        var policy = RelayPolicy.ReadOnly;
        try
        {
            policy = PolicyFile.ReadOrReadOnly(
                configuration["policy"] ?? PolicyIn(data),
                Hosts.Driver.Known.GetValueOrDefault(driver, PathGrammar.Windows)
            );
        }
        catch (PolicyException exception)
        {
            errors.Add(exception.Message);
        }

        var entra = EntraIdentity.Read(configuration, errors);
        var subjects = SubjectSettings.Read(configuration, errors);
        return errors.Count == 0
            ? new RelayOptions(data, driver, url, profile, policy, name, entra, subjects)
            : throw new OptionsException(errors);

        int Seconds(string name, int standard)
        {
            var text = configuration[$"profile:{name}"];
            if (text is null)
            {
                return standard;
            }

            if (int.TryParse(text, out var seconds) && seconds is >= 1 and <= 3600)
            {
                return seconds;
            }

            errors.Add($"profile:{name}: '{text}' is not a whole number of seconds from 1 to 3600.");
            return standard;
        }
    }

    /// <summary>
    /// What is made here only its user may enter: key, ledger and held mail's names are nobody else's. A folder that is there is left as it
    /// is.
    /// </summary>
    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static IEnumerable<string> WindowsErrors(string? name)
    {
        if (!OperatingSystem.IsWindows())
        {
            yield return "host:driver: windows works on Windows only; a management host with Windows reaches the server by its name "
                + "(infra/README.md).";
        }

        if (
            name is not null
            && (name.Length is 0 or > 255 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_'))
        )
        {
            yield return $"host:name: '{name}' is not the name of a computer; write it like EXCH01, without backslashes.";
        }
    }

    private static IEnumerable<string> LinuxErrors(string? name)
    {
        if (!OperatingSystem.IsLinux())
        {
            yield return "host:driver: linux works on Linux only, on the very server that it is about.";
        }

        if (name is not null)
        {
            yield return "host:name: the driver linux is about the machine that the relay runs on; leave the name out.";
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> Given(IReadOnlyDictionary<string, string?> arguments) =>
        arguments.Where(pair => pair.Value is not null);

    private static string PolicyIn(string data) => Path.Combine(data, "policy.yaml");

    private static string DefaultData() =>
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "imcbot-relay"
        );
}

/// <summary>Settings that cannot be used.</summary>
internal sealed class OptionsException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors => errors;
}
