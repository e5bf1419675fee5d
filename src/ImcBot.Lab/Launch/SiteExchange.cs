namespace ImcBot.Lab.Launch;

/// <summary>The practice Exchange server, driven over its own API, or as a Windows server under Wine.</summary>
internal sealed class SiteExchange(SiteOptions options, Uri address, string folder) : ISiteServer
{
    public string Host => Enrolment.Host;

    public string Called => "practice mail server";

    public string Service => "MSExchangeIMC";

    public string Scene => "exchange";

    public string Team => "Mail operations";

    public IReadOnlyList<string> Arguments =>
        [
            "server",
            "--port",
            $"{address.Port}",
            "--data",
            folder,
            .. ISiteServer.Given("--mail", options.Mail),
            .. ISiteServer.Given("--count", options.Count),
            .. ISiteServer.Given("--faults", options.Faults),
            .. ISiteServer.Given("--services", options.Services),
            .. ISiteServer.Given("--seed", options.Seed),
            .. ISiteServer.Given("--wine", options.Wine ? options.WineFolder : null),
        ];

    /// <summary>Times are those of the practice server, which is behind the Windows driver too.</summary>
    public IReadOnlyDictionary<string, string> Relay =>
        options.Wine
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["IMCBOT_RELAY__HOST__DRIVER"] = "windows",
                ["IMCBOT_RELAY__PROFILE__WATCHSECONDS"] = "3",
                ["IMCBOT_RELAY__PROFILE__SETTLESECONDS"] = "4",
                ["IMCBOT_RELAY__PROFILE__STOPSECONDS"] = "15",
                ["IMCBOT_RELAY__PROFILE__STARTSECONDS"] = "20",
                ["IMCBOT_RELAY__PROFILE__OUTAGESECONDS"] = "3",
            }
            : new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["IMCBOT_RELAY__HOST__DRIVER"] = "lab",
                ["IMCBOT_RELAY__HOST__URL"] = $"{address}",
            };

    public IReadOnlyDictionary<string, string> RelayFiles
    {
        get
        {
            using var policy = new StreamReader(typeof(SiteExchange).Assembly.GetManifestResourceStream("practice.policy.yaml")!);
            return new Dictionary<string, string>(StringComparer.Ordinal) { ["policy.yaml"] = policy.ReadToEnd() };
        }
    }

    public static IReadOnlyList<(string Word, string Action)> Steps { get; } =
    [("hotfix", "install-store-hotfix"), ("programs", "remove-programs"), ("antivirus", "stop-service?name=McShield")];

    public IReadOnlyList<(string Word, string Action)> ByHand => Steps;
}
