using ImcBot.Contracts;
using ImcBot.Core.Runbooks;
using ImcBot.Relay;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Postfix;
using ImcBot.Testing;
using ImcBot.Testing.Mail;

namespace ImcBot.Benchmarks.Postfix;

/// <summary>A relay beside a live Postfix, without a bot.</summary>
internal sealed class QueueBench : IDisposable
{
    private const string Service = "pf";

    private static readonly QuestionId Question = new(1, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-postfix-bench-").FullName;
    private readonly LivePostfix _postfix;
    private readonly Database _database;
    private readonly RelayLedger _ledger;
    private readonly ActionSet _actions;
    private readonly Site _site;
    private readonly Runbook _runbook;
    private int _run;

    public QueueBench(LivePostfix postfix)
    {
        _postfix = postfix;
        _database = new Database(Path.Combine(_folder, "ledger.db"));
        _ledger = new RelayLedger(_database, "digest");
        var policy = new RelayPolicy("digest", Impact.Disruptive)
        {
            Paths = PathGrammar.Unix,
            Folders = [postfix.Queue, postfix.Config, Path.Combine(Path.GetDirectoryName(postfix.Queue)!, PathNames.HoldFolder)],
            Services = [Service],
            StartsPerHour = 60,
            CrashesPerIncident = 60,
        };
        _actions = new ActionSet(_ledger, policy);
        _site = new Site(LinuxHost.Connect([Described], notes: null, TimeProvider.System), Profile, TimeProvider.System, ProductSet.All);
        _runbook = RunbookFile
            .Load(File.ReadAllBytes(Repository.Path("manifests/runbooks/postfix-queue.yaml")), "postfix-queue.yaml")
            .For(Subject);
    }

    /// <summary>As the practice has it.</summary>
    private static HostProfile Profile => new(2, 2, 15, 15, 3);

    public RelayLedger Ledger => _ledger;

    private IHostWriter Writer => _site.Host.Writer("INC-1/1#1");

    private ManagedService Described =>
        new(Service)
        {
            Settings = _postfix.Config,
            Start = LivePostfix.Vector(_postfix.Config, "start"),
            Stop = LivePostfix.Vector(_postfix.Config, "stop"),
            Reload = LivePostfix.Vector(_postfix.Config, "reload"),
            PidFile = _postfix.PidFile,
            Log = _postfix.Log,
        };

    private Subject Subject =>
        new(
            "mail",
            "postfix-queue",
            Service,
            Parameters: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["port"] = $"{_postfix.Port}",
                ["queue"] = _postfix.Queue,
                ["room"] = _postfix.Folder,
                ["log"] = Path.GetDirectoryName(_postfix.Log)!,
            }
        );

    /// <summary>Every check of the runbook, all at once as a relay is asked them.</summary>
    /// <returns>Checks that had no answer.</returns>
    public async Task<IReadOnlyList<string>> SurveyAsync(CancellationToken cancellationToken)
    {
        var findings = await Task.WhenAll(
            _runbook
                .Steps.Select(step => step.Check)
                .Concat(_runbook.Verify)
                .Select(check => _actions.Checks[check.Use].CheckAsync(check, _site, cancellationToken))
        );
        return [.. findings.Where(finding => finding.Verdict is Verdict.Unknown).Select(finding => finding.Summary)];
    }

    /// <summary>Every waiting message, as a search lists it.</summary>
    public async Task<(PostfixQueue Queue, List<QueueItem> Items)> ListAsync(CancellationToken cancellationToken)
    {
        var queue = await PostfixQueue.OpenAsync(_site, Service, items: null, through: null, cancellationToken);
        return (queue, QueueItem.Of(queue, await queue.FilesAsync(queue.Folder, cancellationToken)));
    }

    /// <returns>How many were held.</returns>
    public async Task<int> HoldAsync(PostfixQueue queue, IReadOnlyList<QueueItem> items, CancellationToken cancellationToken) =>
        (await queue.MoveAsync(Writer, items, queue.Folder, queue.HoldRoot, cancellationToken)).Count(result => result.Done);

    /// <returns>How many were released.</returns>
    public async Task<int> ReleaseAsync(PostfixQueue queue, IReadOnlyList<QueueItem> items, CancellationToken cancellationToken) =>
        (await queue.MoveAsync(Writer, items, queue.HoldRoot, queue.Folder, cancellationToken)).Count(result => result.Done);

    /// <summary>A search of the mail that waits for the filter, as it is approved.</summary>
    public Task<Plan> PlanAsync(CancellationToken cancellationToken) =>
        new Planner(_actions, _site, _ledger, "relay").PlanAsync(
            Question,
            new Remedy(
                [
                    Call.To(
                        "mail.search",
                        ("starts", "12"),
                        ("store-crashes", "4"),
                        ("minutes", "40"),
                        ("queue", PostfixQueue.Use),
                        ("service", Service),
                        ("items", PostfixQueue.OfFilter)
                    ),
                ],
                null,
                [],
                []
            ),
            cancellationToken
        );

    /// <summary>The first round: holds what Postfix itself names, has the rest tried at once, and watches.</summary>
    public async Task SearchAsync(Plan plan, CancellationToken cancellationToken)
    {
        var round = (await ActAsync(plan, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null), cancellationToken)).Round!;
        if (round.Released.IsEmpty)
        {
            throw new InvalidOperationException("All was held: what was measured is not what was meant.");
        }
    }

    private Task<Report> ActAsync(Plan plan, RoundOrder order, CancellationToken cancellationToken)
    {
        var guard = new PolicyGuard(_actions.Policy, _actions, _site, _ledger, new BotClock(TimeProvider.System));
        return new PlanRunner(_actions, _site, _ledger, guard).ExecuteAsync(
            new Job(new RunId(Question, ++_run), JobKind.Act) { Order = order },
            plan,
            cancellationToken
        );
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
