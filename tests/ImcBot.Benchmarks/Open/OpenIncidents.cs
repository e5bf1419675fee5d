using ImcBot.Benchmarks.Processes;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImcBot.Benchmarks.Open;

/// <summary>
/// A journal of incidents that stand open, each on a host of its own: surveyed, posted, paused by a person, its relay silent. Nothing is
/// owed to anybody.
/// </summary>
internal static class OpenIncidents
{
    private const int Beside = 48;

    public static string ThreadOf(int incident) => $"19:turns@thread.tacv2;messageid=9{incident}";

    /// <summary>Fills the folder of a bot that has just made its tables.</summary>
    public static async Task FillAsync(string folder, int count, CancellationToken cancellationToken)
    {
        using var key = new JournalKey(KeyFile.LoadOrCreate(Path.Combine(folder, "journal.key")));
        var databases = JournalFile.At(Path.Combine(folder, "imcbot.db"));
        var journal = new Journals(databases, key);
        using var signals = new ChangeSignals();
        var relays = new RelayRegister(databases, key, RevokedRelays.Beside(Path.Combine(folder, "journal.key")), signals);
        await journal.Blobs.KeepAsync(await File.ReadAllBytesAsync(RunbookFile, cancellationToken), cancellationToken);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, count),
            new ParallelOptions { MaxDegreeOfParallelism = Beside, CancellationToken = cancellationToken },
            async (number, token) => await WriteAsync(number, journal, relays, token)
        );
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Pending.ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Reads every incident back, verified and folded; throws where one is not open any more or its journal does not hold.</summary>
    public static async Task<int> ProveAsync(string folder, int count, CancellationToken cancellationToken)
    {
        using var key = new JournalKey(KeyFile.LoadOrCreate(Path.Combine(folder, "journal.key")));
        var journal = new Journals(JournalFile.At(Path.Combine(folder, "imcbot.db")), key);
        var loader = new IncidentLoader(journal, new RunbookRepository(journal, []));
        var entries = 0;
        for (var number = 1; number <= count; number++)
        {
            if (await loader.ReadAsync(number, cancellationToken) is not { Frozen: null, Incident.IsOpen: true } state)
            {
                throw new InvalidOperationException($"INC-{number} is not open any more, or does not verify.");
            }

            entries += state.Head.Seq;
        }

        return entries;
    }

    private static string RunbookFile => Repository.Path("manifests/runbooks/Q317653.yaml");

    private static DutyRoster Roster { get; } =
        new OnCallRoster(
            Options.Create(new OnCallOptions { Roles = { [Role.OnCall] = [ServedBot.Person], [Role.Administrator] = [ServedBot.Person] } })
        ).Roster;

    private static async Task WriteAsync(int number, Journals journal, RelayRegister relays, CancellationToken cancellationToken)
    {
        var (host, relay, at) = ($"EXCH{number:00000}", $"relay-{number:00000}", TimeProvider.System.Micros());
        await relays.AddAsync(
            new RelayRow
            {
                Id = relay,
                Host = host,
                PublicKey = "{}",
                State = RelayRegister.Confirmed,
                EnrolledAt = at - TimeSpan.FromDays(1).Micros(),
            },
            cancellationToken
        );
        var opened = Some.Opened() with { Number = number, Host = host, Relay = relay, At = at, Roster = Roster };
        var night = new Rehearsal(opened, Some.Runbook, "message");
        night
            .Tell(then => new Posted(then, new PostKey(CardKind.Incident, default), ThreadOf(number), $"9{number}", false))
            .Relay()
            .Command(CommandVerb.Pause)
            .Tell(then => new RelaySilent(then));
        var head = Head.Before(number);
        foreach (var (fact, decision) in night.Told)
        {
            head = await journal.AppendAsync(head, fact, null, decision, fact.At, cancellationToken);
        }
    }
}
