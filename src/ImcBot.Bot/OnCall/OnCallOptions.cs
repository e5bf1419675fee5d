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
    public IList<PersonOptions> People { get; } = [];

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

/// <summary>Somebody whom a calendar may name.</summary>
internal sealed class PersonOptions
{
    /// <summary>A name or a mail address, as it stands in the calendar. Who is called in several ways stands several times.</summary>
    public string Name { get; set; } = "";

    /// <summary>Entra object id.</summary>
    public string Id { get; set; } = "";
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
        [.. RoleProblems(options), .. CalendarProblems(options), .. PagingProblems(options)];

    private static IEnumerable<string> RoleProblems(OnCallOptions options)
    {
        (string Name, IEnumerable<string> Roles)[] parts =
        [
            ("Roles", options.Roles.Keys),
            ("Calendars", options.Calendars.Keys),
            ("Paging", options.Paging.Keys),
        ];
        foreach (
            var (part, role) in parts.SelectMany(part =>
                part.Roles.Except(Role.All, StringComparer.OrdinalIgnoreCase).Select(role => (part.Name, role))
            )
        )
        {
            yield return $"OnCall:{part} has '{role}', which is no role: use {string.Join(", ", Role.All)}.";
        }

        foreach (
            var role in new[] { Role.OnCall, Role.Administrator }.Where(role =>
                !options.Calendars.ContainsKey(role) && (!options.Roles.TryGetValue(role, out var people) || people.Length == 0)
            )
        )
        {
            yield return $"OnCall:Roles:{role} is empty: list the Entra object id of at least one person"
                + $"{(role == Role.OnCall ? ", or set OnCall:Calendars:on-call" : "")}.";
        }

        foreach (
            var (role, person) in options
                .Roles.SelectMany(pair => pair.Value.Select(person => (pair.Key, person)))
                .Where(entry => string.IsNullOrWhiteSpace(entry.person))
        )
        {
            yield return $"OnCall:Roles:{role} has an empty object id ('{person}'): remove it or fill it in.";
        }

        foreach (
            var person in options.People.Where(person => string.IsNullOrWhiteSpace(person.Id) || string.IsNullOrWhiteSpace(person.Name))
        )
        {
            yield return $"OnCall:People has '{person.Name}' with the object id '{person.Id}': remove it or fill both in.";
        }
    }

    private static IEnumerable<string> CalendarProblems(OnCallOptions options)
    {
        if (options.Calendars.ContainsKey(Role.Administrator))
        {
            yield return "OnCall:Calendars:administrator is not possible: who looks after relays is listed in OnCall:Roles:administrator.";
        }

        foreach (var (role, calendar) in options.Calendars)
        {
            if (
                calendar.Source.Contains("://", StringComparison.Ordinal)
                    ? !SafeAddress.IsSafe(calendar.Source)
                    : !Path.IsPathRooted(calendar.Source)
            )
            {
                yield return $"OnCall:Calendars:{role}:Source must be an https address or the full path of a file.";
            }

            if (KnownZones.Find(calendar.Zone) is null)
            {
                yield return $"OnCall:Calendars:{role}:Zone is '{calendar.Zone}', which no zone table knows: use a name such as "
                    + "Europe/Berlin.";
            }

            if (!TitlePattern.IsPattern(calendar.Pattern))
            {
                yield return $"OnCall:Calendars:{role}:Pattern is '{calendar.Pattern}': it must hold {{name}} exactly once.";
            }

            if (calendar.Every < TimeSpan.FromMinutes(1) || calendar.Every > TimeSpan.FromDays(1))
            {
                yield return $"OnCall:Calendars:{role}:Every is {calendar.Every}; choose 00:01:00 to 1.00:00:00.";
            }
        }
    }

    private static IEnumerable<string> PagingProblems(OnCallOptions options)
    {
        foreach (var (role, paging) in options.Paging)
        {
            if (!SafeAddress.IsSafe(paging.Url))
            {
                yield return $"OnCall:Paging:{role}:Url must be an https address.";
            }

            if (paging.Secret.Length < ShortestSecret)
            {
                yield return $"OnCall:Paging:{role}:Secret is {paging.Secret.Length} long; it needs at least {ShortestSecret}"
                    + ", such as from 'openssl rand -hex 32'.";
            }
        }
    }
}
