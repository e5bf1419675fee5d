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
        modelBuilder.Entity<IncidentRow>().ToTable("incidents").HasKey(row => row.Number);
        modelBuilder.Entity<IncidentRow>().Property(row => row.Number).ValueGeneratedNever();
        modelBuilder.Entity<EntryRow>().ToTable("entries").HasKey(row => new { row.Incident, row.Seq });
        modelBuilder
            .Entity<ValueRow>()
            .ToTable("entry_values")
            .HasKey(row => new
            {
                row.Incident,
                row.Seq,
                row.Commitment,
            });
        modelBuilder.Entity<BlobRow>().ToTable("blobs").HasKey(row => row.Digest);
        modelBuilder
            .Entity<PendingRow>()
            .ToTable("pending")
            .HasKey(row => new
            {
                row.Incident,
                row.Seq,
                row.N,
            });
        modelBuilder
            .Entity<DeadlineRow>()
            .ToTable("deadlines")
            .HasKey(row => new
            {
                row.Incident,
                row.Deadline,
                row.Question,
            });
        modelBuilder
            .Entity<JobRow>()
            .ToTable("jobs")
            .HasKey(row => new
            {
                row.Incident,
                row.Question,
                row.Run,
                row.Kind,
            });
        modelBuilder.Entity<RelayRow>().ToTable("relays").HasKey(row => row.Id);
        modelBuilder.Entity<CodeRow>().ToTable("codes").HasKey(row => row.SecretHash);
        modelBuilder.Entity<AssertionRow>().ToTable("assertions").HasKey(row => row.Id);

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(Schema.ColumnName(property.Name));
        }
    }
}
