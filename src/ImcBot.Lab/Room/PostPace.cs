namespace ImcBot.Lab.Room;

/// <summary>
/// The channel's limits on new posts of one bot in one thread (7 in 1 s, 8 in 2 s, 60 in 30 s, 1800 in an hour); edits are free.
/// </summary>
internal sealed class PostPace(TimeProvider time)
{
    private static readonly (int Posts, TimeSpan Span)[] Limits =
    [
        (7, TimeSpan.FromSeconds(1)),
        (8, TimeSpan.FromSeconds(2)),
        (60, TimeSpan.FromSeconds(30)),
        (1800, TimeSpan.FromHours(1)),
    ];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<DateTimeOffset>> _posts = [];

    /// <summary>How many posts were refused so far.</summary>
    public int Refused { get; private set; }

    /// <summary>Null when the post may go out (and then it counts), else how long to wait.</summary>
    public TimeSpan? Refuses(string conversation)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_posts.TryGetValue(conversation, out var times))
            {
                _posts[conversation] = times = [];
            }
            times.RemoveAll(at => at <= now - Limits[^1].Span);
            foreach (var (posts, span) in Limits)
            {
                if (times.Count >= posts && times[^posts] > now - span)
                {
                    Refused++;
                    return times[^posts] + span - now;
                }
            }

            times.Add(now);
            return null;
        }
    }
}
