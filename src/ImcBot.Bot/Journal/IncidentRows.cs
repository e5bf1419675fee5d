using ImcBot.Core.Incidents;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>The row of each incident: where to look, never what to believe. What an incident is, its entries say.</summary>
internal sealed class IncidentRows(IDbContextFactory<JournalDb> databases)
{
    // Every poll asks this; what an incident's end has overtaken may never be reported.
    private readonly Func<JournalDb, string, string, IAsyncEnumerable<int>> _of = EF.CompileAsyncQuery(
        (JournalDb db, string relay, string host) =>
            db
                .Jobs.Where(row =>
                    row.Relay == relay
                    && row.ReportedAt == null
                    && db.Incidents.Any(of => of.Number == row.Incident && of.Phase != nameof(Phase.Closed))
                )
                .Select(row => row.Incident)
                .Union(db.Incidents.Where(row => row.Host == host && row.Phase != nameof(Phase.Closed)).Select(row => row.Number))
    );

    public Task<IncidentRow?> FindAsync(int incident, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db => db.Incidents.AsNoTracking().SingleOrDefaultAsync(row => row.Number == incident, cancellationToken),
            cancellationToken
        );

    public Task<IncidentRow?> FindByThreadAsync(string thread, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db =>
                db.Incidents.AsNoTracking()
                    .Where(row => row.Thread == thread)
                    .OrderByDescending(row => row.Number)
                    .FirstOrDefaultAsync(cancellationToken),
            cancellationToken
        );

    /// <summary>The incident that holds the place of a subject, or null.</summary>
    public Task<IncidentRow?> FindOpenAsync(string host, string subject, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db =>
                db.Incidents.AsNoTracking()
                    .SingleOrDefaultAsync(row => row.Host == host && row.Subject == subject && row.IsOpen == 1, cancellationToken),
            cancellationToken
        );

    /// <summary>Incidents whose rows an older program wrote, without a subject.</summary>
    public Task<IReadOnlyList<int>> WithoutSubjectAsync(CancellationToken cancellationToken) =>
        databases.ListAsync(
            db => db.Incidents.Where(row => row.Subject == "").Select(row => row.Number).OrderBy(number => number),
            cancellationToken
        );

    /// <summary>Gives a row without a subject its subject.</summary>
    public Task NameSubjectAsync(int incident, string subject, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db =>
                db.Incidents.Where(row => row.Number == incident && row.Subject == "")
                    .ExecuteUpdateAsync(row => row.SetProperty(value => value.Subject, subject), cancellationToken),
            cancellationToken
        );

    /// <summary>The newest incident of a subject, open or not.</summary>
    public Task<IncidentRow?> FindNewestAsync(string host, string subject, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db =>
                db.Incidents.AsNoTracking()
                    .Where(row => row.Host == host && row.Subject == subject)
                    .OrderByDescending(row => row.Number)
                    .FirstOrDefaultAsync(cancellationToken),
            cancellationToken
        );

    /// <summary>Incidents that are not closed, whether they hold their subject's place or have given it up.</summary>
    public Task<IReadOnlyList<int>> OpenNumbersAsync(CancellationToken cancellationToken) =>
        databases.ListAsync(
            db => db.Incidents.Where(row => row.Phase != nameof(Phase.Closed)).Select(row => row.Number).OrderBy(number => number),
            cancellationToken
        );

    /// <summary>Those of these incidents that are not closed.</summary>
    public Task<IReadOnlyList<IncidentRow>> OpenAsync(IReadOnlyCollection<int> among, CancellationToken cancellationToken) =>
        databases.ListAsync(
            db => db.Incidents.AsNoTracking().Where(row => among.Contains(row.Number) && row.Phase != nameof(Phase.Closed)),
            cancellationToken
        );

    /// <summary>Incidents of a host that still hold their subject's place.</summary>
    public Task<IReadOnlyList<int>> OpenOnAsync(string host, CancellationToken cancellationToken) =>
        databases.ListAsync(
            db => db.Incidents.Where(row => row.Host == host && row.IsOpen == 1).Select(row => row.Number).OrderBy(number => number),
            cancellationToken
        );

    /// <summary>Incidents that a relay has to do with: those that are not closed on its host, and those that it owes a report.</summary>
    public Task<int[]> OfAsync(string relay, string host, CancellationToken cancellationToken) =>
        databases.AskAsync(async db => await _of(db, relay, host).Order().ToArrayAsync(cancellationToken), cancellationToken);

    /// <summary>Incidents that owe the channel or the paging services something.</summary>
    public Task<IReadOnlyList<int>> OwingAsync(CancellationToken cancellationToken) =>
        databases.ListAsync(db => db.Pending.Select(pending => pending.Incident).Distinct().OrderBy(number => number), cancellationToken);

    /// <summary>The newest incidents opened since this time (Unix microseconds), at most so many.</summary>
    public Task<IReadOnlyList<int>> OpenedSinceAsync(long since, int most, CancellationToken cancellationToken) =>
        databases.ListAsync(
            db =>
                db.Incidents.Where(row => row.OpenedAt >= since).OrderByDescending(row => row.Number).Take(most).Select(row => row.Number),
            cancellationToken
        );

    /// <summary>Incidents that have gone on since this time (Unix microseconds).</summary>
    public Task<IReadOnlyList<IncidentRow>> MovedSinceAsync(long since, CancellationToken cancellationToken) =>
        databases.ListAsync(db => db.Incidents.AsNoTracking().Where(row => row.MovedAt >= since), cancellationToken);

    /// <summary>The number of the newest entry of each of these incidents, as far as there are such.</summary>
    public Task<Dictionary<int, int>> HeadsAsync(IReadOnlyCollection<int> among, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db =>
                db.Incidents.Where(row => among.Contains(row.Number))
                    .Select(row => new { row.Number, row.HeadSeq })
                    .ToDictionaryAsync(row => row.Number, row => row.HeadSeq, cancellationToken),
            cancellationToken
        );

    /// <summary>Whether this is still the newest entry.</summary>
    public Task<bool> IsHeadAsync(Head head, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db => db.Incidents.AnyAsync(row => row.Number == head.Incident && row.HeadSeq == head.Seq, cancellationToken),
            cancellationToken
        );

    public async Task<int> NextNumberAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return 1 + (await db.Incidents.MaxAsync(row => (int?)row.Number, cancellationToken) ?? 0);
    }

    /// <summary>Lets a subject have another incident while this one is only waiting to be closed.</summary>
    public Task ReleaseHostAsync(int incident, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db =>
                db.Incidents.Where(row => row.Number == incident)
                    .ExecuteUpdateAsync(row => row.SetProperty(value => value.IsOpen, 0), cancellationToken),
            cancellationToken
        );

    /// <summary>The same for one that is frozen: nobody can close it, so its row says so until its journal goes on.</summary>
    public Task PutAwayAsync(int incident, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db =>
                db.Incidents.Where(row => row.Number == incident)
                    .ExecuteUpdateAsync(
                        row => row.SetProperty(value => value.IsOpen, 0).SetProperty(value => value.Phase, nameof(Phase.Closed)),
                        cancellationToken
                    ),
            cancellationToken
        );
}
