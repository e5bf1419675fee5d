using System.Net;
using System.Text.Json;
using Microsoft.Extensions.FileProviders;

namespace ImcBot.Lab.Room;

/// <summary>
/// The practice room: a small Bot Framework channel with its own token issuer, and the chat page. Listens on loopback only, and answers
/// only requests that name loopback as their host, so that no page of the web can speak for a person.
/// </summary>
internal static class RoomApp
{
    public static WebApplication Build(RoomSettings settings, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(RoomApp).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, settings.Address.Port));
        builder
            .Services.AddRouting()
            .AddSingleton(settings)
            .AddSingleton(time)
            .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true)
            .ConfigureHttpJsonOptions(options => options.SerializerOptions.RespectRequiredConstructorParameters = true)
            .AddSingleton<TokenIssuer>()
            .AddSingleton<RoomLog>()
            .AddSingleton<Teller>()
            .AddSingleton<BotLine>()
            .AddSingleton<Audience>()
            .AddSingleton<Conversations>()
            .AddSingleton<PostPace>()
            .AddSingleton<FileDesk>()
            .AddSingleton(new HttpClient());

        var app = builder.Build();
        app.Use(OnlyLoopbackAsync);
        app.Use(TellBadRequestsAsync);
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/_connector", StringComparison.OrdinalIgnoreCase),
            connector => connector.Use(ConnectorError.OnlyTheBotAsync)
        );
        ServePage(app);
        app.UseRouting();

        IdentityApi.Map(app);
        var v3 = app.MapGroup("/_connector/v3");
        ConnectorApi.Map(v3);
        RosterApi.Map(v3);
        PageApi.Map(app);
        ServerApi.Map(app);
        app.Services.GetRequiredService<FileDesk>().Map(app);
        return app;
    }

    private static void ServePage(WebApplication app)
    {
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "Room", "page"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(
            new StaticFileOptions
            {
                FileProvider = files,
                OnPrepareResponse = context =>
                {
                    context.Context.Response.Headers.CacheControl = "no-cache";
                    context.Context.Response.Headers.ContentSecurityPolicy =
                        "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'";
                },
            }
        );
    }

    private static Task OnlyLoopbackAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Host.Host is "127.0.0.1" or "localhost")
        {
            return next(context);
        }
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return context.Response.WriteAsJsonAsync(
            new { error = "The practice room answers only as 127.0.0.1 or localhost." },
            context.RequestAborted
        );
    }

    private static async Task TellBadRequestsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException problem) when (!context.Response.HasStarted)
        {
            var sentence = problem.InnerException is JsonException json
                ? $"The body is not the JSON that {context.Request.Method} {context.Request.Path} takes (line {json.LineNumber + 1}"
                    + $", at '{json.Path}'): {json.Message.Split(" Path:")[0]}"
                : problem.Message;
            context.Response.StatusCode = problem.StatusCode;
            var connector = context.Request.Path.StartsWithSegments("/_connector", StringComparison.OrdinalIgnoreCase);
            await context.Response.WriteAsJsonAsync<object>(
                connector ? new { error = new { code = "BadSyntax", message = sentence } } : new { error = sentence },
                context.RequestAborted
            );
        }
    }
}
