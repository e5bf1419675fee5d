using System.Security.Cryptography;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Actions.Mail;

/// <summary>Moves messages between In and the hold folder by renames, and sets Queue.dat aside. Only while the service is stopped.</summary>
internal sealed class Holding(Deed deed, SearchRecord search)
{
    private const int Attempts = 5;

    public SearchRecord Search { get; private set; } = search;

    /// <summary>Takes over what else has become known of the search.</summary>
    public void Learn(SearchRecord search) => Search = search;

    private string Imcdata => Search.Spool[..Search.Spool.LastIndexOf('\\')];

    /// <summary>Moves messages into the hold folder; those that something has open are tried again for a while.</summary>
    /// <returns>The messages that could not be moved.</returns>
    public async Task<List<MessageRecord>> HoldAsync(IReadOnlyList<MessageRecord> messages, CancellationToken cancellationToken)
    {
        var left = messages.ToList();
        for (var attempt = 0; left.Count > 0 && attempt < Attempts; attempt++)
        {
            if (attempt > 0)
            {
                await deed.Site.PauseAsync(cancellationToken);
            }

            left = await MoveAsync(left, Search.Spool, Search.Folder, cancellationToken);
        }

        return left;
    }

    /// <summary>Moves messages back into In.</summary>
    /// <returns>The messages that are back.</returns>
    public async Task<List<MessageRecord>> ReturnAsync(IReadOnlyList<MessageRecord> messages, CancellationToken cancellationToken)
    {
        var left = await MoveAsync([.. messages], Search.Folder, Search.Spool, cancellationToken);
        return [.. messages.Except(left)];
    }

    /// <summary>Renames Queue.dat to Queue.r1.dat, Queue.r2.dat and so on: its stale pointers would show ghosts or deliver twice (Q239420).
    /// It holds no mail and is rebuilt at the next start (Q148727).</summary>
    public async Task SetQueueAsideAsync(CancellationToken cancellationToken)
    {
        var copies = Search.QueueCopies + 1;
        while (true)
        {
            var move = new FileMove(WindowsPath.Join(Imcdata, "Queue.dat"), WindowsPath.Join(Imcdata, $"Queue.r{copies}.dat"));
            var result = (await deed.Hands.MoveAsync([move], cancellationToken))[0];
            if (result.Done || result.Code == Win32.NotFound)
            {
                Search = Search with { QueueCopies = copies };
                deed.Ledger.KeepSearch(Search);
                return;
            }

            if (result.Code != Win32.Exists)
            {
                throw new HostException($"Queue.dat could not be set aside: {result.Error}", result.Code);
            }

            copies++;
        }
    }

    /// <summary>Held messages whose bytes are not what was held.</summary>
    public async Task<List<MessageRecord>> ChangedAsync(IReadOnlyList<MessageRecord> held, CancellationToken cancellationToken)
    {
        var changed = new List<MessageRecord>();
        foreach (var message in held.Where(message => message.Sha256 is not null))
        {
            await using var content = await deed.Site.Host.Files.OpenAsync(WindowsPath.Join(Search.Folder, message.Name), cancellationToken);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) != message.Sha256)
            {
                changed.Add(message);
            }
        }

        return changed;
    }

    private async Task<List<MessageRecord>> MoveAsync(List<MessageRecord> messages, string from, string to, CancellationToken cancellationToken)
    {
        var results = await deed.Hands.MoveAsync(
            [.. messages.Select(message => new FileMove(WindowsPath.Join(from, message.Name), WindowsPath.Join(to, message.Name)))], cancellationToken);
        return [.. messages.Zip(results).Where(pair => !pair.Second.Done).Select(pair => pair.First)];
    }
}
