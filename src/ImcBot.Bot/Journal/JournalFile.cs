using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ImcBot.Bot.Journal;

/// <summary>The embedded database: one SQLite file that survives a power cut after every commit (WAL, synchronous FULL).</summary>
internal static class JournalFile
{
    private static readonly string[] NetworkFormats = ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "9p", "sshfs", "fuse.sshfs"];

    /// <summary>The file as a database. Nothing is opened yet.</summary>
    public static PooledDbContextFactory<JournalDb> At(string path) => new(Options(path));

    /// <summary>Opens the file, and makes it and its folder on the first use.</summary>
    public static async Task<PooledDbContextFactory<JournalDb>> OpenAsync(string path, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var databases = At(path);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await Schema.EnsureAsync(db, cancellationToken);
        return databases;
    }

    private static DbContextOptions<JournalDb> Options(string path)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = path }.ToString();
        return new DbContextOptionsBuilder<JournalDb>().UseSqlite(connection).AddInterceptors(new Durable(), new WriterGate()).Options;
    }

    /// <summary>Why this folder cannot hold the database, as a sentence, or null.</summary>
    public static string? Refuse(string folder)
    {
        var full = Path.GetFullPath(folder);
        var drive = DriveInfo
            .GetDrives()
            .Where(candidate => full.StartsWith(candidate.RootDirectory.FullName, StringComparison.OrdinalIgnoreCase))
            .MaxBy(candidate => candidate.RootDirectory.FullName.Length);
        return drive is { IsReady: true } && (drive.DriveType == DriveType.Network || NetworkFormats.Contains(drive.DriveFormat))
            ? $"{folder} lies on a network file system ({drive.DriveFormat}), where SQLite's locks do not hold. Choose a local folder."
            : null;
    }

    /// <summary>Makes every connection durable, once: the pool opens the same one again and again, and it stays so.</summary>
    private sealed class Durable : DbConnectionInterceptor
    {
        private const string Pragmas =
            "pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on; pragma foreign_keys = on";

        private static readonly ConditionalWeakTable<object, string> Set = [];

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            var handle = ((SqliteConnection)connection).Handle!;
            if (!Set.TryGetValue(handle, out _))
            {
                using var command = connection.CreateCommand();
                command.CommandText = Pragmas;
                command.ExecuteNonQuery();
                Set.AddOrUpdate(handle, Pragmas);
            }
        }

        public override Task ConnectionOpenedAsync(
            DbConnection connection,
            ConnectionEndEventData eventData,
            CancellationToken cancellationToken = default
        )
        {
            // SQLite answers on the caller's thread either way.
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
