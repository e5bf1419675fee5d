using System.CommandLine;

namespace ImcBot.Relay.Commands;

/// <summary>
/// The command line of <c>imcbot-relay</c>. Exit codes: 0 done, 1 not done (a finding, a refusal, a failure), 2 wrong use or settings.
/// </summary>
internal static class RelayCommand
{
    public const int Done = 0,
        NotDone = 1,
        WrongUse = 2;

    public static readonly Option<string?> Data = new("--data") { Description = "Folder for key, enrolment and ledger", Recursive = true };

    public static readonly Option<string?> HostUrl = new("--host-url") { Description = "Address of the practice server", Recursive = true };

    public static readonly Option<string?> HostName = new("--host")
    {
        Description = "Name of the Windows server; without it the settings say, or this machine",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON", Recursive = true };

    public static RootCommand Create() =>
        new("Runs checks and approved actions on one server for ImcBot. It only calls out; nothing calls in.")
        {
            Options = { Data, HostUrl, HostName, Json },
            Subcommands =
            {
                RunCommand.Create(),
                EnrolCommand.Create(),
                RotateKeyCommand.Create(),
                CheckCommand.Create(),
                PlanCommand.Create(),
                TryCommand.Create(),
                PolicyCheckCommand.Create(),
                DoctorCommand.Create(),
                LedgerCommand.Create(),
                MessageCommand.Create(),
                SetupCommands.Install(),
                SetupCommands.Uninstall(),
            },
        };

    /// <summary>The command with its work, done as <see cref="WithOptionsAsync"/> does it.</summary>
    /// <param name="work">Is told the settings, the command line and whether it is to print JSON.</param>
    public static Command Doing(this Command command, Func<RelayOptions, ParseResult, bool, CancellationToken, Task<int>> work)
    {
        command.SetAction(
            (parsed, cancellationToken) =>
                WithOptionsAsync(parsed, options => work(options, parsed, parsed.GetValue(Json), cancellationToken))
        );
        return command;
    }

    /// <summary>Runs a command's work; settings that are wrong and servers that say no become sentences on the error stream.</summary>
    public static async Task<int> WithOptionsAsync(ParseResult parsed, Func<RelayOptions, Task<int>> work)
    {
        try
        {
            return await work(
                RelayOptions.Read(
                    new Dictionary<string, string?>(StringComparer.Ordinal)
                    {
                        ["data"] = parsed.GetValue(Data),
                        ["host:url"] = parsed.GetValue(HostUrl),
                        ["host:name"] = parsed.GetValue(HostName),
                    }
                )
            );
        }
        catch (OptionsException exception)
        {
            foreach (var error in exception.Errors)
            {
                await Console.Error.WriteLineAsync(error);
            }

            return WrongUse;
        }
        catch (DataFolderException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return WrongUse;
        }
        catch (Exception exception)
            when (exception is Hosts.HostException or Session.RevokedException or Microsoft.Data.Sqlite.SqliteException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return NotDone;
        }
    }
}
