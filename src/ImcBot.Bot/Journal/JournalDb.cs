using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>The bot's database. Its tables are made by <see cref="Schema"/>.</summary>
internal sealed class JournalDb(DbContextOptions<JournalDb> options) : DbContext(options)
{
    public DbSet<IncidentRow> Incidents => Set<IncidentRow>();

    public DbSet<EntryRow> Entries => Set<EntryRow>();

    public DbSet<ValueRow> Values => Set<ValueRow>();

    public DbSet<BlobRow> Blobs => Set<BlobRow>();

    public DbSet<PendingRow> Pending => Set<PendingRow>();

    public DbSet<DeadlineRow> Deadlines => Set<DeadlineRow>();

    public DbSet<JobRow> Jobs => Set<JobRow>();

    public DbSet<RelayRow> Relays => Set<RelayRow>();

    public DbSet<CodeRow> Codes => Set<CodeRow>();

    public DbSet<AssertionRow> Assertions => Set<AssertionRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<string>().HaveConversion<StoredText>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(Schema.ColumnName(property.Name));
        }
    }
}

/// <summary>One question to the database, on a context of its own.</summary>
internal static class JournalQuestions
{
    public static async Task<T> AskAsync<T>(
        this IDbContextFactory<JournalDb> databases,
        Func<JournalDb, Task<T>> ask,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ask(db);
    }

    public static async Task<IReadOnlyList<T>> ListAsync<T>(
        this IDbContextFactory<JournalDb> databases,
        Func<JournalDb, IQueryable<T>> which,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await which(db).ToListAsync(cancellationToken);
    }
}
