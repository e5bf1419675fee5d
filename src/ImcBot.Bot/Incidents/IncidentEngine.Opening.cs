using System.Security.Cryptography;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <content>
/// The one place where incidents are opened: for what a relay or a monitoring system told, and for people. One open incident for each
/// subject of a host.
/// </content>
internal sealed partial class IncidentEngine
{
    // A resolved incident takes a relapse as its own for a day; after that its subject may have a new one.
    private static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim _opening = new(1, 1);

    /// <summary>Opens an incident about a subject, or tells its open one.</summary>
    /// <param name="alert">What the server said; null where a person or a monitoring system speaks.</param>
    /// <param name="by">The person who asked; null for an alert.</param>
    /// <param name="company">Other hosts that stopped with it and have no incident yet; null when none is known.</param>
    public Task<Decision> OpenAsync(
        RelayHost host,
        HostSubject about,
        HostAlert? alert,
        bool quiet,
        Person? by,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? company = null
    ) =>
        OpenAsync(
            host.Host,
            (at, number, seed) =>
                new Opened(
                    at,
                    number,
                    host.Host,
                    host.Relay,
                    about.Runbook.Digest,
                    host.Profile,
                    seed,
                    quiet,
                    alert,
                    by,
                    ProfileAssumed: host.IsAssumed,
                    Subject: about.Subject,
                    IsOneOfSeveral: about.IsOneOfSeveral
                ),
            cancellationToken,
            company
        );

    /// <summary>
    /// Opens an incident for a host because a person asked: about the subject, or with the runbook, that is named, or the only one.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No relay stands for this host, or it is not clear what is meant; the message says so in a
    /// sentence.</exception>
    public async Task<Decision> OpenManuallyAsync(string host, string? word, Person by, CancellationToken cancellationToken)
    {
        var known =
            await relays.FindHostAsync(host, cancellationToken)
            ?? throw new KeyNotFoundException(
                $"No relay stands for '{host}'. Enrol one first, or check the name: the relays are listed with 'relay list'."
            );
        return await OpenAsync(
            known,
            runbooks.SubjectsOf(known.Subjects).Meant(known.Host, word),
            null,
            quiet: false,
            by,
            cancellationToken
        );
    }

    /// <summary>Opens the incident that this fact begins, or tells the one that is open about its subject.</summary>
    internal async Task<Decision> OpenAsync(
        string host,
        Func<long, int, ulong, Opened> opened,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? company = null
    )
    {
        var decision = await OpenInTurnAsync(host, opened, company ?? [], cancellationToken);
        if (decision.Incident.ProfileAssumed && await relays.FindHostAsync(host, cancellationToken) is { IsAssumed: false } known)
        {
            // Its relay has said hello between the alert and the incident.
            await IntroduceAsync(known.Host, known.Profile, cancellationToken);
        }

        return decision;
    }

    /// <summary>Gives the host's own times to its open incidents, where they were opened before its relay had said hello.</summary>
    public async Task IntroduceAsync(string host, HostProfile profile, CancellationToken cancellationToken)
    {
        foreach (var incident in await ListOpenOnAsync(host, cancellationToken))
        {
            if (
                incident.ProfileAssumed
                && await FindOpenAsync(host, incident.Subject, cancellationToken) is { } open
                && open.Number == incident.Number
            )
            {
                var builds = await BuildsAsync(incident.Relay, cancellationToken);
                await TellAsync(incident.Number, at => new Introduced(at, profile, builds), cancellationToken);
            }
        }
    }

    /// <summary>
    /// The incident that holds a subject's place, or null. A frozen one gives the place up: what happens there must call people.
    /// </summary>
    public async Task<Incident?> FindOpenAsync(string host, string subject, CancellationToken cancellationToken)
    {
        if (await journal.Incidents.FindOpenAsync(host, subject, cancellationToken) is not { } row)
        {
            return null;
        }

        LoadedIncident? state;
        using (var mailbox = await store.EnterAsync(row.Number, cancellationToken))
        {
            state = await store.StateAsync(mailbox, row.Number, cancellationToken);
        }

        if (state is { Frozen: null })
        {
            return state.Incident;
        }

        await FreeHostAsync(row.Number, cancellationToken);
        return null;
    }

