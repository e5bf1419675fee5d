using System.Net;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Endpoints;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

/// <summary>The bot without its chat, listening on loopback; time is the test's.</summary>
internal sealed class BotHouse : IAsyncDisposable
{
    public const string Administrator = "aaaaaaaa-0000-0000-0000-000000000001";

    // A proof takes seconds and depends on the build alone: the tests of one build share it.
    private static readonly string Proofs = Path.Combine(AppContext.BaseDirectory, "proofs");

    private readonly WebApplication _app;

    private BotHouse(WebApplication app, FakeTimeProvider clock, RememberingChannel channel, string folder)
    {
        (_app, Clock, Channel, Folder) = (app, clock, channel, folder);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>Where database and keys lie.</summary>
    public string Folder { get; }

    public FakeTimeProvider Clock { get; }

    public RememberingChannel Channel { get; }

    public HttpClient Http { get; }

    public IncidentEngine Engine => Get<IncidentEngine>();

    public RelayEnrolment Enrolment => Get<RelayEnrolment>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<BotHouse> OpenAsync(params (string Name, string Value)[] settings) =>
        OpenAsync(
            Directory.CreateTempSubdirectory("imcbot-").FullName,
            new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10)),
            settings
        );

    /// <summary>A bot over a folder that another has left.</summary>
    public static async Task<BotHouse> OpenAsync(string folder, FakeTimeProvider clock, params (string Name, string Value)[] settings)
    {
        var channel = new RememberingChannel();
        var options = new BotOptions
        {
            Data = folder,
            Runbooks = Repository.Path("manifests/runbooks"),
            Proofs = Proofs,
        };
        var builder = Loopback.Builder();
        builder.Configuration.AddInMemoryCollection([
            new("OnCall:Roles:administrator:0", Administrator),
            new("OnCall:Roles:on-call:0", Some.OnCall.Id),
            new("OnCall:Roles:lead:0", Some.Lead.Id),
            .. settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)),
        ]);
        builder.Configuration.GetSection(BotOptions.Section).Bind(options);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IChannel>(channel).AddSingleton<Lanes>().AddSingleton<MentionMode>();
        builder.Services.AddEngine(options);
        builder.Services.AddAlerts(builder.Configuration).AddOnCall(builder.Configuration);
        var app = builder.Build();
        await app.Services.PrepareEngineAsync(Token);
        app.MapEngine();
        await app.StartAsync(Token);
        return new BotHouse(app, clock, channel, folder);
    }

    /// <summary>A relay that was enrolled, confirmed and has greeted.</summary>
    public async Task<FakeRelay> RelayAsync(string host = Some.Host)
    {
        var relay = await EnrolledAsync(host);
        var greeted = await relay.PostAsync("hello", relay.Hello());
        Assert.Equal(HttpStatusCode.OK, greeted.Status);
        return relay;
    }

    /// <summary>A relay that was enrolled and confirmed, and has not spoken yet.</summary>
    public async Task<FakeRelay> EnrolledAsync(string host = Some.Host, Func<string?>? entra = null)
    {
        var relay = new FakeRelay(Http, Clock, host) { Entra = entra };
        Assert.Equal(HttpStatusCode.OK, (await relay.EnrolAsync(await Enrolment.CreateCodeAsync(host, Administrator, Token))).Status);
        await Enrolment.ConfirmAsync(relay.Id, Administrator, Token);
        return relay;
    }

    /// <summary>Answers checks and plans until people are asked; gives the plan's bytes.</summary>
    /// <param name="findings">The checks that find something; with none all do, and a plain start is asked for.</param>
    public async Task<byte[]> ToApprovalAsync(FakeRelay relay, params string[] findings)
    {
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        return await ToApprovalAsync(relay, 1, findings);
    }

    /// <summary>The same for an incident that is open; what other incidents ask for is answered too, but for runs.</summary>
    public async Task<byte[]> ToApprovalAsync(FakeRelay relay, int number, params string[] findings)
    {
        while (true)
        {
            var incident = (await Engine.FindAsync(number, Token))!;
            if (incident.Request is { } request)
            {
                return request.Plan;
            }

            if (incident.Proposal is { State: ChangeState.Planned } proposal)
            {
                if (findings.Length == 0)
                {
                    await Engine.TellAsync(
                        number,
                        at => new Commanded(at, CommandVerb.StartOnce, Some.Responder, proposal.Question, ""),
                        Token
                    );
                }

                await Engine.TellAsync(number, at => new Commanded(at, CommandVerb.Ask, Some.Responder, null, ""), Token);
                continue;
            }

            foreach (var job in (await relay.PollAsync()).Where(job => job.Kind is not JobKind.Act))
            {
                await relay.ReportAsync(
                    job.Kind == JobKind.Plan
                        ? PlanOf(relay, job)
                        : relay.ReportOf(job, findings.Length == 0 || findings.Contains(job.Check!.Use) ? Verdict.Finding : Verdict.Clear)
                );
            }
        }
    }

    /// <summary>Writes into the database behind the bot's back.</summary>
    public async Task<int> SqlAsync(string sql)
    {
        await using var db = await Get<IDbContextFactory<JournalDb>>().CreateDbContextAsync(Token);
        return await db.Database.ExecuteSqlRawAsync(sql, Token);
    }

    private static Report PlanOf(FakeRelay relay, Job job) =>
        relay.ReportOf(job) with
        {
            Plan = Plan.ToBytes(
                new Plan(
                    job.Run.Question,
                    relay.Id,
                    Some.Host,
                    job.Remedy!,
                    [
                        .. job.Remedy!.Calls.Select(call => new PlannedEffect(
                            call,
                            Catalog.Find(call.Use)!.Impact,
                            Catalog.Find(call.Use)!.Scope,
                            "does it",
                            null,
                            [],
                            null,
                            new Dictionary<string, string>(StringComparer.Ordinal)
                        )),
                    ],
                    Impact.Disruptive,
                    null,
                    []
                )
            ),
        };

    /// <summary>
    /// Lets time pass until a held answer comes: slowly enough that what was sent is taken before its proof of identity has aged.
    /// </summary>
    public async Task<T> WaitOutAsync<T>(Task<T> held)
    {
        while (await Task.WhenAny(held, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)) != held)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        return await held;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
