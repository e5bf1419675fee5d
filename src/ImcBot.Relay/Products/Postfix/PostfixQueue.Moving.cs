using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <content>Hold, release, and have it tried now.</content>
internal sealed partial class PostfixQueue
{
    public async Task<IReadOnlyList<FileResult>> MoveAsync(
        IHostWriter writer,
        IReadOnlyList<QueueItem> items,
        string from,
        string to,
        CancellationToken cancellationToken
    ) => IsQueue(from) ? await HoldAsync(writer, items, cancellationToken) : await ReleaseAsync(writer, items, cancellationToken);

    /// <summary>
    /// Release is not delivery: what is put off is tried now, and what a broken connection had closed is open again. What was delivered
    /// while it was being held is released too, so that Postfix removes it, sending nothing. The documented way of one message is
    /// <c>postqueue -i</c>.
    /// </summary>
    public async Task WakeAsync(IHostWriter writer, IReadOnlyList<QueueItem> waiting, CancellationToken cancellationToken)
    {
        if (_done.Count > 0)
        {
            await SuperAsync(writer, "-H", _done, cancellationToken);
        }

        var names = waiting.Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        var deferred = await site.Host.Files.ListAsync(site.Host.Paths.Join(folder, "deferred"), "*", recursive: true, cancellationToken);
        await writer.TouchAsync(
            record.Service,
            [.. (deferred ?? []).Where(file => !file.Folder && names.Contains(file.Name)).Select(file => file.Path)],
            cancellationToken
        );
        await DoAsync(writer, (await InstanceAsync(cancellationToken)).Program("postkick", "public", "qmgr", "FD"), "", cancellationToken);
    }

    private async Task<IReadOnlyList<FileResult>> HoldAsync(
        IHostWriter writer,
        IReadOnlyList<QueueItem> items,
        CancellationToken cancellationToken
    )
    {
        var before = await NamesAsync(Held, cancellationToken);
        await SuperAsync(writer, "-h", items.Select(item => item.Name).Where(name => !before.Contains(name)), cancellationToken);
        var held = await NamesAsync(Held, cancellationToken);
        held.ExceptWith(before);
        var foreign = await ForeignAsync(items.Where(item => held.Contains(item.Name)), cancellationToken);
        await SuperAsync(writer, "-H", foreign, cancellationToken);
        held.ExceptWith(foreign);
        var waiting = items.All(item => held.Contains(item.Name)) ? [] : await NamesAsync(folder, cancellationToken);
        return
        [
            .. items.Select(item =>
                held.Contains(item.Name) ? Done(item)
                : before.Contains(item.Name) ? new FileResult(item.Name, $"{item.Name} is held by others already.", HostError.Exists)
                : waiting.Contains(item.Name) && !foreign.Contains(item.Name)
                    ? new FileResult(item.Name, $"{item.Name} is being moved by Postfix.", HostError.InUse)
                : Gone(item)
            ),
        ];
    }

    private async Task<IReadOnlyList<FileResult>> ReleaseAsync(
        IHostWriter writer,
        IReadOnlyList<QueueItem> items,
        CancellationToken cancellationToken
    )
    {
        var held = await NamesAsync(Held, cancellationToken);
        held.ExceptWith(await ForeignAsync(items.Where(item => held.Contains(item.Name)), cancellationToken));
        var shorts = items.Where(item => held.Contains(item.Name) && IsShort(item.Name)).ToList();
        var taken =
            shorts.Count == 0 ? [] : (await WaitingAsync(cancellationToken)).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        List<string> names = [.. items.Select(item => item.Name).Where(name => held.Contains(name) && !taken.Contains(name))];
        var files = new List<string>();
        foreach (var name in names)
        {
            files.Add(await PathAsync(Held, name, cancellationToken));
        }

        await writer.TouchAsync(record.Service, files, cancellationToken);
        await SuperAsync(writer, "-H", names, cancellationToken);
        var still = await NamesAsync(Held, cancellationToken);
        return
        [
            .. items.Select(item =>
                !held.Contains(item.Name) ? Gone(item)
                : taken.Contains(item.Name)
                    ? new FileResult(item.Name, $"another message in the queue has the id {item.Name}.", HostError.Exists)
                : still.Contains(item.Name) ? new FileResult(item.Name, $"{item.Name} was not released.", HostError.InUse)
                : Done(item)
            ),
        ];
    }

    /// <summary>Held messages that have the id of an item and are another message: short ids are given anew.</summary>
    private async Task<HashSet<string>> ForeignAsync(IEnumerable<QueueItem> items, CancellationToken cancellationToken)
    {
        var foreign = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items.Where(item => IsShort(item.Name)))
        {
            if (await HeldAsync(item.Name, cancellationToken) is not { } file || !IsOf(item, file))
            {
                foreign.Add(item.Name);
            }
        }

        return foreign;
    }

    private static bool IsOf(QueueItem item, QueueFile file) =>
        !IsShort(item.Name) || (file.MessageSize == item.Size && file.Arrived == item.Arrived / 1_000_000);

    /// <summary>Long ids have a letter that short ones, hexadecimal, have not (postconf(5), enable_long_queue_ids).</summary>
    private static bool IsShort(string id) => !id.Contains('z', StringComparison.Ordinal);

    private async Task SuperAsync(IHostWriter writer, string what, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        if (string.Concat(ids.Select(id => id + "\n")) is { Length: > 0 } input)
        {
            await DoAsync(writer, (await InstanceAsync(cancellationToken)).Program("postsuper", what, "-"), input, cancellationToken);
        }
    }

    private async Task DoAsync(IHostWriter writer, IReadOnlyList<string> vector, string input, CancellationToken cancellationToken)
    {
        var result = await writer.RunForAsync(record.Service, vector, input, PostfixInstance.Limit, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new HostException(
                $"'{string.Join(' ', vector)}' ended with {result.ExitCode?.ToString() ?? "its time over"}: {result.Said}"
            );
        }
    }

    private static FileResult Done(QueueItem item) => new(item.Name, null, null);

    private static FileResult Gone(QueueItem item) => new(item.Name, $"{item.Name} is not in the queue.", HostError.NotFound);
}
