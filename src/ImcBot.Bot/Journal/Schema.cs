using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>
/// The tables, step by step, in SQL that SQLite and PostgreSQL both take (<c>bytea</c> is only a name to SQLite). A step that has shipped
/// is never edited: add one below it. Written by hand because EF's own migration lock stays behind when the process is killed.
/// </summary>
internal static partial class Schema
{
    // "imcbot" in ASCII: any number that only this program locks.
    private const long Lock = 0x696D63626F74;

    private static readonly string[] Steps =
    [
        """
            create table incidents (number integer not null primary key, host text not null, relay text not null, opened_at bigint not null,
              is_open integer not null, phase text not null, head_seq integer not null, thread text);
            create unique index one_open_incident_per_host on incidents (host) where is_open = 1;
            create index incidents_by_thread on incidents (thread);
            create table entries (incident integer not null, seq integer not null, bytes bytea not null,
              signature bytea not null, blob text, primary key (incident, seq));
            create table entry_values (incident integer not null, seq integer not null, commitment text not null, salt bytea not null,
              value text not null, primary key (incident, seq, commitment));
            create table blobs (digest text not null primary key, bytes bytea not null);
            create table pending (incident integer not null, seq integer not null, n integer not null, primary key (incident, seq, n));
            create table deadlines (incident integer not null, deadline text not null, question integer not null, at bigint not null,
              primary key (incident, deadline, question));
            create index deadlines_by_time on deadlines (at);
            create table jobs (incident integer not null, question integer not null, run integer not null, kind text not null,
              relay text not null,
              seq integer not null, n integer not null, reported_at bigint, primary key (incident, question, run, kind));
            create index jobs_by_relay on jobs (relay) where reported_at is null;
            create table relays (id text not null primary key, host text not null, public_key text not null, state text not null,
              enrolled_at bigint not null, decided_by text, version text, profile text, catalog text, heard_at bigint);
            create table codes (secret_hash text not null primary key, host text not null, administrator text not null,
              expires_at bigint not null,
              used_at bigint);
            create table assertions (id text not null primary key, expires_at bigint not null);
            """,
        "alter table relays add column policy text",
        "alter table relays add column former_keys text",
        "create table leases (duty text not null primary key, holder text not null, until bigint not null)",
        "alter table relays add column seal bytea",
        "alter table relays add column program text",
        "alter table codes add column seal bytea",
        "alter table relays add column ledger text",
        "alter table relays add column instance text",
        "alter table relays add column instance_until bigint",
        "alter table jobs add column instance text",
        "alter table relays add column subjects text",
        """
            alter table incidents add column subject text not null default '';
            drop index one_open_incident_per_host;
            create unique index one_open_incident_per_subject on incidents (host, subject) where is_open = 1;
            """,
        "create index assertions_by_end on assertions (expires_at)",
        """
            alter table incidents add column moved_at bigint not null default 0;
            create index incidents_by_move on incidents (moved_at);
            create index relays_by_word on relays (heard_at);
            """,
    ];

    /// <summary>
    /// Brings the database to the newest step, in one transaction: whatever ends it, the next start finds all of it or nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">A newer program has been at this database.</exception>
    public static Task EnsureAsync(JournalDb db, CancellationToken cancellationToken) => EnsureAsync(db, Steps.Length, cancellationToken);

    /// <summary>Brings the database to this step, as the program did that had no more.</summary>
    internal static async Task EnsureAsync(JournalDb db, int newest, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.Database.IsNpgsql())
        {
            // Replicas may start at the same time. SQLite's transactions keep each other out by themselves.
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({Lock})", cancellationToken);
        }

        await db.Database.ExecuteSqlRawAsync(
            "create table if not exists schema_steps (step integer not null primary key)",
            cancellationToken
        );
        var done = await db
            .Database.SqlQueryRaw<int>("select cast(count(*) as integer) as \"Value\" from schema_steps")
            .SingleAsync(cancellationToken);
        if (done > newest)
        {
            throw new InvalidOperationException(
                $"The database is newer (step {done}) than this program (step {newest}). Start the newer program."
            );
        }

        for (var step = done; step < newest; step++)
        {
            await db.Database.ExecuteSqlRawAsync(Steps[step], cancellationToken);
            await db.Database.ExecuteSqlAsync($"insert into schema_steps (step) values ({step + 1})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public static string ColumnName(string property) => Border().Replace(property, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Border();
}
