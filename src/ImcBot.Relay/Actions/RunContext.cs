using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Actions;

/// <summary>One run that is being carried out: the server with its writer, and what is counted on the way.</summary>
/// <param name="job">The run's job.</param>
/// <param name="writer">That of the policy; the host's own only for what is taken back at its deadline, because what was paused under an
/// earlier policy must run again under a narrower one too.</param>
/// <param name="eventsAfter">Index of the newest event when the run began.</param>
internal sealed class RunContext(Job job, Plan plan, Site site, RelayLedger ledger, IHostWriter writer, long eventsAfter)
{
    public Job Job => job;

    public RunId Run => job.Run;

    public Plan Plan => plan;

    public Site Site => site;

    public RelayLedger Ledger => ledger;

    public IHostWriter Writer => writer;

    public long EventsAfter => eventsAfter;

    /// <summary>How many times the watched service was started.</summary>
    public int Starts { get; private set; }

    /// <summary>How many times the service, or what falls with it, died: what the policy and the grant count.</summary>
    public int Crashes { get; private set; }

    /// <summary>When it died, by the server's clock, as its events tell.</summary>
    private readonly SortedSet<long> _crashedAt = [];

    /// <summary>Keeps when it died, and counts one failure where it did.</summary>
    /// <param name="at">When, as its events tell: server clock, Unix microseconds.</param>
    /// <param name="died">Whether it did; where that is not said, the events decide.</param>
    public void CountCrash(IReadOnlyCollection<long> at, bool? died = null)
    {
        _crashedAt.UnionWith(at);
        Crashes += died ?? at.Count > 0 ? 1 : 0;
    }

    /// <summary>The service whose starts count: the one that the plan, or the queue of its search, is about.</summary>
    public string? Serves { get; set; }

    /// <summary>Seconds that services took to stop in this run.</summary>
    public double StopSeconds { get; set; }

    /// <summary>Seconds that services took to start in this run.</summary>
    public double StartSeconds { get; set; }

    /// <summary>Set by a search.</summary>
    public RoundReport? Round { get; set; }

    /// <summary>A service that was told to stop and hangs (Q168883); the bot then has a person asked.</summary>
    public string? Wedged { get; set; }

    /// <summary>
    /// Whether a service ran when this run first looked; a relay that finishes the run after its own restart hears the same.
    /// </summary>
    public async Task<bool> RanBeforeAsync(string service, CancellationToken cancellationToken)
    {
        var name = $"{job.Run} {service} ran";
        if (ledger.Mark(name) is { } kept)
        {
            return kept == 1;
        }

        var ran = (await site.ServiceAsync(service, cancellationToken)).State == ServiceState.Running;
        ledger.SetMark(name, ran ? 1 : 0);
        return ran;
    }

    /// <summary>Counts a start of a service, before it is tried: the policy caps them, also across a kill.</summary>
    public void CountStart(string service)
    {
        Starts += string.Equals(service, Serves, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        ledger.CountStart(job.Run, service);
    }

    /// <summary>Writes what is there now, before it is changed.</summary>
    public void KeepUndo(Call call, params ReadOnlySpan<(string Name, string Value)> before)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in before)
        {
            values[name] = value;
        }

        ledger.KeepUndo(job.Run, call, values);
    }

    /// <summary>The run's report with the facts that every run tells.</summary>
    public Report Report(
        Verdict verdict,
        string summary,
        DateTimeOffset startedAt,
        IEnumerable<(string Name, string Value)>? more = null,
        IReadOnlyList<EffectOutcome>? outcomes = null
    )
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["eventsAfter"] = eventsAfter.ToString(),
            ["startedAt"] = Clock.Micros(startedAt).ToString(),
            ["starts"] = Starts.ToString(),
            ["crashes"] = Crashes.ToString(),
            ["crashedAt"] = string.Join(',', _crashedAt),
        };
        IEnumerable<(string Name, double Seconds)> took = [("stopSeconds", StopSeconds), ("startSeconds", StartSeconds)];
        var measured = took.Where(time => time.Seconds > 0)
            .Select(time => (time.Name, time.Seconds.ToString("0.0", CultureInfo.InvariantCulture)));
        if (Wedged is { } service)
        {
            data["wedged"] = service;
        }

        foreach (var (name, value) in measured.Concat(more ?? []))
        {
            data[name] = value;
        }

        return new Report(job.Run, JobKind.Act, verdict, summary, data, Clock.Micros(site.Time.GetUtcNow()))
        {
            Effects = outcomes ?? [],
            Round = Round,
        };
    }
}
