using ImcBot.Contracts;
using ImcBot.Relay;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Exchange;

namespace ImcBot.Wine.Tests;

/// <summary>Planner and runner on the prefix. No grants: enrolment and gate are in the drill with --server wine.</summary>
internal sealed class WineBench : IDisposable
{
    /// <summary>What the practice relay's policy file says; the file itself is not on the prefix.</summary>
    private static readonly RelayPolicy Rules = new("wine", Impact.Destructive)
    {
        Folders = [@"D:\Exchsrvr\Imcdata", @"E:\Exchsrvr\Imcdata", @"D:\ImcBotHold", @"E:\ImcBotHold", @"D:\TEMP", "${recycle-bin}"],
        Services = ["MSExchangeSA", "MSExchangeDS", "MSExchangeIS", "MSExchangeMTA", "MSExchangeIMC", "McShield"],
        Values =
        [
            new(Installation.ImcParameters, "RootDir"),
            new(Installation.ImcDiagnostics, "*SMTP Protocol Log"),
            new(Installation.StoreParameters, "Max Threads*"),
            new(@"HKLM\SOFTWARE\Network Associates\TVD\On Access Scanner\Configuration", "ExcludedItems"),
        ],
        StartsPerHour = 60,
        CrashesPerIncident = 60,
        Disposable = [new("${temp}", Disposable.Everything, TimeSpan.FromDays(1)), new(@"${imcdata}\Log", "L*.log", TimeSpan.FromDays(1))],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-wine-").FullName;
    private readonly Database _database;
    private readonly Planner _planner;
    private readonly PlanRunner _runner;

    public WineBench()
    {
        Host = WinePrefix.Connect(byName: false);
        _database = new Database(Path.Combine(_folder, "ledger.db"));
        Ledger = new RelayLedger(_database);
        Site = new Site(Host, new HostProfile(2, 4, 15, 15, 3), TimeProvider.System, ProductSet.All);
        Actions = new ActionSet(Ledger, Rules);
        _planner = new Planner(Actions, Site, Ledger, "wine");
        _runner = new PlanRunner(Actions, Site, Ledger, new PolicyGuard(Rules, Actions, Site, Ledger, new BotClock(TimeProvider.System)));
    }

    public Host Host { get; }

    public RelayLedger Ledger { get; }

    public Site Site { get; }

    public ActionSet Actions { get; }

    public IHostWriter Writer => Host.Writer("INC-9/9#9");

    public Task<Finding> CheckAsync(string use, params (string, string)[] with) => CheckAsync(Call.To(use, with));

    public async Task<Finding> CheckAsync(Call call) =>
        await Actions.Checks[call.Use].CheckAsync(await Site.ResolveAsync(call, CancellationToken.None), Site, CancellationToken.None);

    public Task<Plan> PlanAsync(int question, string use, params (string, string)[] with) =>
        PlanAsync(question, new Remedy([Call.To(use, with)], null, [], []));

    public Task<Plan> PlanAsync(int question, Remedy remedy) =>
        _planner.PlanAsync(new QuestionId(7, question), remedy, CancellationToken.None);

    public async Task<Report> ActAsync(int question, string use, params (string, string)[] with) =>
        await ActAsync(await PlanAsync(question, use, with));

    public Task<Report> ActAsync(Plan plan, int run = 1, RoundOrder? order = null) =>
        _runner.ExecuteAsync(new Job(new RunId(plan.Question, run), JobKind.Act, Plan: "wine", Order: order), plan, CancellationToken.None);

    public async Task<Report> UndoAsync(int question, int of) =>
        await ActAsync(await PlanAsync(question, Remedy.Undo(new QuestionId(7, of))));

    public async Task<ServiceState> StateAsync(string service) => (await Site.ServiceAsync(service, CancellationToken.None)).State;

    /// <summary>Brings a service to rest in a state, with what it needs.</summary>
    public async Task BringAsync(string service, ServiceState state)
    {
        var context = new RunContext(new Job(new RunId(new QuestionId(9, 9), 9), JobKind.Act), null!, Site, Ledger, Writer, 0);
        var name = (await Site.ServiceAsync(service, CancellationToken.None)).Name;
        var done =
            state == ServiceState.Stopped
                ? await Relay.General.ServiceWork.StopAsync(context, name, CancellationToken.None)
                : await StartAsync(context, name);
        Xunit.Assert.Equal(Verdict.Clear, done.Verdict);
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<EffectOutcome> StartAsync(RunContext context, string service)
    {
        foreach (var needed in (await Host.Services.ListAsync(CancellationToken.None)).NeededBy(service))
        {
            await Relay.General.ServiceWork.StartAsync(context, needed.Name, CancellationToken.None);
        }

        return await Relay.General.ServiceWork.StartAsync(context, service, CancellationToken.None);
    }
}
