using ImcBot.Bot.Incidents;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Delivery;

/// <summary>
/// Has the relay of a host say what of a runbook is possible there: every check run, every remedy planned, nothing changed.
/// </summary>
internal sealed class RunbookTrials(RelayRegister relays, EphemeralJobs jobs)
{
    /// <summary>No incident has this number.</summary>
    private const int Nobody = 999_999_999;

    /// <summary>How long a job may take to reach the relay and its report to come back, beside the check itself.</summary>
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(30);

    /// <summary>All that a runbook may ask of a relay, by its place in the runbook.</summary>
    public static RunbookCalls CallsOf(Runbook runbook) =>
        new(
            runbook.Id,
            runbook.Digest,
            [
                .. runbook.Verify.Select((check, index) => new NamedCheck($"verify {index + 1}", check)),
                .. runbook.Steps.SelectMany(step =>
                    step.Offers.Select(offer => offer.Evidence)
                        .OfType<Call>()
                        .Select(evidence => new NamedCheck($"{step.Id} evidence", evidence))
                        .Prepend(new NamedCheck(step.Id, step.Check))
                ),
            ],
            [
                .. runbook.Steps.SelectMany(step =>
                    step.Offers.Where(offer => offer.Remedy is not null)
                        .Select(offer => new NamedRemedy($"{step.Id}/{offer.Name}", offer.Remedy!))
                ),
                new NamedRemedy("start", runbook.StartOnce),
            ]
        );

    /// <summary>Tries it with the parameters of a subject of this host.</summary>
    /// <param name="name">Which subject; null where only one has this runbook.</param>
    /// <exception cref="KeyNotFoundException">The host has no relay, or no such subject; the message says so in a sentence.</exception>
    public async Task<(string Subject, IReadOnlyList<Tried> Tried)> TryAsync(
        string host,
        string? name,
        Runbook runbook,
        CancellationToken cancellationToken
    )
    {
        var at =
            await relays.FindHostAsync(host, cancellationToken)
            ?? throw new KeyNotFoundException($"No confirmed relay stands beside {host}.");
        var (subject, bound) = HostSubjects.Tried(at.Host, at.Subjects, name, runbook);
        var calls = CallsOf(bound);
        var patience = TimeSpan.FromSeconds(at.Profile.CheckSeconds) + OnTheWay;
        return (
            subject,
            await Task.WhenAll(
                calls
                    .Checks.Select(one => TryAsync(one.Name, new(default, JobKind.Try, Check: one.Check)))
                    .Concat(calls.Remedies.Select(one => TryAsync(one.Name, new(default, JobKind.Try, Remedy: one.Remedy))))
            )
        );

        async Task<Tried> TryAsync(string place, Job job) =>
            await jobs.AskAsync(at.Relay, Nobody, job, patience, cancellationToken) is { } report
                ? new(place, report.Verdict, report.Summary)
                : new(
                    place,
                    Verdict.Unknown,
                    $"The relay gave no answer within {patience.TotalSeconds:0} s; with several bots it may listen to another: try again."
                );
    }
}
