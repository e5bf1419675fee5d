using System.Collections.Concurrent;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Relays;

/// <summary>When each relay was last heard, and which of its processes is the one that works.</summary>
internal sealed class RelayPresence(IDbContextFactory<JournalDb> databases, ChangeSignals signals, TimeProvider clock)
{
    /// <summary>Longer than a poll is held and an answer may take: a relay that has not spoken for so long is taken for gone.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    // A time that is further away than any word could reach was written before the clock was set back.
    private const string Hear =
        "update relays set heard_at = @p0, instance = @p1, instance_until = @p2 where id = @p3 and (instance is null or instance = @p1 "
        + "or instance_until is null or instance_until < @p0 or instance_until > @p2)";

    private const string HearCommand = "update relays set heard_at = @p0 where id = @p1";

    private const string HearNameless = HearCommand + " and instance is null";

    /// <summary>A process that does not say which it is.</summary>
    private static readonly RelayInstance Nameless = new("");

    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _heard = new(StringComparer.Ordinal);
    private long? _readTo;
    private readonly ConcurrentDictionary<string, (RelayInstance Alive, RelayInstance Rival)> _rivals = new(StringComparer.Ordinal);

    /// <summary>The two of each relay that the channel was told of last.</summary>
    private readonly ConcurrentDictionary<string, (RelayInstance Alive, RelayInstance Rival)> _told = new(StringComparer.Ordinal);

    /// <summary>
    /// The relay has spoken just now. A relay is one process: while one is alive, another that speaks as the same relay is turned away.
    /// </summary>
    /// <param name="instance">
    /// Which process speaks; null from a command of the relay beside it, and from a relay that is older than this. One that has said which
    /// it is says so for good: whoever leaves that out then is another.
    /// </param>
    /// <param name="isForCommands">Whether a command beside the relay's own process asks for this too.</param>
    /// <returns>Why it is turned away, as a sentence; null when it is heard.</returns>
    public async Task<string?> HearAsync(JournalDb db, HotSql sql, RelayRow relay, RelayInstance? instance, bool isForCommands)
    {
        var now = clock.Micros();
        var heard = instance is null
            ? await sql.RunAsync(isForCommands ? HearCommand : HearNameless, now, relay.Id)
            : await sql.RunAsync(Hear, now, instance.Text, now + LongestSilence.Micros(), relay.Id);
        if (heard == 1)
        {
            Remember(relay.Id, now);
            TellRival(relay, instance);
            return null;
        }

        var alive = new RelayInstance(
            await db.Relays.Where(row => row.Id == relay.Id).Select(row => row.Instance).SingleOrDefaultAsync() ?? ""
        );
        var rival = instance ?? Nameless;
        _rivals[relay.Id] = (alive, rival);
        return $"Another process works as {relay.Id}: {alive.Words}. This one ({rival.Words}) may not: stop one of them. A copy "
            + "of a relay's folder is deleted and enrolled anew for its own host.";
    }

    /// <summary>The process is gone: the next one need not wait until its silence is long enough.</summary>
    public Task LeaveAsync(string relay, RelayInstance instance) =>
        databases.AskAsync(
            db =>
                db.Relays.Where(row => row.Id == relay && row.Instance == instance.Text)
                    .ExecuteUpdateAsync(row => row.SetProperty(value => value.InstanceUntil, (long?)null), CancellationToken.None),
            CancellationToken.None
        );

    /// <summary>
    /// Only when the one that was taken for alive has spoken after another was turned away: a process that died unseen is no second relay.
    /// </summary>
    private void TellRival(RelayRow relay, RelayInstance? instance)
    {
        if (
            instance is not null
            && _rivals.TryRemove(relay.Id, out var pair)
            && pair.Alive == instance
            && _told.GetValueOrDefault(relay.Id) != pair
            && signals.TellOf(
                relay.Id,
                $"Two processes speak as the relay {relay.Id} for {relay.Host}: {pair.Alive.Words} works, {pair.Rival.Words} is "
                    + "turned away. Its folder or its machine was copied: stop the copy, delete its folder, and enrol it anew for "
                    + "its own host."
            )
        )
        {
            _told[relay.Id] = pair;
        }
    }

    /// <summary>
    /// How long the relay has not spoken. Between two looks of this process it is the monotonic clock that counts, so that setting the time
    /// of day makes no relay silent and none heard.
    /// </summary>
    public TimeSpan SilenceOf(RelayRow row) => SilenceOf(row.Id, row.HeardAt ?? row.EnrolledAt);

    private TimeSpan SilenceOf(string relay, long spoke)
    {
        var stamp = clock.GetTimestamp();
        var told = TimeSpan.FromMicroseconds(Math.Max(0, clock.Micros() - spoke));
        return _looks
            .AddOrUpdate(
                relay,
                _ => new Look(spoke, told, stamp),
                (_, last) =>
                {
                    var since = clock.GetElapsedTime(last.Stamp, stamp);
                    return new Look(
                        spoke,
                        last.Spoke == spoke ? last.Silence + since
                            : told < since ? told
                            : since,
                        stamp
                    );
                }
            )
            .Silence;
    }

    /// <summary>The same as this process remembers it; for ever where it knows of no such relay.</summary>
    public TimeSpan SilenceOf(string relay) =>
        _looks.TryGetValue(relay, out var last) ? last.Silence + clock.GetElapsedTime(last.Stamp) : TimeSpan.MaxValue;

    /// <summary>Takes what the relays have told other replicas: all of it once, then what is new.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        // The clocks of two replicas differ by less than this.
        var since = _readTo is { } last ? last - LongestSilence.Micros() : long.MinValue;
        _readTo = clock.Micros();
        foreach (
            var row in await databases.ListAsync(
                db => db.Relays.Where(row => row.HeardAt > since).Select(row => new { row.Id, row.HeardAt }),
                cancellationToken
            )
        )
        {
            SilenceOf(row.Id, row.HeardAt!.Value);
            _heard[row.Id] = true;
        }
    }

    /// <summary>Relays that have spoken since this was asked last, here or at another replica.</summary>
    public IReadOnlyCollection<string> TakeHeard() => [.. _heard.Keys.Where(relay => _heard.TryRemove(relay, out _))];

    private void Remember(string relay, long spoke)
    {
        _looks[relay] = new Look(spoke, TimeSpan.Zero, clock.GetTimestamp());
        _heard[relay] = true;
    }

    /// <param name="Spoke">When the relay had spoken last, as its row told.</param>
    private sealed record Look(long Spoke, TimeSpan Silence, long Stamp);
}
