using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>The row of each incident: where to look, never what to believe. What an incident is, its entries say.</summary>
internal sealed class IncidentRows(IDbContextFactory<JournalDb> databases)
{
    public async Task<IncidentRow?> FindAsync(int incident, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Incidents.AsNoTracking().SingleOrDefaultAsync(row => row.Number == incident, cancellationToken);
    }

    public async Task<IncidentRow?> FindByThreadAsync(string thread, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.AsNoTracking()
            .Where(row => row.Thread == thread)
            .OrderByDescending(row => row.Number)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The incident that holds the place of a subject, or null.</summary>
    public async Task<IncidentRow?> FindOpenAsync(string host, string subject, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Host == host && row.Subject == subject && row.IsOpen == 1, cancellationToken);
    }

    /// <summary>Incidents whose rows an older program wrote, without a subject.</summary>
    public async Task<IReadOnlyList<int>> WithoutSubjectAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.Subject == "")
            .Select(row => row.Number)
            .OrderBy(number => number)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Gives a row without a subject its subject.</summary>
    public async Task NameSubjectAsync(int incident, string subject, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db
            .Incidents.Where(row => row.Number == incident && row.Subject == "")
            .ExecuteUpdateAsync(row => row.SetProperty(value => value.Subject, subject), cancellationToken);
    }

    /// <summary>The newest incident of a subject, open or not.</summary>
    public async Task<IncidentRow?> FindNewestAsync(string host, string subject, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.AsNoTracking()
            .Where(row => row.Host == host && row.Subject == subject)
            .OrderByDescending(row => row.Number)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Incidents that still hold their subject's place.</summary>
    public async Task<IReadOnlyList<IncidentRow>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Incidents.AsNoTracking().Where(row => row.IsOpen == 1).OrderBy(row => row.Number).ToListAsync(cancellationToken);
    }

    /// <summary>Those of these incidents that still hold their subject's place.</summary>
    public async Task<IReadOnlyList<IncidentRow>> OpenAsync(IReadOnlyCollection<int> among, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Incidents.AsNoTracking().Where(row => among.Contains(row.Number) && row.IsOpen == 1).ToListAsync(cancellationToken);
    }

    /// <summary>Incidents that still hold their subject's place, with the number of their newest entry.</summary>
    public async Task<IReadOnlyDictionary<int, int>> HeadsAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Incidents.Where(row => row.IsOpen == 1).ToDictionaryAsync(row => row.Number, row => row.HeadSeq, cancellationToken);
    }

    /// <summary>Incidents of a host that still hold their subject's place.</summary>
    public async Task<IReadOnlyList<int>> OpenOnAsync(string host, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.Host == host && row.IsOpen == 1)
            .Select(row => row.Number)
            .OrderBy(number => number)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Incidents that owe the channel or the paging services something.</summary>
    public async Task<IReadOnlyList<int>> OwingAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Pending.Select(pending => pending.Incident).Distinct().OrderBy(number => number).ToListAsync(cancellationToken);
    }

    /// <summary>The newest incidents opened since this time (Unix microseconds), at most so many.</summary>
    public async Task<IReadOnlyList<int>> OpenedSinceAsync(long since, int most, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.OpenedAt >= since)
            .OrderByDescending(row => row.Number)
            .Take(most)
            .Select(row => row.Number)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The same incidents, with how far each has come.</summary>
    public async Task<IReadOnlyList<Standing>> StandingAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.IsOpen == 1 || db.Pending.Any(pending => pending.Incident == row.Number))
            .Select(row => new Standing(row.Number, row.Relay, row.HeadSeq, db.Pending.Any(pending => pending.Incident == row.Number)))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Whether this is still the newest entry.</summary>
    public async Task<bool> IsHeadAsync(Head head, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Incidents.AnyAsync(row => row.Number == head.Incident && row.HeadSeq == head.Seq, cancellationToken);
    }

    public async Task<int> NextNumberAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return 1 + (await db.Incidents.MaxAsync(row => (int?)row.Number, cancellationToken) ?? 0);
    }

    /// <summary>Lets a subject have another incident while this one is only waiting to be closed.</summary>
    public async Task ReleaseHostAsync(int incident, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db
            .Incidents.Where(row => row.Number == incident)
            .ExecuteUpdateAsync(row => row.SetProperty(value => value.IsOpen, 0), cancellationToken);
    }
}
