using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;

namespace ImcBot.Relay.Tests.Kills;

/// <summary>
/// A search and its undo by the relay's own process, whose disk is full from one change of the server on until it has told so.
/// </summary>
internal sealed class FilledRelay : IAsyncDisposable
{
    private const int Bad = 4,
        Messages = 24;

    private static readonly QuestionId Question = new(7, 3),
        Undo = new(7, 4);

    private static readonly Remedy Search = new(
        [Call.To("mail.search", ("starts", "9"), ("store-crashes", "9"), ("minutes", "40"))],
        null,
        [],
        []
    );

    private readonly SmallDisk _disk;
    private readonly int _change;
    private readonly FakeServer _server = new(TimeProvider.System);
    private readonly ServedBot _bot = new();
    private readonly WebApplication _app = Loopback.Builder().Build();
    private RelayProcess? _relay;
    private int _changes;

    private FilledRelay(SmallDisk disk, int change)
    {
        (_disk, _change) = (disk, change);
        ServedServer.Map(_app, _server);
        _bot.Map(_app);
        _server.SetState(FakeServer.Imc, ServiceState.Stopped);
        _server.SetState(FakeServer.Store, ServiceState.Stopped);
        for (var index = 0; index < Messages; index++)
        {
            _server.Put(
                $@"{FakeServer.In}\MSG{index:00000}",
                $"From: ann@example.com\r\n\r\n{(index == Bad ? "BAD NAMED" : "good")} {index}",
                TimeSpan.FromMinutes(10)
            );
        }

        _server.Changing = _ =>
        {
            if (Interlocked.Increment(ref _changes) == _change)
            {
                _disk.Fill();
            }
        };
    }

    /// <summary>Whether the reserve was given up.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>How many changes the scenario makes on a disk that never fills.</summary>
    public int Changes => _changes;

    /// <param name="change">Number of the server's change at which the disk is full, from 1; 0 for never.</param>
    public static async Task<(FilledRelay Run, string? Problem)> TryAsync(SmallDisk disk, int change, CancellationToken cancellationToken)
    {
        var run = new FilledRelay(disk, change);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        try
        {
            await run.RunAsync(patience.Token);
            return (run, run.Judge());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (run, $"not done after ten minutes\n{run._relay!.Log}\n{run.Told()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _relay?.Dispose();
        await _app.DisposeAsync();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        _relay = new RelayProcess(_disk.Folder, _app.Urls.First(), _bot.GrantKeys);
        _relay.Enrol();
        _relay.Start();

        var digest = await PlanAsync(Question, Search, cancellationToken);
        var hold = await ActAsync(
            Question,
            digest,
            1,
            new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null),
            cancellationToken
        );
        var manifest = hold.Round?.Outline?.Digest;
        await ActAsync(
            Question,
            digest,
            2,
            new RoundOrder(RoundKind.Return, IndexSet.UpTo(8), IndexSet.UpTo(24).Except(IndexSet.UpTo(8)), manifest),
            cancellationToken
        );
        await ActAsync(
            Question,
            digest,
            3,
            new RoundOrder(RoundKind.Return, IndexSet.UpTo(14).Except(IndexSet.Of(Bad)), IndexSet.Of(Bad), manifest),
            cancellationToken
        );
        await ActAsync(Undo, await PlanAsync(Undo, Remedy.Undo(Question), cancellationToken), 1, null, cancellationToken);
    }

    /// <summary>
    /// Acts; a run that is refused because the disk is full is asked again when there is room, once the search has come to rest.
    /// </summary>
    private async Task<Report> ActAsync(QuestionId question, string plan, int run, RoundOrder? order, CancellationToken cancellationToken)
    {
        var job = new Job(new RunId(question, run), JobKind.Act, Plan: plan, Order: order);
        var report = await _bot.AskAsync(job, cancellationToken);
        IsSpent |= !File.Exists(Path.Combine(_disk.Folder, "reserve.bin"));
        if (!report.Data.ContainsKey(Refusal.Word))
        {
            return report;
        }

        while (_server.State(FakeServer.Imc) != ServiceState.Running)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        _disk.MakeRoom();
        _bot.Forget(job.Run);
        return await _bot.AskAsync(job, cancellationToken);
    }

    private async Task<string> PlanAsync(QuestionId question, Remedy remedy, CancellationToken cancellationToken) =>
        ContentDigest.Of((await _bot.AskAsync(new Job(new RunId(question, 1), JobKind.Plan, Remedy: remedy), cancellationToken)).Plan!);

    private string? Judge()
    {
        var isAlive = _relay!.IsAlive;
        _relay.Kill();
        _disk.MakeRoom();
        var (mail, hold) = (Enumerable.Range(0, Messages).Select(index => $"MSG{index:00000}"), @"D:\ImcBotHold\INC-7\in");
        List<string> found =
        [
            .. _server.Delivered,
            .. _server.Names(FakeServer.In),
            .. _server.Names(FakeServer.In + @"\Archive"),
            .. _server.Names(hold),
        ];
        using var database = new Database(Path.Combine(_disk.Folder, "ledger.db"));
        var ledger = new RelayLedger(database);
        var places = ledger.Messages(Question);
        return !isAlive ? $"the relay's process has ended\n{_relay.Log}"
            : !found.Order().SequenceEqual(mail) ? $"not each message once: {string.Join(' ', found.Order())}\n{_relay.Log}"
            : places.Count != Messages ? $"the ledger knows {places.Count} messages"
            : places.Find(message =>
                message.Place is Place.Unknown || (message.Place is Place.Held) != _server.Names(hold).Contains(message.Name)
            )
                is { } odd
                ? $"{odd.Name} is not where the ledger says: {odd.Place}"
            : ledger.LostRuns().Count > 0 ? $"{ledger.LostRuns()[0].Run} has begun and not ended in the ledger\n{_relay.Log}"
            : KeptStatement.Refuse(ledger.Statements())
                ?? (
                    IsSpent && !_bot.Reports.Any(report => report.Summary.Contains("reserve", StringComparison.Ordinal))
                        ? $"nobody was told\n{Told()}"
                        : null
                );
    }

    private string Told() =>
        string.Join(
            '\n',
            _bot.Reports.OrderBy(report => report.At).Select(report => $"{report.Run} {report.Kind} {report.Verdict}: {report.Summary}")
        );
}
