using ImcBot.Lab.Server;
using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Wine;

namespace ImcBot.Lab.Commands;

/// <summary>
/// Runs the practice Exchange server: an HTTP API on the loopback address in front of a host whose mail service really fails.
/// </summary>
internal static class PracticeServer
{
    private const int UnknownFault = 1;
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(1);

    /// <summary>Runs until cancelled or interrupted; prints one line with the URL as soon as it answers.</summary>
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        using var host = new PracticeHost(options, TimeProvider.System);
        bool isNew;
        try
        {
            isNew = host.Install();
        }
        catch (WindowsError error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return UnknownFault;
        }

        foreach (var sentence in host.Skipped)
        {
            await Console.Error.WriteLineAsync(sentence);
        }

        await using var app = Build(options, host);
        await app.StartAsync(cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        using var face = options.Wine is { } prefix ? await WindowsFace.OpenAsync(host, prefix, cancellationToken) : null;
        var running = host.RunAsync(isNew, ending.Token);
        Announce(options, app.Urls.First());
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, host.Time, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Interrupted: everything below is the orderly end.
        }

        await host.Services.CloseAsync();
        await running;
        await app.StopAsync(CancellationToken.None);
        return 0;
    }

    private static WebApplication Build(ServerOptions options, PracticeHost host)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .UseUrls($"http://127.0.0.1:{options.Port}")
            .ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        builder.Services.Configure<HostOptions>(hosting => hosting.ShutdownTimeout = ShutdownLimit);
        builder.Services.ConfigureHttpJsonOptions(json => LabJson.Apply(json.SerializerOptions));
        var app = builder.Build();
        app.Use(AnswerErrorsAsync);
        app.UseRouting();
        HostApi.Map(app, host, app.Lifetime.ApplicationStopping);
        FilesApi.Map(app, host.Files);
        PracticeApi.Map(app, host);
        return app;
    }

    private static async Task AnswerErrorsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (WindowsError error) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, error.Status, error.Message, error.Code);
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, error.StatusCode, error.Message, 0);
        }
        catch (IOException error) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, StatusCodes.Status409Conflict, $"The file could not be used: {error.Message}", WindowsError.InUse);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string sentence, int code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { Error = sentence, Code = code }, context.RequestAborted);
    }

    private static void Announce(ServerOptions options, string url)
    {
        Console.Out.WriteLine($"practice server: {url}");
        Console.Out.Flush();
        if (options.UrlFile is { } file)
        {
            File.WriteAllText(file + ".new", url);
            File.Move(file + ".new", file, overwrite: true);
        }
    }
}
