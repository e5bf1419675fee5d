using static ImcBot.Relay.Hosts.Lab.LabApi;

namespace ImcBot.Relay.Hosts.Lab;

/// <summary>Changes on the practice server, each claimed for one run.</summary>
internal sealed class LabWriter(LabApi api, ICommands commands, string run) : IHostWriter
{
    private const int Batch = 500;

    public Task StartAsync(string service, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"services/{Escape(service)}/start", null, cancellationToken);

    public Task StopAsync(string service, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"services/{Escape(service)}/stop", null, cancellationToken);

    public Task KillAsync(string service, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"services/{Escape(service)}/kill", null, cancellationToken);

    public Task SetSettingAsync(string service, string name, string value, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"services/{Escape(service)}/{Escape(name)}", Json(new LabMode(value)), cancellationToken);

    public Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Put,
            $"registry/values?key={Escape(key)}&name={Escape(value.Name)}",
            Json(LabValue.From(value)),
            cancellationToken
        );

    public Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"registry/values?key={Escape(key)}&name={Escape(name)}", null, cancellationToken);

    public async Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken)
    {
        var results = new List<FileResult>(moves.Count);
        foreach (var batch in moves.Chunk(Batch))
        {
            var answer = await api.ChangeAsync<Answer>(HttpMethod.Post, "files/move", run, Json(new MoveOrder(batch)), cancellationToken);
            results.AddRange(
                batch.Zip(answer!.Results, (move, result) => new FileResult(move.From, result.Error, Win32.Kind(result.Code)))
            );
        }

        return results;
    }

    public async Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    )
    {
        var results = new List<FileResult>(files.Count);
        foreach (var batch in files.Chunk(Batch))
        {
            var body = Json(new DeleteOrder([.. batch.Select(file => file.Path)], [.. batch.Select(file => file.FileId)]));
            var answer = await api.ChangeAsync<Answer>(HttpMethod.Post, "files/delete", run, body, cancellationToken);
            results.AddRange(
                batch.Zip(answer!.Results, (file, result) => new FileResult(file.Path, result.Error, Win32.Kind(result.Code)))
            );
        }

        return results;
    }

    public Task CreateFolderAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "files/folder", Json(new FolderOrder(path)), cancellationToken);

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"files/content?path={Escape(path)}", new ReadOnlyMemoryContent(content), cancellationToken);

    public Task<CommandResult> RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        commands.AskAsync(vector, limit, cancellationToken);

    private async Task SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken) =>
        await api.ChangeAsync<Empty>(method, path, run, body, cancellationToken);

    internal sealed record MoveOrder(IReadOnlyList<FileMove> Moves);

    internal sealed record DeleteOrder(IReadOnlyList<string> Paths, IReadOnlyList<string> Ids);

    internal sealed record FolderOrder(string Path);

    internal sealed record Answer(IReadOnlyList<Result> Results);

    internal sealed record Result(string? Error = null, int? Code = null);
}
