namespace ImcBot.Bot.Channel;

/// <summary>The activity ids seen lately: the channel delivers some twice.</summary>
internal sealed class Recent
{
    private const int Most = 2048;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>False when it was seen before.</summary>
    public bool IsNew(string id)
    {
        lock (_lock)
        {
            if (!_seen.Add(id))
            {
                return false;
            }

            _order.Enqueue(id);
            if (_order.Count > Most)
            {
                _seen.Remove(_order.Dequeue());
            }

            return true;
        }
    }
}
