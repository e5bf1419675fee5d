namespace ImcBot.Contracts;

/// <summary>A poll for work; held up to 25 seconds.</summary>
/// <param name="Known">Runs the relay has got: it is working on them, or their report has not been taken yet.</param>
/// <param name="Begun">The newest run that the relay's ledger has begun of each incident, newest incident first, at most 50: a bot whose
/// journal does not know
/// one of them has been set back. Null from relays older than this.</param>
/// <param name="Watching">Digest of the watches that the relay follows, see <see cref="WatchedService.DigestOf"/>; null from relays older
/// than this.</param>
/// <param name="Nonce">A new random value in each poll, which the grants of its answer repeat; null from relays older than this.</param>
public sealed record Poll(IReadOnlyList<RunId> Known, IReadOnlyList<RunId>? Begun = null, string? Watching = null, string? Nonce = null);

/// <summary>Work to do. <see cref="BotTime"/> is Unix microseconds and feeds the relay's own clock for grants.</summary>
/// <param name="TakenOver">Why the relay only reads until the next word (somebody has taken over), or null.</param>
/// <param name="GrantKeys">As in <see cref="Welcome"/>, when there is work.</param>
/// <param name="Watches">What to look out for from now on, when the relay follows something else; otherwise null.</param>
public sealed record Work(
    long BotTime,
    IReadOnlyList<Job> Jobs,
    string? TakenOver = null,
    string? GrantKeys = null,
    IReadOnlyList<WatchedService>? Watches = null
);
