using System.CommandLine;
using System.Globalization;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Setup;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Commands;

/// <summary>
/// <c>install</c> and <c>uninstall</c>: the relay as a Windows service or a systemd unit, from where the program and its data folder are.
/// </summary>
internal static class SetupCommands
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only show what would be done" };

    public static Command Install()
    {
        var account = new Option<string?>("--account")
        {
            Description = @"Account the relay runs as: DOMAIN\name$ on Windows, a user on Linux",
        };
        return new Command("install", "Registers this program as a service that starts with the machine") { account, DryRun }.Doing(
            (options, parsed, json, cancellationToken) =>
                DoAsync(
                    InstallSteps(options, parsed.GetValue(account)),
                    "Registered. Next: imcbot-relay enrol, which asks for the code on its standard input, then start the service.",
                    parsed.GetValue(DryRun),
                    json,
                    cancellationToken
                )
        );
    }

    public static Command Uninstall()
    {
        var owner = new Option<string?>("--held-owner") { Description = "Who looks after what is still held" };
        var until = new Option<string?>("--held-until") { Description = "Until when, as 2026-12-31" };
        return new Command("uninstall", "Removes the service; refuses while something is held that nobody owns")
        {
            owner,
            until,
            DryRun,
        }.Doing(
            (options, parsed, json, cancellationToken) =>
                DoAsync(
                    [
                        .. Release(options, parsed.GetValue(owner), parsed.GetValue(until)),
                        .. OperatingSystem.IsWindows() ? WindowsSetup.Uninstall() : SystemdSetup.Uninstall(),
                    ],
                    $"Removed. Key, enrolment and ledger stay in {options.Data}. Revoke the relay in the chat too.",
                    parsed.GetValue(DryRun),
                    json,
                    cancellationToken
                )
        );
    }

    private static IReadOnlyList<Step> InstallSteps(RelayOptions options, string? account)
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) is "dotnet"
                ? throw new HostException(
                    "Publish the relay first and run 'install' from there: dotnet publish src/ImcBot.Relay -c Release -r linux-x64 "
                        + "-o FOLDER."
                )
            : OperatingSystem.IsWindows() ? WindowsSetup.Install(program, options.Data, account)
            : SystemdSetup.Install(program, options.Data, account, options.Driver == "linux" ? options.Rights(account) : null);
    }

    /// <summary>
    /// Throws <see cref="HostException"/> while something is held without an owner and a date; with them both are written beside the
    /// ledger.
    /// </summary>
    private static IReadOnlyList<Step> Release(RelayOptions options, string? owner, string? until)
    {
        if (!File.Exists(options.LedgerFile))
        {
            return [];
        }

        using var database = new Database(options.LedgerFile);
        var held = new RelayLedger(database).Held();
        if (held.Count == 0)
        {
            return [];
        }

        var folders = string.Join(", ", held.Select(place => $"{Words.Count(place.Count, "message")} in {place.Folder}"));
        if (
            string.IsNullOrWhiteSpace(owner)
            || !DateOnly.TryParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        )
        {
            throw new HostException(
                $"Something is still held: {folders}. Return it ('undo' in the incident), or name who looks after it: --held-owner "
                    + "NAME --held-until 2026-12-31."
            );
        }

        return
        [
            new WriteStep(
                Path.Combine(options.Data, "held-mail.txt"),
                $"{folders}\nLooked after by {owner} until {date:yyyy-MM-dd}.\n",
                IsPrivate: true
            ),
        ];
    }

    private static async Task<int> DoAsync(
        IReadOnlyList<Step> steps,
        string done,
        bool dryRun,
        bool json,
        CancellationToken cancellationToken
    )
    {
        foreach (var step in steps)
        {
            Output.Write(
                json,
                new PrintedStep(step.ToString(), (step as WriteStep)?.Content),
                dryRun && step is WriteStep file ? $"{file}\n{file.Content}" : step.ToString()
            );
            if (!dryRun)
            {
                await step.DoAsync(cancellationToken);
            }
        }

        Output.Write(json, new PrintedEnd(!dryRun), dryRun ? "Nothing was done." : done);
        return RelayCommand.Done;
    }
}
