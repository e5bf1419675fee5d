using System.Globalization;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;

namespace ImcBot.Relay.Tests.Fakes;

/// <summary>
/// This very machine with services of its own: small programs that start-stop-daemon, a program without a shell, puts into the background.
/// </summary>
internal sealed class LinuxServer : IDisposable
{
    public const string Web = "contract-web",
        Base = "contract-base";

    private const string Daemons = "/usr/sbin/start-stop-daemon",
        Sleep = "/usr/bin/sleep";

    private Host? _host;

    public LinuxServer()
    {
        Folder = Directory.CreateTempSubdirectory("imcbot-linux-").FullName;
        Room = Path.Combine(Folder, "contract");
        Described = [Service(Base), Service(Web) with { Needs = [Base], Log = LogOf(Web) }];
    }

    public string Folder { get; }

    public string Room { get; }

    /// <summary>What the policy says of its services; what is said anew holds from the next look on.</summary>
    public IReadOnlyList<ManagedService> Described
    {
        get;
        set => (field, _host) = (value, null);
    }

    public Host Host => _host ??= LinuxHost.Connect(Described, notes: null, TimeProvider.System);

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() ? "This is no Linux."
        : !File.Exists(Daemons) ? $"{Daemons} is not here: apt-get install dpkg."
        : !File.Exists(Sleep) ? $"{Sleep} is not here."
        : null;

    public string LogOf(string name) => Path.Combine(Folder, $"{name}.log");

    public string PidFileOf(string name) => Path.Combine(Folder, $"{name}.pid");

    public int ProcessOf(string name) => int.Parse(File.ReadAllText(PidFileOf(name)), CultureInfo.InvariantCulture);

    public ManagedService Service(string name) =>
        new(name)
        {
            Start =
            [
                Daemons,
                "--start",
                "--quiet",
                "--background",
                "--make-pidfile",
                "--pidfile",
                PidFileOf(name),
                "--exec",
                Sleep,
                "--",
                "1000000",
            ],
            Stop = [Daemons, "--stop", "--quiet", "--remove-pidfile", "--retry", "TERM/5", "--pidfile", PidFileOf(name)],
            PidFile = PidFileOf(name),
        };

    /// <summary>Only what was started here, by its own number.</summary>
    public void Dispose()
    {
        foreach (var service in Described.Where(service => service.PidFile is not null && File.Exists(service.PidFile)))
        {
            using var stop = System.Diagnostics.Process.Start(
                Daemons,
                ["--stop", "--quiet", "--oknodo", "--signal", "KILL", "--exec", Sleep, "--pidfile", service.PidFile!]
            );
            stop.WaitForExit();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
