using System.Security.Claims;
using Azure.Core;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Bot.Schema;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>Adds what hears activities and posts messages. The edge is Bot Builder's: <see cref="Turns"/> come in, <see cref="Connector"/> goes out.</summary>
internal static class ChannelSetup
{
    /// <summary>What is said to an activity of nowhere.</summary>
    public const string NoPlace = "The activity names no conversation (conversation.id), so nobody said it anywhere and nothing can be answered.";

    private const int MostBytes = 256 * 1024;

    /// <summary>Needs an <see cref="IListener"/>.</summary>
    public static IServiceCollection AddChannel(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ChannelOptions>().Bind(configuration.GetSection(ChannelOptions.Section)).PostConfigure(static options =>
        {
            if (options.AllowedServiceUrls.Count == 0)
            {
                options.AllowedServiceUrls.Add(new Uri("https://smba.trafficmanager.net/"));
            }

            if (options.UploadHosts.Count == 0)
            {
                options.UploadHosts.Add(".sharepoint.com");
            }
        }).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChannelOptions>, ChannelOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddBotToken();
        services.AddSingleton<TurnHandler>();
        services.AddSingleton<Turns>();
        services.AddConnectorCalls();
        services.AddSingleton<TokenCredential>(provider => ConnectorTokens.Choose(provider.GetRequiredService<IOptions<ChannelOptions>>().Value));
        services.AddSingleton<ConnectorTokens>();
        services.AddSingleton<ConnectorAddress>();
        services.AddSingleton<ConnectorClients>();
        services.AddSingleton<ConnectorAuthentication>();
        services.AddSingleton<Connector>();
        services.AddSingleton<Lanes>();
        services.AddSingleton<CardEdits>();
        services.AddSingleton<Roster>();
        services.AddHttpClient(FileDesk.Client).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<FileDesk>();
        services.AddSingleton<Doorman>();
        services.AddSingleton<Courtesy>();
        services.AddSingleton<Hearing>();
        services.AddSingleton<Presence>();
        services.AddSingleton<Intake>();
        services.AddSingleton<ConnectorChannel>();
        services.AddSingleton<IChannel>(provider => provider.GetRequiredService<ConnectorChannel>());
        services.AddHostedService(provider => provider.GetRequiredService<ConnectorChannel>());
        return services;
    }

    /// <summary>Maps <c>POST /api/messages</c>.</summary>
    public static IEndpointConventionBuilder MapChannel(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/messages", TakeAsync).RequireAuthorization(BotToken.Policy).WithMetadata(new RequestSizeLimitAttribute(MostBytes));

    private static async Task<IResult> TakeAsync(
        HttpRequest request, ClaimsPrincipal caller, Doorman doorman, Turns turns, ConnectorAddress address, ILogger<Intake> log)
    {
        if (await ReadAsync(request) is not { Type.Length: > 0 } activity)
        {
            return Problem(StatusCodes.Status400BadRequest, "This is not an activity: send a JSON object with a 'type', in UTF-8, of at most 256 KB.");
        }

        if (doorman.Refuse(activity, caller.FindFirst(BotToken.ServiceUrlClaim)?.Value) is { } refusal)
        {
            log.LogWarning("An activity of kind {Kind} was refused: {Refusal}", activity.Type, refusal);
            // In the log alone: anybody with a bot of their own can send it, and could fill the record.
            return Problem(StatusCodes.Status403Forbidden, refusal);
        }

        if (activity is { Conversation: null or { Id: null or "" } })
        {
            return Problem(StatusCodes.Status400BadRequest, NoPlace);
        }

        address.Learn(new Uri(activity.ServiceUrl!));
        return await turns.TakeAsync(activity) is { } answer ? Results.Json(answer, InvokeAnswer.Json, statusCode: answer.StatusCode) : Results.Ok();
    }

    private static async Task<Activity?> ReadAsync(HttpRequest request)
    {
        try
        {
            return await ActivityJson.ReadAsync(request.Body, request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException)
        {
            return null;
        }
    }

    private static IResult Problem(int status, string sentence) => Results.Json(new { error = sentence }, statusCode: status);
}
