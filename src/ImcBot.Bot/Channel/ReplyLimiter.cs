namespace ImcBot.Bot.Channel;

/// <summary>
/// Who is not from here is told so, but cannot make the bot fill a thread with it: one answer in ten minutes for each sender, and a few for
/// all of them together. What they do is kept in the record either way.
/// </summary>
internal sealed class ReplyLimiter(TimeProvider time)
{
    private const int MostForAll = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);

    /// <summary>Whether this sender is answered now; counts the answer.</summary>
    public bool Owes(string sender)
    {
        lock (_lock)
        {
            foreach (var (old, _) in _told.Where(told => time.GetElapsedTime(told.Value) >= Window).ToArray())
            {
                _told.Remove(old);
            }

            return _told.Count < MostForAll && _told.TryAdd(sender, time.GetTimestamp());
        }
    }
}
