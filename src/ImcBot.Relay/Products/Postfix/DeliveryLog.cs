using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>What the log says became of messages, by queue id; read on from where it was read to.</summary>
internal sealed class DeliveryLog(Site site, string log)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal),
        _removed = new(StringComparer.Ordinal);
    private long _read = -1;

    /// <summary>Messages of which a recipient was sent to, or whose sender was told that it cannot be.</summary>
    public IReadOnlySet<string> Told => _told;

    /// <summary>Messages that have left the queue after that.</summary>
    public IEnumerable<string> Settled => _removed.Where(_told.Contains);

    /// <param name="after">Where to begin when nothing was read yet.</param>
    public async Task ReadOnAsync(long after, CancellationToken cancellationToken)
    {
        foreach (var entry in await site.EventsAsync(log, Math.Max(_read, after), cancellationToken))
        {
            _read = entry.Index;
            Take(entry.Message);
        }
    }

    private void Take(string line)
    {
        if (LogText.Of(line) is not { Id: { } id, Rest: var rest })
        {
            return;
        }

        if (rest is "removed")
        {
            _removed.Add(id);
        }
        else if (
            rest.Contains(", status=sent (", StringComparison.Ordinal) || rest.Contains(", status=bounced (", StringComparison.Ordinal)
        )
        {
            _told.Add(id);
        }
    }
}
