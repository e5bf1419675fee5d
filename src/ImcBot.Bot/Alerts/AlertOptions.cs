namespace ImcBot.Bot.Alerts;

/// <summary>Who may raise alerts from outside. Section <c>Alerts</c>.</summary>
internal sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>
    /// Sources by a name of yours, which stands in the record. Without one, <c>POST /alerts</c> answers 401 to everybody.
    /// </summary>
    public IDictionary<string, AlertSource> Sources { get; } = new Dictionary<string, AlertSource>(StringComparer.Ordinal);

    /// <summary>
    /// How many requests one source may make in a minute; also how many wrong secrets are answered with 401 in a minute, all together.
    /// </summary>
    public int PerMinute { get; set; } = 60;
}

/// <summary>A monitoring system that may open incidents and say what it saw; nothing else.</summary>
internal sealed class AlertSource
{
    /// <summary>At least 32 characters by chance, for this source alone; keep it in a secret store.</summary>
    public string Secret { get; set; } = "";

    /// <summary>
    /// The label, dimension or field in which this source names its hosts, tried before the usual ones: host, hostname, nodename, instance;
    /// Computer; host.
    /// </summary>
    public string HostLabel { get; set; } = "";

    /// <summary>Id of the runbook that its alerts open; any when empty.</summary>
    public string Runbook { get; set; } = "";

    /// <summary>Name of the subject that its alerts are about; the only one of their host when empty.</summary>
    public string Subject { get; set; } = "";
}

/// <summary>Says everything that is wrong with the sources at once.</summary>
internal sealed class AlertOptionsValidator : SectionValidator<AlertOptions>
{
    private const int ShortestSecret = 32;

    protected override IEnumerable<string?> Problems(AlertOptions options) =>
        [
            .. options
                .Sources.Where(pair => pair.Value.Secret.Length < ShortestSecret)
                .Select(pair =>
                    $"Alerts:Sources:{pair.Key}:Secret is shorter than {ShortestSecret} characters: make one with 'openssl rand -hex 32'."
                ),
            options.Sources.Values.Select(source => source.Secret).Distinct(StringComparer.Ordinal).Count() < options.Sources.Count
                ? "Two of Alerts:Sources have the same secret: the secret tells who speaks, so give each its own."
                : null,
            options.PerMinute is < 1 or > 6000 ? $"Alerts:PerMinute is {options.PerMinute}; choose 1 to 6000." : null,
        ];
}
