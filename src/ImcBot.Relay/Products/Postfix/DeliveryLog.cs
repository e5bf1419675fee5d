using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

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
            Take(entry);
        }
    }

    private void Take(LogEvent entry)
    {
        if (LogText.Of(entry.Message, entry.Category) is not { Id: { } id } line)
        {
            return;
        }

        if (line.Rest is "removed")
        {
            _removed.Add(id);
        }
        else if (line.Delivery?.Status is "sent" or "bounced")
        {
            _told.Add(id);
        }
    }
}