    private async Task<Decision> OpenInTurnAsync(
        string host,
        Func<long, int, ulong, Opened> opened,
        IReadOnlyList<string> company,
        CancellationToken cancellationToken
    )
    {
        var asked = opened(clock.Now, 0, 0);
        var subject = asked.Subject?.Name ?? (await runbooks.DemandAsync(asked.Runbook, cancellationToken)).Service;

        // One whose journal is long is read before others wait.
        await FindOpenAsync(host, subject, cancellationToken);
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return await InTriesAsync(() => OpenNextAsync(host, subject, opened, company, cancellationToken));
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<Decision> OpenNextAsync(
        string host,
        string subject,
        Func<long, int, ulong, Opened> opened,
        IReadOnlyList<string> company,
        CancellationToken cancellationToken
    )
    {
        if (await TakenAsync(host, subject, isSeen: opened(clock.Now, 0, 0).Alert is not null, cancellationToken) is { } taken)
        {
            return await TellOpenAsync(taken, opened(clock.Now, taken.Number, taken.Seed), cancellationToken);
        }

        var number = await journal.Incidents.NextNumberAsync(cancellationToken);
        var fact = opened(clock.Now, number, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)))) with
        {
            Roster = roster.Roster,
        };
        fact = fact with { Builds = await BuildsAsync(fact.Relay, cancellationToken) };
        await runbooks.KeepAsync(fact.Runbook, cancellationToken);

        // Read after the number was: an incident that is opened elsewhere meanwhile takes the number, and this is tried again.
        fact = fact with
        {
            Gathering = SharedOutage.Of(fact, await LatelyAsync(fact.At, cancellationToken), company),
        };
        var decision = IncidentMachine.Open(fact, await runbooks.DemandAsync(fact.Runbook, cancellationToken));
        using var mailbox = await store.EnterAsync(number, cancellationToken);
        return await store.AppendAsync(
            mailbox,
            new LoadedIncident(null, Head.Before(number), 0, null, null),
            fact,
            null,
            decision,
            cancellationToken
        );
    }

    private async Task<IReadOnlyList<Incident>> LatelyAsync(long now, CancellationToken cancellationToken)
    {
        var lately = new List<Incident>();
        foreach (
            var number in await journal.Incidents.OpenedSinceAsync(
                now - SharedOutage.Span.Micros(),
                SharedOutage.MostLately,
                cancellationToken
            )
        )
        {
            if (await FindAsync(number, cancellationToken) is { } incident)
            {
                lately.Add(incident);
            }
        }

        return lately;
    }

    /// <summary>
    /// The incident that holds the subject's place. One that was resolved gives it up: to what its relay sees after a while, to what
    /// monitoring or a person says at once, because that tells it nothing which would have it looked at again.
    /// </summary>
    private async Task<Incident?> TakenAsync(string host, string subject, bool isSeen, CancellationToken cancellationToken)
    {
        var incident = await FindOpenAsync(host, subject, cancellationToken);
        if (incident is not { Phase: Phase.Resolved } || (isSeen && clock.Now - incident.Now < Lately.Micros()))
        {
            return incident;
        }

        await journal.Incidents.ReleaseHostAsync(incident.Number, cancellationToken);
        return null;
    }

    private async Task FreeHostAsync(int incident, CancellationToken cancellationToken)
    {
        await journal.Incidents.PutAwayAsync(incident, cancellationToken);
        signals.Tell(
            $"INC-{incident} is frozen and holds its place no longer: whatever happens there from now on opens an incident of its own."
        );
    }

    private Task<Decision> TellOpenAsync(Incident open, Opened opened, CancellationToken cancellationToken) =>
        opened.Alert is { } alert
            ? TellAsync(open.Number, at => new Alerted(at, alert), cancellationToken)
            : Task.FromResult(new Decision(open, [], $"{open.Name} is already open for {open.Label}."));

    /// <summary>Which programs and policy take part: this one's, and what the relay's greeting told of its own.</summary>
    private async Task<Builds> BuildsAsync(string relay, CancellationToken cancellationToken)
    {
        var row = await relays.FindAsync(relay, cancellationToken);
        return new Builds(ProgramDigest.Own, row?.Program, row is null ? null : RelayRowReader.PolicyOf(row)?.Digest, row?.Version);
    }
}
