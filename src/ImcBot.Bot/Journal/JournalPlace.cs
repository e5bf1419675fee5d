using System.Data.Common;
using Azure.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ImcBot.Bot.Journal;

/// <summary>Where the journal lies: in the embedded file, or in PostgreSQL when the settings name it.</summary>
internal static class JournalPlace
{
    /// <summary>The database of these settings. Nothing is opened yet.</summary>
    public static PooledDbContextFactory<JournalDb> At(BotOptions options) =>
        options.ConnectionString is { } connection ? JournalServer.At(connection, IdentityOf(options)) : JournalFile.At(options.Database);

    private static ManagedIdentityCredential? IdentityOf(BotOptions options) =>
        options.DatabaseClientId is { } client ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client)) : null;

    /// <summary>Opens the database and brings its tables to the newest step.</summary>
    /// <exception cref="InvalidOperationException">It cannot be opened, or is newer than this program; the message is a
    /// sentence.</exception>
    public static async Task<IDbContextFactory<JournalDb>> OpenAsync(BotOptions options, CancellationToken cancellationToken)
    {
        if (options.ConnectionString is null)
        {
            return await JournalFile.OpenAsync(options.Database, cancellationToken);
        }

        var databases = At(options);
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await Schema.EnsureAsync(db, cancellationToken);
            return databases;
        }
        catch (Exception exception)
            when (exception.GetBaseException() is DbException or System.Net.Sockets.SocketException
                || exception is AuthenticationFailedException
            )
        {
            throw new InvalidOperationException(
                $"The journal's PostgreSQL cannot be used: {exception.GetBaseException().Message} Look at Bot:ConnectionString, at "
                    + "the server, and at the rights of its user.",
                exception
            );
        }
    }
}
