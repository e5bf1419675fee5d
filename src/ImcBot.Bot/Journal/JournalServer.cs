using System.Net;
using Azure.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace ImcBot.Bot.Journal;

/// <summary>The database of several replicas: PostgreSQL, by its connection string.</summary>
internal static class JournalServer
{
    // What Azure Database for PostgreSQL takes in place of a password.
    private static readonly TokenRequestContext Login = new(["https://ossrdbms-aad.database.windows.net/.default"]);

    /// <summary>The server as a database. Nothing is opened yet.</summary>
    /// <param name="identity">Whose token is the password of each new connection; null when the connection string says all.</param>
    public static PooledDbContextFactory<JournalDb> At(string connection, TokenCredential? identity = null) =>
        new(
            new DbContextOptionsBuilder<JournalDb>()
                .UseNpgsql(
                    connection,
                    npgsql =>
                    {
                        if (identity is not null)
                        {
                            npgsql.ConfigureDataSource(source =>
                                source.UsePasswordProvider(
                                    _ => identity.GetToken(Login, CancellationToken.None).Token,
                                    async (_, cancellationToken) => (await identity.GetTokenAsync(Login, cancellationToken)).Token
                                )
                            );
                        }
                    }
                )
                .Options
        );

    /// <summary>Why this cannot be the journal's connection string, as a sentence that repeats nothing of it, or null.</summary>
    public static string? Refuse(string connection)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connection);
            return string.IsNullOrEmpty(parts.Host) || string.IsNullOrEmpty(parts.Database)
                    ? "It must name Host and Database: 'Host=…;Database=imcbot;Username=imcbot;Ssl Mode=VerifyFull'."
                : parts.SslMode is not (SslMode.VerifyFull or SslMode.VerifyCA) && !parts.Host.Split(',').All(IsHere)
                    ? "Its server is on another machine, so it must say 'Ssl Mode=VerifyFull'."
                : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return "It is not a connection string of PostgreSQL: 'Host=…;Database=imcbot;Username=imcbot;Ssl Mode=VerifyFull'.";
        }
    }

    // A socket of this machine is named by its folder; "@" begins the name of one without a file.
    private static bool IsHere(string host) =>
        host.StartsWith('/')
        || host.StartsWith('@')
        || host == "localhost"
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
