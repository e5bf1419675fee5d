using System.Collections.Concurrent;
using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>Holds what relays say they have done against the journal: a database that was set back cannot show it by itself.</summary>
internal sealed class RelayClaims(IncidentStore store, Journals journal, ChangeSignals signals)
{
    // Every poll names them, and most belong to incidents that are over. The newest comes first; older ones wait for the next polls.
    private const int MostNamed = 50,
        MostRead = 5;

    /// <summary>What the channel was told of already: unknown incidents of each relay, and runs with two reports.</summary>
    private readonly ConcurrentDictionary<string, bool> _strange = new(StringComparer.Ordinal);

    /// <summary>Of what each relay named last: how far the journal went that had asked for it.</summary>
    private readonly ConcurrentDictionary<string, Dictionary<RunId, int>> _asked = new(StringComparer.Ordinal);

    /// <summary>
    /// Holds the journal against the runs that its relay has begun, at most 50. A begun run that the journal never asked for means that the
    /// database was set back, which its own chain cannot show: the incident is frozen. One that it had asked for is looked for again only
    /// where the journal does not go as far any more.
    /// </summary>
    public async Task CompareAsync(string relay, IReadOnlyList<RunId> begun, CancellationToken cancellationToken)
    {
        if (begun.Count == 0)
        {
            return;
        }

        var runs = begun.Take(MostNamed).ToList();
        var heads = await journal.Incidents.HeadsAsync([.. runs.Select(run => run.Question.Incident)], cancellationToken);
        var before = _asked.GetValueOrDefault(relay) ?? [];
        var (asked, read) = (new Dictionary<RunId, int>(), 0);
        foreach (var run in runs)
        {
            if (before.TryGetValue(run, out var seq) && heads.GetValueOrDefault(run.Question.Incident) >= seq)
            {
                asked[run] = seq;
            }
            else if (read++ < MostRead && await CompareAsync(relay, run, cancellationToken) is { } head)
            {
                asked[run] = head;
            }
        }

        _asked[relay] = asked;
    }

    /// <summary>How far the journal goes that has asked for this run; null where none has.</summary>
    private async Task<int?> CompareAsync(string relay, RunId begun, CancellationToken cancellationToken)
    {
        using var mailbox = await store.EnterAsync(begun.Question.Incident, cancellationToken);
        if (
            await store.StateAsync(mailbox, begun.Question.Incident, cancellationToken)
            is not { Frozen: null, Incident: { } incident } state
        )
        {
            var strange = $"{relay} {begun.Question.Incident}";
            if (
                mailbox.State is null
                && !_strange.ContainsKey(strange)
                && signals.TellOf(
                    relay,
                    $"The relay {relay} has begun {begun}, of which this journal knows nothing: the database was set back, or the "
                        + "relay kept an old ledger."
                )
            )
            {
                _strange[strange] = true;
            }

            return null;
        }

        if (incident.Relay == relay && !HasAskedFor(incident, begun))
        {
            mailbox.State = state.Freeze($"its relay has begun {begun}, which this journal never asked for: the database was set back.");
            signals.Tell(mailbox.State.Frozen!);
            return null;
        }

        return state.Head.Seq;
    }

    /// <summary>
    /// Holds a report against the one that was taken of the same run. A relay repeats a report as it was; one that its key signed and that
    /// says something else means that two have worked on the run, or that a ledger was changed: the first such report of a run is kept, the
    /// incident waits for a person, and the channel is told.
    /// </summary>
    /// <param name="asked">Number of the entry that asked for the run.</param>
    /// <param name="signer">Fingerprint of the key that signed the report's ledger row; null where none of this relay's did.</param>
    public async Task ContradictAsync(string relay, Report report, int asked, string? signer, CancellationToken cancellationToken)
    {
        if (
            report.Kind is not JobKind.Act
            || signer is null
            || _strange.ContainsKey($"{report.Run}")
            || await TakenAsync(report.Run, asked, cancellationToken) is not { } taken
            || LedgerRow.OutcomeOf(taken.Report) == LedgerRow.OutcomeOf(report)
        )
        {
            return;
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(report, WireJson.Options);
        var what =
            $"its relay has signed two reports of {report.Run}. Taken: {taken.Report.Summary} Later: {report.Summary} The later one "
            + $"is kept as {ContentDigest.Of(bytes)[..12]}";
        var number = report.Run.Question.Incident;
        using var mailbox = await store.EnterAsync(number, cancellationToken);
        if (
            !_strange.ContainsKey($"{report.Run}")
            && await IncidentEngine.InTriesAsync(ParkAsync) is { } parked
            && _strange.TryAdd($"{report.Run}", true)
        )
        {
            signals.Tell(
                $"The relay {relay} contradicts itself. {parked.Name}: {what}. Look whether two relays work on {parked.Host}, and "
                    + "what was done there."
            );
        }

        async Task<Incident?> ParkAsync()
        {
            if (
                await store.StateAsync(mailbox, number, cancellationToken) is not { Frozen: null, Incident: { } incident } state
                || incident.Relay != relay
            )
            {
                return null;
            }

            await journal.Blobs.KeepAsync(bytes, cancellationToken);
            var parking = new Parking(taken.Seq, what);
            var decision = IncidentMachine.Park(incident, parking.Entry, parking.What);
            return (await store.AppendAsync(mailbox, state, null, parking, decision, cancellationToken)).Incident;
        }
    }

    /// <summary>The report that was taken of a run: it stands soon after the entry that asked for it.</summary>
    private async Task<(int Seq, Report Report)?> TakenAsync(RunId run, int asked, CancellationToken cancellationToken)
    {
        await foreach (var stored in journal.ReadAsync(run.Question.Incident, cancellationToken, after: asked))
        {
            if (stored.Read() is { Fact: Acted acted } entry && acted.Report.Run == run)
            {
                return (entry.Seq, acted.Report);
            }
        }

        return null;
    }

    private static bool HasAskedFor(Incident incident, RunId run) =>
        incident.FindRequest(run.Question) is { IsApproved: true } request
        && (run.Run == 1 || (request.Search is not null && (incident.Search?.Question != run.Question || incident.Search.Run >= run.Run)));
}
