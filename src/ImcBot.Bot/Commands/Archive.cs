using System.CommandLine;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Commands;

/// <summary>A bot's data folder, and its PostgreSQL if it has one, opened by a command beside the bot or without it.</summary>
internal sealed class Archive : IDisposable
{
    private readonly JournalKey _key;
    private readonly Journals _journal;
    private readonly IncidentLoader _loader;

    private Archive(BotOptions options, Microsoft.EntityFrameworkCore.IDbContextFactory<JournalDb> databases)
    {
        _key = new JournalKey(KeyFile.LoadOrCreate(options.JournalKeyFile));
        var journal = new Journals(databases, _key);
        Relays = new RelayRegister(databases, _key, RevokedRelays.Beside(options.JournalKeyFile), new ChangeSignals());
        var runbooks = new RunbookRepository(journal, []);
        Transcripts = new TranscriptWriter(journal, runbooks);
        _journal = journal;
        _loader = new IncidentLoader(journal, runbooks);
    }

    public RelayRegister Relays { get; }

    public TranscriptWriter Transcripts { get; }

    /// <exception cref="CommandException">The folder holds no database of a bot.</exception>
    public static async Task<Archive> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = BotCommand.ConfigurationOf(parsed).GetSection(BotOptions.Section).Get<BotOptions>() ?? new BotOptions();
        return (options.ConnectionString is not null || File.Exists(options.Database)) && File.Exists(options.JournalKeyFile)
            ? new Archive(options, await JournalPlace.OpenAsync(options, cancellationToken))
            : throw new CommandException(
                $"There is no bot's database with its key in {Path.GetFullPath(options.Data)}. Name the folder with --data, and set "
                    + "Bot:JournalKey where the key lies elsewhere."
            );
    }

    /// <summary>The incidents that are not closed, as far as their journals verify.</summary>
    public async Task<IReadOnlyList<Incident>> OpenIncidentsAsync(CancellationToken cancellationToken)
    {
        var open = new List<Incident>();
        foreach (var number in await _journal.Incidents.OpenNumbersAsync(cancellationToken))
        {
            if ((await _loader.ReadAsync(number, cancellationToken))?.Incident is { } incident)
            {
                open.Add(incident);
            }
        }

        return open;
    }

    public void Dispose() => _key.Dispose();
}
