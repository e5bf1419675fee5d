using ImcBot.Lab.Server;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Commands;

/// <summary>Runs a practice server behind an HTTP API on the loopback address.</summary>
internal static class PracticeServer
{
    private const int UnknownFault = 1,
        Broken = 3;

    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Runs until cancelled or interrupted, or until the server itself breaks, which is told; prints one line with the URL as soon as it
    /// answers.
    /// </summary>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="urlFile">Receives the URL too.</param>
    public static async Task<int> RunAsync(IPracticeServer server, int port, string? urlFile, CancellationToken cancellationToken)
    {
        bool isNew;
        try
        {
            isNew = server.Install();
        }
        catch (Exception error) when (error is WindowsError or BadHttpRequestException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return UnknownFault;
        }

        await using var app = Build(server, port);
        await app.StartAsync(cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        await server.OpenAsync(cancellationToken);
        var running = server.RunAsync(isNew, ending.Token);
        Announce(urlFile, app.Urls.First());
        await Task.WhenAny(running, Task.Delay(Timeout.InfiniteTimeSpan, server.Time, ending.Token));
        await server.CloseAsync();
        if (running.Exception is { InnerException: var broken })
        {
            await Console.Error.WriteLineAsync($"The practice server broke and ends: {broken!.Message}");
        }
        else
        {
            await running;
        }

        await app.StopAsync(CancellationToken.None);
        return running.IsFaulted ? Broken : 0;
    }

    private static WebApplication Build(IPracticeServer server, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .UseUrls($"http://127.0.0.1:{port}")
            .ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        builder.Services.Configure<HostOptions>(hosting => hosting.ShutdownTimeout = ShutdownLimit);
        builder.Services.ConfigureHttpJsonOptions(json => LabJson.Apply(json.SerializerOptions));
        var app = builder.Build();
        app.Use(AnswerErrorsAsync);
        app.UseRouting();
        server.Map(app);
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
        catch (SkippedException error) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, StatusCodes.Status409Conflict, error.Message, 0);
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

    private static void Announce(string? urlFile, string url)
    {
        Console.Out.WriteLine($"practice server: {url}");
        Console.Out.Flush();
        if (urlFile is { } file)
        {
            File.WriteAllText(file + ".new", url);
            File.Move(file + ".new", file, overwrite: true);
        }
    }
}
