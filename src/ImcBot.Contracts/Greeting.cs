namespace ImcBot.Contracts;

/// <summary>The relay's greeting.</summary>
/// <param name="Protocol">Newest protocol version the relay speaks.</param>
/// <param name="Oldest">Oldest it speaks.</param>
/// <param name="Catalog">Catalog ids it implements, with versions; the commands of its policy among them.</param>
public sealed record Hello(
    int Protocol,
    int Oldest,
    string Version,
    string Host,
    HostProfile Profile,
    IReadOnlyDictionary<string, int> Catalog
)
{
    /// <summary>What its own policy says; null from a relay that is older than policies.</summary>
    public PolicyNotice? Policy { get; init; }

    /// <summary><see cref="ProgramDigest"/> of its binaries; null from a relay that is older than this.</summary>
    public string? Program { get; init; }

    /// <summary>Where its ledger stands; null from a relay that is older than this.</summary>
    public LedgerStand? Ledger { get; init; }

    /// <summary>What its settings say that runbooks are about there; null where they list none, or from a relay that is older
    /// than this.</summary>
    public IReadOnlyList<Subject>? Subjects { get; init; }
}

/// <summary>Where a relay's ledger stands.</summary>
/// <param name="Id">A number that no other ledger has.</param>
/// <param name="Rows">How many rows it has signed.</param>
/// <param name="Head">SHA-256 of the newest row; empty without one.</param>
public sealed record LedgerStand(long Id, int Rows, string Head)
{
    /// <summary>What became of the ledger since it stood elsewhere, as a sentence; null when it only went on.</summary>
    public string? Since(LedgerStand before) =>
        Id != before.Id
            ? "works with a new ledger: it has forgotten what it could undo and which items it holds. Items that it held lie in "
                + "the hold folder of its server still, if there were any; somebody must look there."
        : Rows < before.Rows || (Rows == before.Rows && Head != before.Head)
            ? $"works with a ledger that was set back: signed rows were {before.Rows} and are {Rows}. What it did meanwhile it "
                + "has forgotten; look whether a copy of it runs elsewhere, or a backup was put back."
        : null;
}

/// <summary>What people should know of a relay's policy: it wins over bot, runbook and grant.</summary>
/// <param name="Digest">SHA-256 of the policy file, lower-case hex; null when there is none and the relay only reads.</param>
/// <param name="Highest">The highest impact that is ever carried out there.</param>
/// <param name="Shadow">Plans are shown, nothing is carried out.</param>
/// <param name="Off">Catalog ids that are switched off.</param>
public sealed record PolicyNotice(string? Digest, Impact Highest, bool Shadow, IReadOnlyList<string> Off);

/// <summary>The bot's answer.</summary>
/// <param name="GrantKeys">The keys that sign grants from now on, see <see cref="GrantKeyNotice"/>; null when they are those of the
/// enrolment.</param>
/// <param name="Watches">What to look out for; null from a bot that is older than this.</param>
public sealed record Welcome(
    int Protocol,
    string Relay,
    long BotTime,
    string? GrantKeys = null,
    IReadOnlyList<WatchedService>? Watches = null
);
