using ImcBot.Lab.Room;
using ImcBot.Lab.Wine;

namespace ImcBot.Lab.Launch;

/// <summary>
/// What each part of a practice site is told at its start: the room directly, the others by arguments and <c>IMCBOT__…</c> variables.
/// </summary>
internal sealed class SiteSettings
{
    private readonly SiteOptions _options;
    private readonly SiteMemory _memory;

    public SiteSettings(SiteOptions options, SiteMemory memory)
    {
        (_options, _memory) = (options, memory);
        Room = new()
        {
            Address = Local(memory.Room),
            Bot = new(Local(memory.Bot), "api/messages"),
            Server = Local(memory.Server),
            DataFolder = Folder("room"),
            IdentityHeader = memory.IdentityHeader,
            RelayIdentityHeader = memory.RelayIdentityHeader,
            IsPlain = options.IsPlain,
        };
    }

    public RoomSettings Room { get; }

    public Uri BotHealth => new(Local(_memory.Bot), "healthz");

    public IReadOnlyList<string> ServerArguments
    {
        get
        {
            List<string> arguments = ["server", "--port", $"{_memory.Server}", "--data", ServerFolder];
            if (_options.Mail is { } mail)
            {
                arguments.AddRange(["--mail", mail]);
            }
            if (_options.Count is { } count)
            {
                arguments.AddRange(["--count", $"{count}"]);
            }
            if (_options.Faults is { } faults)
            {
                arguments.AddRange(["--faults", faults]);
            }
            if (_options.Services is { } services)
            {
                arguments.AddRange(["--services", services]);
            }
            if (_options.Seed is { } seed)
            {
                arguments.AddRange(["--seed", $"{seed}"]);
            }
            if (_options.Wine)
            {
                arguments.AddRange(["--wine", WineFolder]);
            }
            return arguments;
        }
    }

    public IReadOnlyDictionary<string, string> Bot =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["IMCBOT__URLS"] = $"{Local(_memory.Bot)}",
            ["IMCBOT__BOT__DATA"] = Folder("bot"),
            ["IMCBOT__BOT__RUNBOOKS"] = _options.RunbookFolder,
            ["IMCBOT__BOT__PROOFS"] = Programs.InRepository() is null ? Folder("proofs") : Path.Combine(AppContext.BaseDirectory, "proofs"),
            ["IMCBOT__OnCall__Roles__on-call__0"] = Team.Olu.ObjectId,
            ["IMCBOT__OnCall__Roles__lead__0"] = Team.Lena.ObjectId,
            ["IMCBOT__OnCall__Roles__administrator__0"] = Team.Lena.ObjectId,
            ["IDENTITY_ENDPOINT"] = $"{Room.IdentityEndpoint}",
            ["IDENTITY_HEADER"] = Room.IdentityHeader,
            ["IMCBOT__CHANNEL__APPID"] = Room.BotAppId,
            ["IMCBOT__CHANNEL__TENANTID"] = Room.TenantId,
            ["IMCBOT__CHANNEL__CONVERSATION"] = Team.ChannelId,
            ["IMCBOT__CHANNEL__METADATA"] = $"{Room.OpenIdMetadata}",
            ["IMCBOT__CHANNEL__SERVICEURL"] = $"{Room.ServiceUrl}",
            ["IMCBOT__CHANNEL__ALLOWEDSERVICEURLS__0"] = $"{Room.ServiceUrl}",
            ["IMCBOT__ENTRA__AUDIENCE"] = Room.RelayAudience,
            ["IMCBOT__ENTRA__METADATA"] = $"{Room.EntraMetadata}",
            ["IMCBOT__ENTRA__ISSUER"] = Room.EntraIssuer,
        }
            .Concat(
                Room.RelayIdentityHeader is null
                    ? []
                    : [KeyValuePair.Create($"IMCBOT__ENTRA__RELAYS__{Room.RelayObjectId}", Enrolment.Host)]
            )
            .ToDictionary(StringComparer.Ordinal);

    /// <summary>The prefix of a server under Wine, and the folder of its drives.</summary>
    public string WineFolder => Folder("wine");

    public string ServerFolder => Folder("server");

    public IReadOnlyDictionary<string, string> Relay => _options.Wine ? RelayUnderWine : RelayOfLab;

    /// <summary>Times are those of the practice server, which is behind the Windows driver too.</summary>
    private Dictionary<string, string> RelayUnderWine =>
        new(StringComparer.Ordinal)
        {
            ["IMCBOT_RELAY__DATA"] = WinePrefix.Windows(Folder("relay")),
            ["IMCBOT_RELAY__HOST__DRIVER"] = "windows",
            ["IMCBOT_RELAY__PROFILE__WATCHSECONDS"] = "3",
            ["IMCBOT_RELAY__PROFILE__SETTLESECONDS"] = "4",
            ["IMCBOT_RELAY__PROFILE__STOPSECONDS"] = "15",
            ["IMCBOT_RELAY__PROFILE__STARTSECONDS"] = "20",
            ["IMCBOT_RELAY__PROFILE__OUTAGESECONDS"] = "3",
        };

    private Dictionary<string, string> RelayOfLab =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["IMCBOT_RELAY__DATA"] = Folder("relay"),
            ["IMCBOT_RELAY__HOST__DRIVER"] = "lab",
            ["IMCBOT_RELAY__HOST__URL"] = $"{Local(_memory.Server)}",
        }
            .Concat(Room.RelayIdentityHeader is { } secret ? SignIn(secret) : [])
            .ToDictionary(StringComparer.Ordinal);

    /// <summary>
    /// A relay without a policy only reads, so the practice relay gets one. One that is there already is left as it is: people may try
    /// their own.
    /// </summary>
    public void WritePolicy()
    {
        var path = Path.Combine(Directory.CreateDirectory(Folder("relay")).FullName, "policy.yaml");
        if (File.Exists(path))
        {
            return;
        }
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var policy = typeof(SiteSettings).Assembly.GetManifestResourceStream("practice.policy.yaml")!;
        using var file = new FileStream(path, options);
        policy.CopyTo(file);
    }

    private Dictionary<string, string> SignIn(string secret) =>
        new(StringComparer.Ordinal)
        {
            ["IMCBOT_RELAY__ENTRA__AUDIENCE"] = Room.RelayAudience,
            ["IDENTITY_ENDPOINT"] = $"{Room.IdentityEndpoint}",
            ["IDENTITY_HEADER"] = secret,
        };

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}/");

    private string Folder(string name) => Path.Combine(_options.DataFolder, name);
}
