using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Policy;

/// <summary>A writer that refuses whatever the policy does not allow, file by file, whichever action asks.</summary>
internal sealed class PolicedWriter(IHostWriter writer, RelayPolicy policy, Folders folders) : IHostWriter
{
    public Task StartAsync(string service, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return writer.StartAsync(service, cancellationToken);
    }

    public Task StopAsync(string service, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return writer.StopAsync(service, cancellationToken);
    }

    public Task KillAsync(string service, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return writer.KillAsync(service, cancellationToken);
    }

    public Task ReloadAsync(string service, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return writer.ReloadAsync(service, cancellationToken);
    }

    public Task<string> ShrinkJournalAsync(long bytes, CancellationToken cancellationToken) =>
        writer.ShrinkJournalAsync(bytes, cancellationToken);

    public Task SetSettingAsync(string service, string name, string value, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        return writer.SetSettingAsync(service, name, value, cancellationToken);
    }

    public Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseValue(new(key, value.Name)));
        return writer.SetValueAsync(key, value, cancellationToken);
    }

    public Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseValue(new(key, name)));
        return writer.DeleteValueAsync(key, name, cancellationToken);
    }

    public Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken) =>
        AllowedAsync(moves, move => [move.From, move.To], move => move.From, writer.MoveAsync, cancellationToken);

    public Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    ) => AllowedAsync(files, file => [file.Path], file => file.Path, writer.DeleteAsync, cancellationToken);

    public async Task CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        Demand(await folders.RefuseAsync(path, cancellationToken));
        await writer.CreateFolderAsync(path, cancellationToken);
    }

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Demand(await folders.RefuseAsync(path, cancellationToken));
        await writer.WriteAsync(path, content, cancellationToken);
    }

    public async Task TouchAsync(string service, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        Demand(policy.RefuseService(service));
        foreach (var folder in paths.Select(folders.Paths.Folder).Distinct(folders.Paths.Comparer))
        {
            Demand(await folders.RefuseAsync(folder, cancellationToken));
        }

        await writer.TouchAsync(service, paths, cancellationToken);
    }

    /// <summary>
    /// A command is the administrator's own; its typed arguments were held to the policy when it was planned and at the gate.
    /// </summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        writer.RunAsync(vector, limit, cancellationToken);

    public Task<CommandResult> RunForAsync(
        string service,
        IReadOnlyList<string> vector,
        string input,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        Demand(policy.RefuseService(service));
        return writer.RunForAsync(service, vector, input, limit, cancellationToken);
    }

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
