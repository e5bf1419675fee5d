using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>An engine over a real database in a folder of its own. Opening another over the same folder is a restart.</summary>
internal sealed class EngineRoom : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Microsoft.Extensions.Hosting.BackgroundService> _workers = [];

    private EngineRoom(string folder, SettableTime clock, IDbContextFactory<JournalDb> databases, bool isAlone = true)
    {
        (Folder, Clock, Databases) = (folder, clock, databases);
        Key = new JournalKey(KeyFile.LoadOrCreate(Path.Combine(folder, "journal.key")));
        Journal = new Journals(databases, Key);
        Runbooks = new RunbookRepository(
            Journal,
            [RunbookBytes.Read(File.ReadAllBytes(Repository.Path("manifests/runbooks/Q317653.yaml")), "Q317653.yaml")]
        );
        Relays = new RelayRegister(databases, Key, RevokedRelays.Beside(Path.Combine(folder, "journal.key")), ChangeSignals);
        LeaseHolder = new LeaseHolder(databases, clock, isAlone);
        IncidentLoader = new IncidentLoader(Journal, Runbooks);
        Presence = new RelayPresence(databases, ChangeSignals, clock);
        EngineClock = new EngineClock(clock);
        Store = new IncidentStore(Journal, IncidentLoader, ChangeSignals, LeaseHolder, EngineClock);
        Claims = new RelayClaims(Store, Journal, ChangeSignals);
        Engine = new IncidentEngine(Journal, Store, Runbooks, Relays, OnCallRoster, ChangeSignals, LeaseHolder, EngineClock);
    }

    public string Folder { get; }

    public SettableTime Clock { get; }

    public EngineClock EngineClock { get; }

    public IDbContextFactory<JournalDb> Databases { get; }

    public JournalKey Key { get; }

    public Journals Journal { get; }

    public RunbookRepository Runbooks { get; }

    public RelayRegister Relays { get; }

    public RelayPresence Presence { get; }

    public RelayClaims Claims { get; }

    public IncidentLoader IncidentLoader { get; }

    public IncidentStore Store { get; }

    public LeaseHolder LeaseHolder { get; }

    public OnCallRoster OnCallRoster { get; } = new(Options.Create(OnCall));

    public ChangeSignals ChangeSignals { get; } = new();

    public IncidentEngine Engine { get; }

    public RememberingChannel Channel { get; } = new();

    private static OnCallOptions OnCall { get; } =
        new()
        {
            Roles =
            {
                [Role.OnCall] = [Some.OnCall.Id],
                [Role.Lead] = [Some.Lead.Id],
                [Role.Administrator] = [Some.Lead.Id],
            },
        };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<EngineRoom> NewAsync() =>
        OpenAsync(
            Directory.CreateTempSubdirectory("imcbot-").FullName,
            new SettableTime(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10))
        );

    /// <summary>
    /// An engine over a database of the test's; with the folder and clock of another it is another process of the same bot.
    /// </summary>
    public static EngineRoom Over(IDbContextFactory<JournalDb> databases, EngineRoom? beside = null) =>
        new(
            beside?.Folder ?? Directory.CreateTempSubdirectory("imcbot-").FullName,
            beside?.Clock ?? new SettableTime(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10)),
            databases,
            isAlone: false
        );

    /// <summary>What a new process finds.</summary>
    public Task<EngineRoom> RestartAsync() => OpenAsync(Folder, Clock);

    /// <summary>Starts the workers that speak and watch.</summary>
    /// <param name="pager">Who calls people; null for one who is always taken.</param>
    public async Task StartAsync(IPager? pager = null)
    {
        var publisher = new ChannelPublisher(
            Channel,
            Engine,
            OnCallRoster,
            new Signers(Channel, OnCallRoster),
            new MentionMode(),
            new Lanes(),
            Relays,
            new BotOptions(),
            NullLogger<ChannelPublisher>.Instance
        );
        _workers.Add(
            new OutboxWorker(
                Engine,
                Journal,
                publisher,
                new EffectRunner(
                    Engine,
                    Journal,
                    publisher,
                    pager ?? Channel,
                    new TranscriptWriter(Journal, Runbooks),
                    ChangeSignals,
                    Clock,
                    NullLogger<EffectRunner>.Instance
                ),
                ChangeSignals,
                LeaseHolder,
                Clock,
                NullLogger<OutboxWorker>.Instance
            )
        );
        _workers.Add(DeadlineMonitor());
        _workers.Add(new ReplicaPoller(Journal, ChangeSignals, LeaseHolder, Clock));
        foreach (var worker in _workers)
        {
            await worker.StartAsync(_stop.Token);
        }
    }

    public DeadlineMonitor DeadlineMonitor() =>
        new(
            Engine,
            Store,
            Journal,
            Relays,
            Presence,
            OnCallRoster,
            new BotOptions(),
            LeaseHolder,
            ChangeSignals,
            EngineClock,
            Clock,
            NullLogger<DeadlineMonitor>.Instance
        );

    /// <summary>The relay of these tests speaks.</summary>
    public async Task HearRelayAsync()
    {
        var relay = (await Relays.FindAsync(Some.Relay, Token))!;
        Assert.Null(
            await Journal.Writer.WriteAsync((db, sql) => Presence.HearAsync(db, sql, relay, instance: null, isForCommands: false), Token)
        );
    }

    public Task<Decision> OpenAsync() =>
        Engine.OpenAsync(Some.Host, (at, number, seed) => Some.Opened() with { At = at, Number = number, Seed = seed }, Token);

    public Task<Decision> TellAsync(Func<long, Fact> fact, int incident = 1) => Engine.TellAsync(incident, fact, Token);

    /// <summary>
    /// Writes down what code of another day made of a fact: what today's makes of it, changed. A later reader of the journal finds it.
    /// </summary>
    public async Task DecidedAsync(Func<long, Fact> fact, Func<Decision, Decision> otherwise)
    {
        var state = (await IncidentLoader.ReadAsync(1, Token))!;
        var told = fact(Clock.Micros());
        await Journal.AppendAsync(state.Head, told, null, otherwise(IncidentMachine.Handle(state.Incident!, told)), told.At, Token);
    }

    /// <summary>Writes down a rehearsed incident.</summary>
    public async Task PlayAsync(Rehearsal rehearsal)
    {
        var head = Head.Before(rehearsal.Incident.Number);
        foreach (var (fact, decision) in rehearsal.Told)
        {
            head = await Journal.AppendAsync(head, fact, null, decision, fact.At, Token);
        }
    }

    /// <summary>Answers every check the relay owes with this verdict.</summary>
    public async Task AnswerChecksAsync(Verdict verdict)
    {
        foreach (var run in (await Engine.OwedAsync(1, Lane.Relay, Token)).Select(owed => owed.Effect).OfType<RunCheck>())
        {
            await TellAsync(at => new Checked(at, ReportOf(run.Run, verdict)));
        }
    }

    /// <summary>Plays until people are asked for a plain start.</summary>
    public async Task<Change> ToApprovalAsync()
    {
        await AnswerChecksAsync(Verdict.Clear);
        await TellAsync(at => new DeadlinePassed(at, Deadline.SurveyEnds, new QuestionId(1, 1)));
        var incident = (await Engine.FindAsync(1, Token))!;
        while (incident.Request is null)
        {
            if (incident.Proposal is { State: ChangeState.Offered, Remedy: { } remedy, Question: var question })
            {
                var plan = new Rehearsal().BytesOf(question, remedy);
                var own = Plan.FromBytes(plan) with { Relay = incident.Relay, Host = incident.Host };
                await TellAsync(at => new Planned(
                    at,
                    ReportOf(new RunId(question, 1), Verdict.Clear) with
                    {
                        Kind = JobKind.Plan,
                        Plan = Plan.ToBytes(own),
                    }
                ));
            }

            await TellAsync(at => new Commanded(
                at,
                incident.Proposal?.Kind is ChangeKind.Flowing ? CommandVerb.StartOnce : CommandVerb.Ask,
                Some.Responder,
                null,
                ""
            ));
            incident = (await Engine.FindAsync(1, Token))!;
        }

        return incident.Request;
    }

    public static Report ReportOf(RunId run, Verdict verdict) =>
        new(run, JobKind.Check, verdict, $"{verdict}", new Dictionary<string, string>(StringComparer.Ordinal), Some.Start);

    public async Task<List<StoredEntry>> EntriesAsync(int incident = 1)
    {
        var entries = new List<StoredEntry>();
        await foreach (var entry in Journal.ReadAsync(incident, Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    public async Task<int> SqlAsync(string sql, params object[] values)
    {
        await using var db = await Databases.CreateDbContextAsync(Token);
        return await db.Database.ExecuteSqlRawAsync(sql, values, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var worker in _workers)
        {
            await worker.StopAsync(CancellationToken.None);
            worker.Dispose();
        }

        _stop.Dispose();
        Key.Dispose();
        SqliteConnection.ClearAllPools();
    }

    private static async Task<EngineRoom> OpenAsync(string folder, SettableTime clock) =>
        new(folder, clock, await JournalFile.OpenAsync(Path.Combine(folder, "imcbot.db"), Token));
}
