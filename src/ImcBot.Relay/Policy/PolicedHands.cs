using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Policy;

/// <summary>Hands that refuse whatever the policy does not allow, file by file, whichever action asks.</summary>
internal sealed class PolicedHands(IHands hands, RelayPolicy policy, Folders folders) : IHands
{
    public Task StartAsync(string service, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return hands.StartAsync(service, cancellationToken);
    }

    public Task StopAsync(string service, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return hands.StopAsync(service, cancellationToken);
    }

    public Task KillAsync(string service, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return hands.KillAsync(service, cancellationToken);
    }

    public Task ReloadAsync(string service, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return hands.ReloadAsync(service, cancellationToken);
    }

    public Task<string> ShrinkJournalAsync(long bytes, CancellationToken cancellationToken) =>
        hands.ShrinkJournalAsync(bytes, cancellationToken);

    public Task SetSettingAsync(string service, string name, string value, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return hands.SetSettingAsync(service, name, value, cancellationToken);
    }

    public Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseValue(new(key, value.Name)));
        return hands.SetValueAsync(key, value, cancellationToken);
    }

    public Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseValue(new(key, name)));
        return hands.DeleteValueAsync(key, name, cancellationToken);
    }

    public Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken) =>
        AllowedAsync(moves, move => [move.From, move.To], move => move.From, hands.MoveAsync, cancellationToken);

    public Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    ) => AllowedAsync(files, file => [file.Path], file => file.Path, hands.DeleteAsync, cancellationToken);

    public async Task CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        Demand(await folders.RefuseAsync(path, cancellationToken));
        await hands.CreateFolderAsync(path, cancellationToken);
    }

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Demand(await folders.RefuseAsync(path, cancellationToken));
        await hands.WriteAsync(path, content, cancellationToken);
    }

    /// <summary>
    /// A command is the administrator's own; its typed arguments were held to the policy when it was planned and at the gate.
    /// </summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        hands.RunAsync(vector, limit, cancellationToken);

    private static void Demand(string? refusal)
    {
        if (refusal is not null)
        {
            throw new HostException(refusal, HostError.Denied);
        }
    }

    /// <summary>Does what is allowed of a list; the rest is refused one by one. Links are looked for once in each folder.</summary>
    private async Task<IReadOnlyList<FileResult>> AllowedAsync<T>(
        IReadOnlyList<T> items,
        Func<T, string[]> paths,
        Func<T, string> name,
        Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<FileResult>>> work,
        CancellationToken cancellationToken
    )
    {
        var folderRefusals = new Dictionary<string, string?>(folders.Paths.Comparer);
        var refusals = new string?[items.Count];
        for (var index = 0; index < items.Count; index++)
        {
            foreach (var path in paths(items[index]))
            {
                var malformed = folders.Paths.Malformed(path);
                var folder = malformed is null ? folders.Paths.Folder(path) : path;
                if (!folderRefusals.TryGetValue(folder, out var refusal))
                {
                    folderRefusals[folder] = refusal = await folders.RefuseAsync(folder, cancellationToken);
                }

                refusals[index] ??= malformed ?? refusal;
            }
        }

        var allowed = new Queue<FileResult>(await work([.. items.Where((_, index) => refusals[index] is null)], cancellationToken));
        return
        [
            .. items.Select(
                (item, index) => refusals[index] is { } refusal ? new FileResult(name(item), refusal, HostError.Denied) : allowed.Dequeue()
            ),
        ];
    }
}
