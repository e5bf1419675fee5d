namespace ImcBot.Lab.Room;

/// <summary>What one practice room needs to know before it opens.</summary>
internal sealed record RoomSettings
{
    /// <summary>Where the room listens, always on loopback; the bot sees it as its service URL.</summary>
    public required Uri Address { get; init; }

    /// <summary>The bot's <c>/api/messages</c>.</summary>
    public required Uri Bot { get; init; }

    /// <summary>
    /// Holds <c>room.jsonl</c> (the talk) and <c>issuer.pem</c> (the signing key); a room opened on it again goes on where it stopped.
    /// </summary>
    public required string DataFolder { get; init; }

    /// <summary>What the page shows of that server and plants there, see <c>page/scenes.js</c>.</summary>
    public string Scene { get; init; } = "exchange";

    /// <summary>The team whose channel it is.</summary>
    public string Team { get; init; } = "Mail operations";

    /// <summary>What people call it.</summary>
    public string Host { get; init; } = "EXCH01";

    /// <summary>The practice server behind the fault buttons; without it the page hides them.</summary>
    public Uri? Server { get; init; }

    /// <summary>
    /// The room behaves as the poorest client that is known: messages 450 pixels wide, no card asks for a view of its own, and posts are
    /// taken without being named (202), so that none can be edited.
    /// </summary>
    public bool IsPlain { get; init; }

    /// <summary>The secret the managed-identity endpoint asks for in <c>X-IDENTITY-HEADER</c>.</summary>
    public required string IdentityHeader { get; init; }

    /// <summary>The relay's own secret at that endpoint, where the relay signs in with Entra; null where it signs with its key.</summary>
    public string? RelayIdentityHeader { get; init; }

    public string BotAppId { get; init; } = "6b07a3c4-2f1e-4d59-9c0a-31765317b07a";
    public string BotName { get; init; } = "ImcBot";
    public string TenantId { get; init; } = "0f3c9a52-7d1b-4e86-b2f4-5a1c3e7d9b60";

    /// <summary>Object id of the relay's identity.</summary>
    public string RelayObjectId { get; init; } = "d41c7a90-63f2-4b0e-9c55-2f8e6a7b1c04";

    /// <summary>What the relay's tokens are for: the bot, but not its connector.</summary>
    public string RelayAudience { get; init; } = "api://imcbot";

    /// <summary>The issuer of the tokens that activities carry, as Bot Framework names itself.</summary>
    public string Issuer { get; init; } = "https://api.botframework.com";

    /// <summary>How long a token lives, both ways.</summary>
    public TimeSpan TokenLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long the bot may take to answer one activity before the room tells the person so; Teams waits about as long.</summary>
    public TimeSpan BotPatience { get; init; } = TimeSpan.FromSeconds(15);

    public Uri ServiceUrl => new(Address, "_connector");
    public Uri OpenIdMetadata => new(Address, "v1/.well-known/openidconfiguration");
    public string EntraIssuer => $"https://sts.windows.net/{TenantId}/";
    public Uri EntraMetadata => new(Address, $"{TenantId}/v2.0/.well-known/openid-configuration");
    public Uri IdentityEndpoint => new(Address, "_identity/token");
    public string BotAccountId => $"28:{BotAppId}";
}
