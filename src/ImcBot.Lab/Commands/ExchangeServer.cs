using ImcBot.Lab.Server;
using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Wine;

namespace ImcBot.Lab.Commands;

/// <summary>The practice Exchange server, where wanted with the face of a Windows server under Wine.</summary>
internal sealed class ExchangeServer(ServerOptions options, TimeProvider time) : IPracticeServer
{
    private readonly PracticeHost host = new(options, time);
    private WindowsFace? face;

    public TimeProvider Time => host.Time;

    public bool Install()
    {
        var isNew = host.Install();
        foreach (var sentence in host.Skipped)
        {
            Console.Error.WriteLine(sentence);
        }

        return isNew;
    }

    public void Map(WebApplication app)
    {
        HostApi.Map(app, host, app.Lifetime.ApplicationStopping);
        FilesApi.Map(app, host.Files);
        PracticeApi.Map(app, host.Planter.Planted, host.Planter.PlantAsync, host.Console.DoAsync, host.Truth.Find, host.Record);
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Wine is { } prefix)
        {
            face = await WindowsFace.OpenAsync(host, prefix, cancellationToken);
        }
    }

    public Task RunAsync(bool isNew, CancellationToken cancellationToken) => host.RunAsync(isNew, cancellationToken);

    public Task CloseAsync() => host.Services.CloseAsync();

    public void Dispose()
    {
        face?.Dispose();
        host.Dispose();
    }
}
