namespace ImcBot.Lab.Server.Host;

internal enum ServiceState
{
    Stopped,
    StartPending,
    Running,
    StopPending,
}

/// <summary>A service as it is installed. <c>Command</c> is the subcommand of its process; without one it is only a state.</summary>
internal sealed record ServiceDefinition(string Name, string Display, string? Command, params string[] DependsOn)
{
    /// <summary>Domain reference section 2: names and dependencies of Exchange Server 5.5, and the antivirus product of Q240309.</summary>
    public static readonly IReadOnlyList<ServiceDefinition> Installed =
    [
        new(
            "MSExchangeSA",
            "Microsoft Exchange System Attendant",
            null,
            "EventLog",
            "NtLmSsp",
            "RpcLocator",
            "RpcSs",
            "LanmanWorkstation",
            "LanmanServer"
        ),
        new("MSExchangeDS", "Microsoft Exchange Directory", null, "MSExchangeSA"),
        new(Places.Store, "Microsoft Exchange Information Store", "store", "MSExchangeDS"),
        new("MSExchangeMTA", "Microsoft Exchange Message Transfer Agent", null, "MSExchangeDS"),
        new(Places.Imc, "Microsoft Exchange Internet Mail Service", "ims", Places.Store, "MSExchangeMTA", "Tcpip"),
        new(Places.Antivirus, "Network Associates McShield", "antivirus"),
    ];
}

/// <summary>
/// What the service control manager says about a service. Exit codes are Win32; <c>ServiceCode</c> is the service's own when the exit code
/// is 1066.
/// </summary>
internal sealed record ServiceInfo(
    string Name,
    string Display,
    ServiceState State,
    IReadOnlyList<string> DependsOn,
    int ExitCode,
    long ServiceCode
);
