using ImcBot.Bot.OnCall.Calendars;
using ImcBot.Core.Approvals;

namespace ImcBot.Bot.OnCall;

/// <summary>Who holds which role, by Entra object id, and how they are paged. Section <c>OnCall</c>.</summary>
internal sealed class OnCallOptions
{
    public const string Section = "OnCall";

    /// <summary>
    /// Object ids by role (<see cref="Role.All"/>), in the order in which they are asked. Where a role has a calendar too, these stand
    /// behind it.
    /// </summary>
    public IDictionary<string, string[]> Roles { get; } = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Shifts by role, from an iCalendar file or feed.</summary>
    public IDictionary<string, CalendarOptions> Calendars { get; } =
        new Dictionary<string, CalendarOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whom calendars name. The older form, <c>"NAME": "OBJECT ID"</c>, is read too; a name with a colon needs this one.</summary>
    public IList<Holder> People { get; } = [];

    /// <summary>Where a role is paged.</summary>
    public IDictionary<string, PagingOptions> Paging { get; } = new Dictionary<string, PagingOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Where a role is paged: at its own service, else at that of the next role that signs for it; null where there is neither.
    /// </summary>
    public PagingOptions? PagingOf(string role) =>
        Role.SigningFor(role)
            .Select(signing => Paging.TryGetValue(signing, out var paging) ? paging : null)
            .FirstOrDefault(paging => paging is not null);
}

/// <summary>Where shifts are read from.</summary>
internal sealed class CalendarOptions
{
    /// <summary>Path of an <c>.ics</c> file, or its https address (http on loopback only).</summary>
    public string Source { get; set; } = "";

    /// <summary>
    /// The zone of times that name none, such as <c>Europe/Berlin</c>, where the calendar does not say by X-WR-TIMEZONE; UTC where this is
    /// empty.
    /// </summary>
    public string Zone { get; set; } = "";

    /// <summary>
    /// Where the name stands in a title, such as <c>On Call - {name} - Mail Platform</c> (<c>*</c> is any text); empty where the title is
    /// the name.
    /// </summary>
    public string Pattern { get; set; } = "";

    /// <summary>How often it is read again, 1 minute to 1 day.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(15);
}

/// <summary>A paging service's webhook.</summary>
internal sealed class PagingOptions
{
    /// <summary>Where pages are posted, https (http on loopback only). Treated as a secret: such addresses often carry one.</summary>
    public string Url { get; set; } = "";

    /// <summary>Signs each page and proves each acknowledgement; at least 32 characters, from a secret store.</summary>
    public string Secret { get; set; } = "";

    /// <summary>A file that holds nothing but the secret; read at the start in place of <see cref="Secret"/>.</summary>
    public string SecretFile { get; set; } = "";
}

/// <summary>Says everything that is wrong with roles, calendars and paging at once.</summary>
internal sealed class OnCallOptionsValidator : SectionValidator<OnCallOptions>
{
    private const int ShortestSecret = 32;

    protected override IEnumerable<string?> Problems(OnCallOptions options) =>
        [
            .. Strange("Roles", options.Roles.Keys),
            .. Strange("Calendars", options.Calendars.Keys),
            .. Strange("Paging", options.Paging.Keys),
            .. new[] { Role.OnCall, Role.Administrator }
                .Where(role =>
                    !options.Calendars.ContainsKey(role) && !(options.Roles.TryGetValue(role, out var people) && people.Length > 0)
                )
                .Select(role =>
                    $"OnCall:Roles:{role} is empty: list the Entra object id of at least one person"
                    + $"{(role == Role.OnCall ? ", or set OnCall:Calendars:on-call" : "")}."
                ),
            .. options.Roles.SelectMany(pair =>
                pair.Value.Where(string.IsNullOrWhiteSpace)
                    .Select(person => $"OnCall:Roles:{pair.Key} has an empty object id ('{person}'): remove it or fill it in.")
            ),
            .. options
                .People.Where(person => string.IsNullOrWhiteSpace(person.Id) || string.IsNullOrWhiteSpace(person.Name))
                .Select(person => $"OnCall:People has '{person.Name}' with the object id '{person.Id}': remove it or fill both in."),
            options.Calendars.ContainsKey(Role.Administrator)
                ? "OnCall:Calendars:administrator is not possible: who looks after relays is listed in OnCall:Roles:administrator."
                : null,
            .. options.Calendars.SelectMany(pair => CalendarProblems(pair.Key, pair.Value)),
            .. options.Paging.SelectMany(pair => PagingProblems(pair.Key, pair.Value)),
        ];

    private static IEnumerable<string> Strange(string part, IEnumerable<string> roles) =>
        roles
            .Except(Role.All, StringComparer.OrdinalIgnoreCase)
            .Select(role => $"OnCall:{part} has '{role}', which is no role: use {string.Join(", ", Role.All)}.");

    private static string?[] CalendarProblems(string role, CalendarOptions calendar) =>
        [
            (
                calendar.Source.Contains("://", StringComparison.Ordinal)
                    ? SafeAddress.IsSafe(calendar.Source)
                    : Path.IsPathRooted(calendar.Source)
            )
                ? null
                : $"OnCall:Calendars:{role}:Source must be an https address or the full path of a file.",
            KnownZones.Find(calendar.Zone) is null
                ? $"OnCall:Calendars:{role}:Zone is '{calendar.Zone}', which no zone table knows: use a name such as Europe/Berlin."
                : null,
            TitlePattern.IsPattern(calendar.Pattern)
                ? null
                : $"OnCall:Calendars:{role}:Pattern is '{calendar.Pattern}': it must hold {{name}} exactly once.",
            calendar.Every < TimeSpan.FromMinutes(1) || calendar.Every > TimeSpan.FromDays(1)
                ? $"OnCall:Calendars:{role}:Every is {calendar.Every}; choose 00:01:00 to 1.00:00:00."
                : null,
        ];

    private static string?[] PagingProblems(string role, PagingOptions paging) =>
        [
            SafeAddress.IsSafe(paging.Url) ? null : $"OnCall:Paging:{role}:Url must be an https address.",
            paging.Secret.Length < ShortestSecret
                ? $"OnCall:Paging:{role}:Secret is {paging.Secret.Length} long; it needs at least {ShortestSecret}"
                    + ", such as from 'openssl rand -hex 32'."
                : null,
        ];
}
