using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Policy;

/// <summary>A writer that refuses what the approved plan does not say: people were told that it is not in it.</summary>
internal sealed class PlannedWriter(IHostWriter writer, Plan plan) : IHostWriter
{
    private readonly IReadOnlyList<Trait> _touches = plan.Touches;

    public Task StartAsync(string service, CancellationToken cancellationToken)
    {
        Demand($"start {service}", Trait.StartsService);
        return writer.StartAsync(service, cancellationToken);
    }

    public Task StopAsync(string service, CancellationToken cancellationToken)
    {
        Demand($"stop {service}", Trait.StopsService);
        if (ServerPaths.UsersConnectTo(service))
        {
            Demand("disconnect users", Trait.DisconnectsUsers);
        }

        return writer.StopAsync(service, cancellationToken);
    }

    public Task KillAsync(string service, CancellationToken cancellationToken)
    {
        Demand($"end {service}", Trait.StopsService);
        return writer.KillAsync(service, cancellationToken);
    }

    public Task ReloadAsync(string service, CancellationToken cancellationToken)
    {
        Demand($"have {service} read its settings again", Trait.Configuration);
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
        return writer.SetSettingAsync(service, name, value, cancellationToken);
    }

    public Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken)
    {
        Demand("change a setting", Trait.Configuration);
        return writer.SetValueAsync(key, value, cancellationToken);
    }

    public Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken)
    {
        Demand("change a setting", Trait.Configuration);
        return writer.DeleteValueAsync(key, name, cancellationToken);
    }

    public Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken)
    {
        Demand("move files", Trait.Items, Trait.Files);
        return writer.MoveAsync(moves, cancellationToken);
    }

    /// <summary>A move to another volume ends with deleting the original of a verified copy, so what moves items may delete too.</summary>
    public Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    )
    {
        Demand("delete files", Trait.Deletes, Trait.Items);
        return writer.DeleteAsync(files, cancellationToken);
    }

    public Task CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        Demand("make a folder", Trait.Items, Trait.Files);
        return writer.CreateFolderAsync(path, cancellationToken);
    }

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Demand("write a file", Trait.Items, Trait.Files);
        return writer.WriteAsync(path, content, cancellationToken);
    }

    public Task TouchAsync(string service, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        Demand($"change what {service} has", Trait.Items);
        return writer.TouchAsync(service, paths, cancellationToken);
    }

    /// <summary>A command touches what its policy says; the plan's digest is over that.</summary>
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
        return writer.RunForAsync(service, vector, input, limit, cancellationToken);
    }

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
}
