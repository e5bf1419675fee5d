using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Azure.Core;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Endpoints;
using ImcBot.Bot.Entra;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Channel;
using ImcBot.Bot.Tests.Chat;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ImcBot.Bot.Tests.Entra;

/// <summary><c>POST /decide</c> on loopback with the real machine; Entra and Teams are doubles.</summary>
internal sealed class DecideHouse : IAsyncDisposable
{
    public const string Guest = "11111111-0000-0000-0000-000000000009",
        Outsider = "99999999-0000-0000-0000-000000000001";

    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private DecideHouse(WebApplication app, EntraDouble entra, TeamsDouble teams)
    {
        (_app, Entra, Teams) = (app, entra, teams);
        _http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address => new(_app.Urls.Single());

    public EntraDouble Entra { get; }

    public TeamsDouble Teams { get; }

    public FakeIncidents Incidents => (FakeIncidents)_app.Services.GetRequiredService<IIncidents>();

    public IEnumerable<Voted> Votes => Incidents.Told.OfType<Voted>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<DecideHouse> OpenAsync(TimeProvider? time = null, RunbookTrials? trials = null)
    {
        var (entra, teams) = (await EntraDouble.StartAsync(), await TeamsDouble.StartAsync());
        var builder = Loopback.Builder();
        (string Name, string Value)[] settings =
        [
            ("Channel:AppId", TeamsDouble.AppId),
            ("Channel:TenantId", TeamsDouble.Tenant),
            ("Channel:Conversation", TeamsDouble.Conversation),
            ("Channel:Metadata", teams.Metadata.AbsoluteUri),
            ("Channel:ServiceUrl", teams.ServiceUrl.AbsoluteUri),
            ("Channel:AllowedServiceUrls:0", teams.ServiceUrl.AbsoluteUri),
            ("Channel:RetryDelay", "00:00:00.001"),
            ($"OnCall:Roles:{Role.OnCall}:0", Some.OnCall.Id),
            ($"OnCall:Roles:{Role.OnCall}:1", Guest),
            ($"OnCall:Roles:{Role.Administrator}:0", Some.Lead.Id),
            ($"OnCall:Roles:{Role.Lead}:0", Some.Lead.Id),
        ];
        builder.Configuration.AddInMemoryCollection(
            entra.Settings(settings).Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))
        );
        builder
            .Services.AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<IIncidents>(new FakeIncidents())
            .AddSingleton<IChatHandler, Ear>()
            .AddSingleton<EntraPeople>()
            .AddSingleton<DecideEndpoint>()
            .AddSingleton<ChangeSignals>();
        if (trials is not null)
        {
            builder.Services.AddSingleton(trials).AddSingleton<TryEndpoint>();
        }

        builder.Services.AddOnCall(builder.Configuration).AddChannel(builder.Configuration).AddEntra();
        builder.Services.AddSingleton<TokenCredential>(new KnownCredential());
        var app = builder.Build();
        DecideEndpoint.Map(app);
        if (trials is not null)
        {
            TryEndpoint.Map(app);
        }

        await app.StartAsync(Token);
        return new DecideHouse(app, entra, teams);
    }

    /// <summary>A request that waits.</summary>
    public QuestionId Ask(ApprovalRule rule, Person? askedBy = null)
    {
        var incident = (new Rehearsal("message") { Rule = rule }).Relay().Command(CommandVerb.Ask, askedBy).Incident;
        Incidents.With(incident);
        return incident.Request!.Question;
    }

    /// <summary>A good token of this person.</summary>
    public string Person(string id, string? account = "0") =>
        Entra.Token(TimeProvider.System.GetUtcNow(), id, scp: "decide", acct: account);

    public Task<(HttpStatusCode Status, DecideReply Reply)> DecideAsync(QuestionId question, string? token, string answer = "approve") =>
        PostAsync(
            JsonContent.Create(
                new
                {
                    question = question.ToString(),
                    answer,
                    reason = "the disk is full",
                }
            ),
            token
        );

    public async Task<(HttpStatusCode Status, DecideReply Reply)> PostAsync(HttpContent content, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "decide") { Content = content };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request, Token);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<DecideReply>(WireJson.Options, Token))!);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await Teams.DisposeAsync();
        await Entra.DisposeAsync();
    }
}
