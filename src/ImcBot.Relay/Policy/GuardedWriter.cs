using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Policy;

/// <summary>
/// A writer that refuses what the approved plan does not say, because people were told that it is not in it, and whatever the policy does
/// not allow, file by file, whichever action asks.
/// </summary>
internal sealed class GuardedWriter(IHostWriter writer, Plan plan, RelayPolicy policy, Folders folders) : IHostWriter
{
    private readonly IReadOnlyList<Trait> _touches = plan.Touches;

    public Task StartAsync(string service, CancellationToken cancellationToken)
    {
        Demand($"start {service}", Trait.StartsService);
        DemandService(service);
        return writer.StartAsync(service, cancellationToken);
    }

    public Task StopAsync(string service, CancellationToken cancellationToken)
    {
        Demand($"stop {service}", Trait.StopsService);
        if (ServerPaths.UsersConnectTo(service))
        {
            Demand("disconnect users", Trait.DisconnectsUsers);
        }

        DemandService(service);
        return writer.StopAsync(service, cancellationToken);
    }

    public Task KillAsync(string service, CancellationToken cancellationToken)
    {
        Demand($"end {service}", Trait.StopsService);
        DemandService(service);
        return writer.KillAsync(service, cancellationToken);
    }

    public Task ReloadAsync(string service, CancellationToken cancellationToken)
    {
        Demand($"have {service} read its settings again", Trait.Configuration);
        DemandService(service);
        return writer.ReloadAsync(service, cancellationToken);
    }

    public Task<string> ShrinkJournalAsync(long bytes, CancellationToken cancellationToken)
    {
        Demand("shrink the journal", Trait.Deletes);
        return writer.ShrinkJournalAsync(bytes, cancellationToken);
    }

    public Task SetSettingAsync(string service, string name, string value, CancellationToken cancellationToken)
    {
        Demand("change a setting", Trait.Configuration);
        DemandService(service);
        return writer.SetSettingAsync(service, name, value, cancellationToken);
    }

    public Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken)
    {
        Demand("change a setting", Trait.Configuration);
        Allow(policy.RefuseValue(new(key, value.Name)));
        return writer.SetValueAsync(key, value, cancellationToken);
    }

    public Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken)
    {
        Demand("change a setting", Trait.Configuration);
        Allow(policy.RefuseValue(new(key, name)));
        return writer.DeleteValueAsync(key, name, cancellationToken);
    }

    public Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken)
    {
        Demand("move files", Trait.Items, Trait.Files);
        return AllowedAsync(moves, move => [move.From, move.To], move => move.From, writer.MoveAsync, cancellationToken);
    }

    /// <summary>A move to another volume ends with deleting the original of a verified copy, so what moves items may delete too.</summary>
    public Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    )
    {
        Demand("delete files", Trait.Deletes, Trait.Items);
        return AllowedAsync(files, file => [file.Path], file => file.Path, writer.DeleteAsync, cancellationToken);
    }

    public async Task CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        Demand("make a folder", Trait.Items, Trait.Files);
        Allow(await folders.RefuseAsync(path, cancellationToken));
        await writer.CreateFolderAsync(path, cancellationToken);
    }

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Demand("write a file", Trait.Items, Trait.Files);
        Allow(await folders.RefuseAsync(path, cancellationToken));
        await writer.WriteAsync(path, content, cancellationToken);
    }

    public async Task TouchAsync(string service, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        Demand($"change what {service} has", Trait.Items);
        DemandService(service);
        foreach (var folder in paths.Select(folders.Paths.Folder).Distinct(folders.Paths.Comparer))
        {
            Allow(await folders.RefuseAsync(folder, cancellationToken));
        }

        await writer.TouchAsync(service, paths, cancellationToken);
    }

    /// <summary>
    /// A command is the administrator's own: it touches what its policy says, over which the plan's digest goes, and its typed arguments
    /// were held to the policy when it was planned and at the gate.
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
        Demand($"change what {service} has", Trait.Items, Trait.Configuration);
        DemandService(service);
        return writer.RunForAsync(service, vector, input, limit, cancellationToken);
    }

    /// <summary>By the plan.</summary>
    private void Demand(string what, params ReadOnlySpan<Trait> anyOf)
    {
        foreach (var trait in anyOf)
        {
            if (_touches.Allow(trait))
            {
                return;
            }
        }

        throw new HostException(
            $"The approved plan does not say that it would {what}; the server has changed since it was made. Plan it again.",
            HostError.Denied
        );
    }

    private void DemandService(string service) => Allow(policy.RefuseService(service));

    /// <summary>By the policy.</summary>
    private static void Allow(string? refusal)
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
