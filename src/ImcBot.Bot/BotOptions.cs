namespace ImcBot.Bot;

/// <summary>What an installer sets, in section <c>Bot</c> (environment <c>IMCBOT__BOT__DATA</c> and so on).</summary>
internal sealed class BotOptions
{
    public const string Section = "Bot";

    /// <summary>Folder of the database and the keys. A local disk, backed up.</summary>
    public string Data { get; set; } = "data";

    /// <summary>
    /// PostgreSQL that holds the journal, as an Npgsql connection string; several bots may share it. Default: none, the journal is a SQLite
    /// file in <see cref="Data"/>. The keys stay in files either way.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Client id of the managed identity that logs in to PostgreSQL with its Entra token. Default: none, the connection string says all.
    /// </summary>
    public string? DatabaseClientId { get; set; }

    /// <summary>Folder of the runbooks (<c>*.yaml</c>).</summary>
    public string Runbooks { get; set; } = Path.Combine(AppContext.BaseDirectory, "manifests", "runbooks");

    /// <summary>
    /// Folder where it is remembered which runbooks were proved that the build brought no mark of; who can write there can have one go
    /// unproved. Default: <c>proofs</c> in <see cref="Data"/>.
    /// </summary>
    public string? Proofs { get; set; }

    /// <summary>
    /// The address under which relays reach this bot; goes into enrolment codes. Default: the first address it listens on.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>Key that signs the journal. Default: <c>journal.key</c> in <see cref="Data"/>; better on another volume.</summary>
    public string? JournalKey { get; set; }

    /// <summary>Key that signs grants. Default: <c>grant.key</c> in <see cref="Data"/>.</summary>
    public string? GrantKey { get; set; }

    /// <summary>How long a grant lives from its minting, 1 to 60.</summary>
    public int GrantMinutes { get; set; } = 10;

    /// <summary>How long a relay may be unheard before its incidents say so; longer than a held poll (25 s).</summary>
    public int RelaySilentSeconds { get; set; } = 60;

    /// <summary>Requests a minute that one relay's key may send, 60 to 100,000; as many may come at once.</summary>
    public int RelayRequestsPerMinute { get; set; } = 1200;

    /// <summary>
    /// Requests a minute from one address at each door where nothing is proved yet (enrolment, acknowledgements), 6 to 100,000.
    /// </summary>
    public int OpenRequestsPerMinute { get; set; } = 60;

    /// <summary>Key that signs links to transcripts. Default: <c>link.key</c> in <see cref="Data"/>.</summary>
    public string? LinkKey { get; set; }

    /// <summary>
    /// Regular expressions (without look-around) of secrets that must never get into the journal, besides tokens, keys and passwords.
    /// </summary>
    public string[] Masks { get; set; } = [];

    /// <summary>So many days after an incident's end the texts of people are removed from it; 0 keeps them.</summary>
    public int KeepTextDays { get; set; } = 365;

    /// <summary>
    /// So many days after an incident's end the names of those who decided are removed too; 0 keeps them. Not sooner than the texts.
    /// </summary>
    public int KeepDecisionsDays { get; set; } = 2555;

    /// <summary>
    /// Container of Azure Blob Storage that gets a copy of every transcript that is exported, such as
    /// <c>https://account.blob.core.windows.net/transcripts</c>.
    /// Give it an immutability policy. The bot signs in as for the channel and needs to write there. Default: none.
    /// </summary>
    public string? Vault { get; set; }

    public string LinkKeyFile => LinkKey ?? Path.Combine(Data, "link.key");

    public string JournalKeyFile => JournalKey ?? Path.Combine(Data, "journal.key");

    public string GrantKeyFile => GrantKey ?? Path.Combine(Data, "grant.key");

    /// <summary>The grant key before this one, as long as relays may still have to hear of the new one.</summary>
    public string PreviousGrantKeyFile => GrantKeyFile + ".previous";

    /// <summary>Where what relays upload lies while it comes in.</summary>
    public string IncomingFolder => Path.Combine(Data, "incoming");

    public string ProofFolder => Proofs ?? Path.Combine(Data, "proofs");

    public string Database => Path.Combine(Data, "imcbot.db");

    /// <summary>Everything that is wrong, each a sentence.</summary>
    public IEnumerable<string> Problems()
    {
        string?[] problems =
        [
            GrantMinutes is < 1 or > 60 ? $"Bot:GrantMinutes is {GrantMinutes}; choose 1 to 60." : null,
            RelaySilentSeconds is < 30 or > 3600
                ? $"Bot:RelaySilentSeconds is {RelaySilentSeconds}; choose 30 to 3600 (a poll is held for 25)."
                : null,
            PublicUrl is not null && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                ? $"Bot:PublicUrl '{PublicUrl}' is not an http or https address."
                : null,
            new[] { JournalKeyFile, GrantKeyFile, LinkKeyFile }.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Count() < 3
                ? "Of Bot:JournalKey, Bot:GrantKey and Bot:LinkKey two are the same file; they must be different keys."
                : null,
            KeepTextDays is < 0 or > 36_500 ? $"Bot:KeepTextDays is {KeepTextDays}; choose 1 to 36500, or 0 to keep the texts." : null,
            KeepDecisionsDays is < 0 or > 36_500 || (KeepDecisionsDays > 0 && KeepDecisionsDays < KeepTextDays)
                ? $"Bot:KeepDecisionsDays is {KeepDecisionsDays}; choose {Math.Max(1, KeepTextDays)} (Bot:KeepTextDays) to "
                    + "36500, or 0 to keep who decided."
                : null,
            RelayRequestsPerMinute is < 60 or > 100_000
                ? $"Bot:RelayRequestsPerMinute is {RelayRequestsPerMinute}; choose 60 to 100000."
                : null,
            OpenRequestsPerMinute is < 6 or > 100_000 ? $"Bot:OpenRequestsPerMinute is {OpenRequestsPerMinute}; choose 6 to 100000." : null,
            Vault is not null
            && !(Uri.TryCreate(Vault, UriKind.Absolute, out var vault) && vault.Scheme is "https" && vault.AbsolutePath.Length > 1)
                ? $"Bot:Vault '{Vault}' is not the https address of a container."
                : null,
            WrongMask() is { } mask ? $"Bot:Masks: {mask}" : null,
            !Directory.Exists(Runbooks) || Directory.GetFiles(Runbooks, "*.yaml").Length == 0
                ? $"There is no runbook (*.yaml) in {Runbooks}; set Bot:Runbooks to the folder that holds them."
                : null,
            ConnectionString is null && Journal.JournalFile.Refuse(Data) is { } refusal ? $"Bot:Data: {refusal}" : null,
            ConnectionString is not null && Journal.JournalServer.Refuse(ConnectionString) is { } wrong
                ? $"Bot:ConnectionString: {wrong}"
                : null,
        ];
        return problems.OfType<string>();
    }

    private string? WrongMask()
    {
        try
        {
            _ = Journal.Masks.With(Masks);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return exception.Message;
        }
    }
}
