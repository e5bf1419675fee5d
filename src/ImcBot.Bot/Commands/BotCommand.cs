using System.CommandLine;
using System.Text.Json;
using ImcBot.Bot.OnCall.Calendars;
using ImcBot.Contracts;

namespace ImcBot.Bot.Commands;

/// <summary>
/// The command line of <c>imcbot</c>: without a subcommand it serves. Exit codes: 0 done, 1 not done, 2 wrong use; <c>decide</c> has more
/// to tell.
/// </summary>
internal static class BotCommand
{
    public const int Done = 0,
        NotDone = 1,
        WrongUse = 2;

    /// <summary>What environment variables of the bot begin with: <c>IMCBOT__BOT__DATA</c> is <c>Bot:Data</c>.</summary>
    public const string EnvironmentPrefix = "IMCBOT__";

    public static Option<string?> Data { get; } =
        new("--data") { Description = "Folder of the database and the keys (Bot:Data).", Recursive = true };

    public static Option<string?> Runbooks { get; } =
        new("--runbooks") { Description = "Folder of the runbooks (Bot:Runbooks).", Recursive = true };

    public static Option<string?> Urls { get; } = new("--urls") { Description = "Addresses to listen on (Urls).", Recursive = true };

    public static Option<bool> Json { get; } = new("--json") { Description = "Prints one JSON object instead of text.", Recursive = true };

    public static RootCommand Create()
    {
        var root = new RootCommand("Walks people and servers through an incident, from the first event to all-clear.")
        {
            ServeCommand.Create(),
            RunbookCommand.Create(),
            CatalogCommand.Create(),
            ExportCommand.Create(),
            TranscriptCommand.Create(),
            RelayCommand.Create(),
            DecideCommand.Create(),
            RosterCommand.Create(),
            AlertCommand.Create(),
            HearCommand.Create(),
        };
        root.TreatUnmatchedTokensAsErrors = false;
        root.Options.Add(Data);
        root.Options.Add(Runbooks);
        root.Options.Add(Urls);
        root.Options.Add(Json);
        root.SetAction((parsed, cancellationToken) => ServeCommand.RunAsync(SettingsOf(parsed), cancellationToken));
        return root;
    }

    /// <summary>The settings a command line gives, in the form that configuration reads.</summary>
    /// <exception cref="CommandException">A word is neither a command nor a setting.</exception>
    public static string[] SettingsOf(ParseResult parsed) =>
        [
            .. Settings(parsed.UnmatchedTokens),
            .. Setting("Bot:Data", parsed.GetValue(Data)),
            .. Setting("Bot:Runbooks", parsed.GetValue(Runbooks)),
            .. Setting("Urls", parsed.GetValue(Urls)),
        ];

    /// <summary>NAME=VALUE, --NAME=VALUE or --NAME VALUE: a misspelt command must not be silently without effect.</summary>
    private static IEnumerable<string> Settings(IReadOnlyList<string> words)
    {
        for (var n = 0; n < words.Count; n++)
        {
            var isName = words[n].StartsWith("--", StringComparison.Ordinal) || words[n].StartsWith('/');
            if (!isName && !words[n].Contains('='))
            {
                throw CommandException.WrongUse(
                    $"'{words[n]}' is no command and no setting (NAME=VALUE). 'imcbot --help' lists the commands."
                );
            }

            yield return words[n];
            if (isName && !words[n].Contains('=') && n + 1 < words.Count)
            {
                yield return words[++n];
            }
        }
    }

    /// <summary>
    /// What <c>serve</c> is configured with, for commands beside it: the files at the program, the environment, the command line.
    /// </summary>
    public static IConfiguration ConfigurationOf(ParseResult parsed, params string[] settings) =>
        new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.Production.json"), optional: true)
            .AddEnvironmentVariables(EnvironmentPrefix)
            .AddCommandLine([.. SettingsOf(parsed), .. settings])
            .Build();

    /// <summary>What a subcommand prints: the sentence, or with <c>--json</c> the same as an object.</summary>
    public static void Print(ParseResult parsed, string text, object json) =>
        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(json, WireJson.Options) : text);

    /// <summary>A file that a command is told to read.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static FileStream Open(FileInfo file) =>
        file.Exists ? file.OpenRead() : throw CommandException.WrongUse($"There is no file {file}.");

    /// <summary>The people a file lists, or null where no file is named.</summary>
    /// <exception cref="CommandException">It lists none that can be read.</exception>
    public static Holder[]? HoldersIn(FileInfo? file)
    {
        try
        {
            return file is null ? null : JsonSerializer.Deserialize<Holder[]>(File.ReadAllBytes(file.FullName), WireJson.Options) ?? [];
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw CommandException.WrongUse(
                $$"""{{file}} cannot be read: it must hold [{"name": …, "id": …}]. {{exception.Message}}""",
                exception
            );
        }
    }

    /// <summary>A setting as the command line gives it, or none.</summary>
    public static string[] Setting(string name, string? value) => value is null ? [] : [$"{name}={value}"];
}
