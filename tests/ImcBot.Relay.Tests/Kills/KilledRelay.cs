using System.Security.Cryptography;
using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;

namespace ImcBot.Relay.Tests.Kills;

/// <summary>
/// A search and its undo, led by a bot that only repeats itself, carried out by the relay's own process, which is killed at one point and
/// started again. The server and the bot stay up; the server counts changes.
/// </summary>
internal sealed class KilledRelay : IAsyncDisposable
{
    private const int Bad = 4;

    private static readonly QuestionId Question = new(7, 3);

    private static readonly Remedy Search = new(
        [Call.To("mail.search", ("starts", "9"), ("store-crashes", "9"), ("minutes", "40"))],
        null,
        [],
        []
    );

    private static readonly string[] Texts =
    [
        .. Enumerable
            .Range(0, 24)
            .Select(index => $"From: ann@example.com\r\n\r\n{(index == Bad ? "BAD NAMED" : index == 9 ? "ARCHIVE" : "good")} {index}"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-kill-").FullName;
    private readonly FakeServer _server = new(TimeProvider.System);
    private readonly ServedBot _bot = new();
    private readonly KillPoint? _point;
    private readonly WebApplication _app;
    private RelayProcess? _relay;
    private int _changes;
    private int _starts;
    private int _killed;

    private KilledRelay(KillPoint? point)
    {
        _point = point;
        _app = Loopback.Builder().Build();
        ServedServer.Map(_app, _server);
        _bot.Map(_app);
        _server.SetState(FakeServer.Imc, ServiceState.Stopped);
        _server.SetState(FakeServer.Store, ServiceState.Stopped);
        for (var index = 0; index < Texts.Length; index++)
        {
            _server.Put($@"{FakeServer.In}\MSG{index:00000}", Texts[index], TimeSpan.FromMinutes(10));
        }

        _server.Started = () =>
        {
            if (++_starts == 2)
            {
                _server.Put($@"{FakeServer.In}\ARRIVED0", "good, arrived");
            }
        };
        _server.Changing = OnChange;
    }

    /// <summary>How many changes the scenario makes when nobody disturbs it.</summary>
    public static async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        await using var run = new KilledRelay(null);
        await run.RunAsync(cancellationToken);
        return run.Judge() is { } wrong ? throw new InvalidOperationException(wrong) : run._changes;
    }

    /// <summary>Null when all is well after the kill, else what is not.</summary>
    public static async Task<string?> TryAsync(KillPoint point, CancellationToken cancellationToken)
    {
        await using var run = new KilledRelay(point);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        try
        {
            await run.RunAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"not done after ten minutes\n{run._relay!.Log}";
        }

        return run._killed == 0 ? "the point was never reached" : run.Judge();
    }

    public async ValueTask DisposeAsync()
    {
        _relay?.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        _relay = new RelayProcess(_folder, _app.Urls.First(), _bot.GrantKeys);
        _relay.Enrol();
        _relay.Start();

        var digest = await PlanAsync(Question, Search, cancellationToken);
        var run = 0;
        var hold = await ActAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        while (hold.Round is null && run < 3)
        {
            hold = await ActAsync(new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
        }

        var manifest = hold.Round?.Outline?.Digest;
        await ActAsync(new RoundOrder(RoundKind.Return, IndexSet.UpTo(8), IndexSet.UpTo(24).Except(IndexSet.UpTo(8)), manifest));
        await ActAsync(new RoundOrder(RoundKind.Return, IndexSet.UpTo(14).Except(IndexSet.Of(Bad)), IndexSet.Of(Bad), manifest));
        var undo = new QuestionId(7, 4);
        var plan = await PlanAsync(undo, Remedy.Undo(Question), cancellationToken);
        await _bot.AskAsync(new Job(new RunId(undo, 1), JobKind.Act, Plan: plan), cancellationToken);

        Task<Report> ActAsync(RoundOrder order) =>
            _bot.AskAsync(new Job(new RunId(Question, ++run), JobKind.Act, Plan: digest, Order: order), cancellationToken);
    }

    private async Task<string> PlanAsync(QuestionId question, Remedy remedy, CancellationToken cancellationToken)
    {
        var report = await _bot.AskAsync(new Job(new RunId(question, 1), JobKind.Plan, Remedy: remedy), cancellationToken);
        return ContentDigest.Of(report.Plan ?? throw new InvalidOperationException($"No plan: {report.Summary}"));
    }

    private void OnChange(string what)
    {
        var change = Interlocked.Increment(ref _changes);
        var due = _point?.Change + (_killed == 1 && _point!.Moment is KillMoment.Twice ? _point.Further : 0);
        if (change != due || _killed > 1)
        {
            return;
        }

        _killed++;
        if (_point!.Moment is KillMoment.SoonAfter)
        {
            _ = RestartAsync(TimeSpan.FromMilliseconds(_point.Further));
            return;
        }

        _relay!.Kill();
        _ = RestartAsync(null);
        if (_point.Moment is not KillMoment.Unheard)
        {
            throw new KilledException();
        }
    }

    private async Task RestartAsync(TimeSpan? killAfter)
    {
        await Task.Delay(killAfter ?? TimeSpan.Zero, TimeProvider.System);
        await Task.Yield();
        if (killAfter is not null)
        {
            _relay!.Kill();
        }

        _relay!.Start();
    }

    private string? Judge()
    {
        _relay!.Kill();
        List<string> all = [.. Texts.Select((_, index) => $"MSG{index:00000}"), "ARRIVED0"];
        List<string> lying =
        [
            .. _server.Names(FakeServer.In),
            .. _server.Names(FakeServer.In + @"\Archive"),
            .. _server.Names(@"D:\ImcBotHold\INC-7\in"),
        ];
        List<string> found = [.. _server.Delivered, .. lying];
        using var database = new Database(Path.Combine(_folder, "ledger.db"));
        var ledger = new RelayLedger(database);
        var messages = ledger.FindSearch(Question) is { } search ? ledger.Messages(search.Question).Take(search.Found).ToList() : [];
        return !found.Order().SequenceEqual(all.Where(name => name != "ARRIVED0" || _starts > 1).Order())
                ? $"not each message once: {string.Join(' ', found.Order())}\n{_relay.Log}"
            : messages.Count != Texts.Length ? $"the manifest knows {messages.Count} messages"
            : messages.Find(message => message.Sha256 != Hash(message.Index)) is { } odd ? $"{odd.Name} has the hash {odd.Sha256}"
            : messages.Find(message => message.Place is Place.Unknown) is { } lost ? $"nobody knows where {lost.Name} is"
            : _bot.Reports.FirstOrDefault(report => report.Round is { Counts.IsBalanced: false }) is { } unbalanced
                ? $"{unbalanced.Run}: {unbalanced.Round!.Counts}"
            : _server.Names(@"D:\ImcBotHold\INC-7\in").Any()
                ? $"after the undo {string.Join(' ', _server.Names(@"D:\ImcBotHold\INC-7\in"))} is still held\n{Told()}"
            : null;
    }

    private string Told() =>
        string.Join(
            '\n',
            _bot.Reports.OrderBy(report => report.At).Select(report => $"{report.Run} {report.Kind} {report.Verdict}: {report.Summary}")
        );

    private static string Hash(int index) => Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(Texts[index])));
}
