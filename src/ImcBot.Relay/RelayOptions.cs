using ImcBot.Contracts;
using Microsoft.Extensions.Configuration;

namespace ImcBot.Relay;

/// <summary>The relay's settings: from <c>relay.json</c> in the data folder, environment <c>IMCBOT_RELAY__…</c>, and the command line, the last wins.</summary>
internal sealed record RelayOptions(string Data, string Driver, Uri HostUrl, HostProfile Profile, Impact HighestImpact)
{
    /// <summary>How long things take on the practice server.</summary>
    private static readonly HostProfile Practice = new(2, 4, 15, 15, 3);

    public string LedgerFile => Path.Combine(Data, "ledger.db");

    public string ReserveFile => Path.Combine(Data, "reserve.bin");

    public string KeyFile => Path.Combine(Data, "relay.key");

    public string MembershipFile => Path.Combine(Data, "membership.json");

    /// <summary>Reads and validates all settings. Throws <see cref="OptionsException"/> with every error at once.</summary>
    /// <param name="arguments">What the command line said, by key.</param>
    public static RelayOptions Read(IReadOnlyDictionary<string, string?> arguments)
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables("IMCBOT_RELAY__").AddInMemoryCollection(Given(arguments)).Build();
        var data = Path.GetFullPath(environment["data"] ?? DefaultData());
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(data, "relay.json"), optional: true)
            .AddEnvironmentVariables("IMCBOT_RELAY__").AddInMemoryCollection(Given(arguments)).Build();

        var errors = new List<string>();
        try
        {
            Directory.CreateDirectory(data);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"data: the folder '{data}' cannot be made ({exception.Message}); name another with --data.");
        }

        var driver = configuration["host:driver"] ?? "lab";
        if (driver != "lab")
        {
            errors.Add($"host:driver: '{driver}' is not known; use lab.");
        }

        if (!Uri.TryCreate(configuration["host:url"], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            errors.Add($"host:url: '{configuration["host:url"]}' is not the address of a practice server; set --host-url http://127.0.0.1:PORT or IMCBOT_RELAY__HOST__URL.");
        }

        var profile = new HostProfile(
            Seconds("watchSeconds", Practice.WatchSeconds), Seconds("settleSeconds", Practice.SettleSeconds), Seconds("stopSeconds", Practice.StopSeconds),
            Seconds("startSeconds", Practice.StartSeconds), Seconds("outageSeconds", Practice.OutageSeconds), Seconds("checkSeconds", Practice.CheckSeconds));
        var impact = Impact.Destructive;
        if (configuration["highestImpact"] is { } word && (!Enum.TryParse(word, ignoreCase: true, out impact) || !Enum.IsDefined(impact) || impact == Impact.Unknown))
        {
            errors.Add($"highestImpact: '{word}' is not known; use read, reversible, disruptive or destructive.");
        }

        return errors.Count == 0 ? new RelayOptions(data, driver, url!, profile, impact) : throw new OptionsException(errors);

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

    private static IEnumerable<KeyValuePair<string, string?>> Given(IReadOnlyDictionary<string, string?> arguments) => arguments.Where(pair => pair.Value is not null);

    private static string DefaultData() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "imcbot-relay");
}

/// <summary>Settings that cannot be used.</summary>
internal sealed class OptionsException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors => errors;
}
