using ImcBot.Lab.Nginx;
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
        Server =
            memory.Web is { } web ? new SiteNginx(options, memory.Server, new NginxFolder(options.ServerFolder, web))
            : memory.Mail is { } mail ? new SitePostfix(options, memory.Server, mail)
            : new SiteExchange(options, Local(memory.Server), options.ServerFolder);
        Room = new()
        {
            Address = Local(memory.Room),
            Bot = new(Local(memory.Bot), "api/messages"),
            Server = Local(memory.Server),
            DataFolder = Folder("room"),
            IdentityHeader = memory.IdentityHeader,
            RelayIdentityHeader = memory.RelayIdentityHeader,
            IsPlain = options.IsPlain,
            Scene = Server.Scene,
            Team = Server.Team,
            Host = Server.Host,
        };
    }

    public RoomSettings Room { get; }

    public Uri BotHealth => new(Local(_memory.Bot), "healthz");

    public ISiteServer Server { get; }

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
            .Concat(_options.Variables)
            .ToDictionary(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Relay =>
        Server
            .Relay.Append(KeyValuePair.Create("IMCBOT_RELAY__DATA", _options.Wine ? WinePrefix.Windows(RelayFolder) : RelayFolder))
            .Concat(Room.RelayIdentityHeader is { } secret ? SignIn(secret) : [])
            .Concat(_options.Variables)
            .ToDictionary(StringComparer.Ordinal);

    /// <summary>
    /// A relay without a policy only reads, so the practice relay gets one. A file that is there already is left as it is: people may try
    /// their own.
    /// </summary>
    public void WriteRelayFiles()
    {
        Directory.CreateDirectory(RelayFolder);
        foreach (var (name, content) in Server.RelayFiles.Where(file => !File.Exists(Path.Combine(RelayFolder, file.Key))))
        {
            SecretFile.Write(Path.Combine(RelayFolder, name), content);
        }
    }

    private Dictionary<string, string> SignIn(string secret) =>
        new(StringComparer.Ordinal)
        {
            ["IMCBOT_RELAY__ENTRA__AUDIENCE"] = Room.RelayAudience,
            ["IDENTITY_ENDPOINT"] = $"{Room.IdentityEndpoint}",
            ["IDENTITY_HEADER"] = secret,
        };

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}/");

    private string RelayFolder => Folder("relay");

    private string Folder(string name) => Path.Combine(_options.DataFolder, name);
}
