using System.Runtime.CompilerServices;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Ledger;
using Microsoft.Data.Sqlite;

namespace ImcBot.Relay.Doctor;

/// <summary>
/// Looks whether the relay can do its work. Each thing is looked at by itself, so that a missing right or a closed port is told as itself.
/// </summary>
/// <param name="connect">Opens the server.</param>
/// <param name="eicar">Whether the harmless antivirus test file may be written, into the relay's data folder and the hold folder.</param>
internal sealed class Diagnostics(RelayOptions options, Func<CancellationToken, Task<Host>> connect, bool eicar, TimeProvider time)
{
    /// <summary>In the order in which a person mends them: first the relay's own house, then the bot, then the server.</summary>
    public async IAsyncEnumerable<Diagnosis> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var own = new OwnHouse(options);
        yield return await AskAsync("ledger", () => Task.FromResult(own.Ledger()));
        yield return await AskAsync("policy", () => Task.FromResult(own.Policy()));
        yield return await AskAsync("enrolment", () => Task.FromResult(own.Enrolment()));
        yield return await AskAsync("bot", () => new BotExam(options, time).LookAsync(cancellationToken));

        Site? site = null;
        yield return await AskAsync(
            "server",
            async () =>
            {
                site = new Site(await connect(cancellationToken), options.Profile, time, ProductSet.All);
                return Diagnosis.Good("server", $"{site.Host.Name}, driver {options.Driver}");
            }
        );
        if (site is null)
        {
            yield break;
        }

        var server = new ServerExam(site, options);
        foreach (var (what, look) in server.Looks)
        {
            yield return await AskAsync(what, () => look(cancellationToken));
        }

        foreach (var right in options.Driver == "linux" ? Rights() : [])
        {
            yield return right;
        }

        var bait = new Bait(site, options.Data);
        yield return await AskAsync("antivirus", () => eicar ? bait.LookAsync(cancellationToken) : Task.FromResult(Bait.NotLooked));
    }

    private List<Diagnosis> Rights()
    {
        try
        {
            using var database = new Database(options.LedgerFile);
            var actions = new ActionSet(new RelayLedger(database), options.Policy);
            return [.. new RightsExam(actions, options.Rights(Environment.UserName), OwnRights.Read(options.LockFile)).Look()];
        }
        catch (Exception exception) when (IsTold(exception))
        {
            return [Diagnosis.Bad("rights", Told(exception))];
        }
    }

    private static async Task<Diagnosis> AskAsync(string what, Func<Task<Diagnosis>> look)
    {
        try
        {
            return await look();
        }
        catch (Exception exception) when (IsTold(exception))
        {
            return Diagnosis.Bad(what, Told(exception));
        }
    }

    /// <summary>A key storage without elliptic keys gives a bare number.</summary>
    private static string Told(Exception exception) =>
        exception is System.Security.Cryptography.CryptographicException
            ? $"the relay's key (ECDSA P-256) cannot be made or used on this host: {exception.Message.TrimEnd('.')}. Its operating "
                + "system needs a key storage with elliptic keys."
            : exception.Message;

    private static bool IsTold(Exception exception) =>
        exception
            is HostException
                or DataFolderException
                or IOException
                or UnauthorizedAccessException
                or SqliteException
                or System.Security.Cryptography.CryptographicException;
}
