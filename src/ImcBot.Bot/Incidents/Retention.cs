using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// Once a day, removes from incidents that have ended the texts of people, and years later the names of those who decided; both count from
/// the end, as the journal tells it. Entries, signatures and the chain stay.
/// </summary>
internal sealed class Retention(Journals journal, IncidentEngine engine, BotOptions options, TimeProvider clock, ILogger<Retention> log)
    : BackgroundService
{
    // What is left of these is not due before; they need not be read every day.
    private readonly Dictionary<int, DateTimeOffset> _later = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.KeepTextDays > 0)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (DatabaseErrors.IsFull(exception))
            {
                log.LogError("The database's disk is full: texts that are due are removed tomorrow.");
            }

            await Task.Delay(TimeSpan.FromDays(1), clock, stoppingToken);
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var (now, removed) = (clock.GetUtcNow(), 0);
        foreach (var incident in await journal.WithTextsAsync((now - TimeSpan.FromDays(options.KeepTextDays)).Micros(), cancellationToken))
        {
            if (!_later.TryGetValue(incident, out var due) || due <= now)
            {
                removed += await LookAsync(incident, now, cancellationToken);
            }
        }

        if (removed > 0)
        {
            log.LogInformation(
                "Of incidents that ended more than {Days} d ago texts were removed from the record: {Removed}",
                options.KeepTextDays,
                removed
            );
        }
    }

    private async Task<int> LookAsync(int incident, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (phase, end, entries) = (Phase.Opened, 0L, new List<(int Seq, HashSet<string> Texts, HashSet<string> Deciders)>());
        await foreach (var stored in journal.ReadAsync(incident, cancellationToken))
        {
            try
            {
                var entry = stored.Read();
                (phase, end) = (entry.Phase, entry.Phase == phase ? end : entry.At);
                var deciders = DecidersOf(stored, entry);
                entries.Add(
                    (stored.Seq, [.. stored.Values.Select(value => value.Commitment).Except(deciders, StringComparer.Ordinal)], deciders)
                );
            }
            catch (JsonException)
            {
                // Damaged by other hands: what it was is for people to find out, and they may need it.
                return 0;
            }
        }

        if (phase is not (Phase.Resolved or Phase.Closed))
        {
            return 0;
        }

        var ended = UnixTime.FromMicros(end);
        var textsDue = ended + TimeSpan.FromDays(options.KeepTextDays);
        var decidersDue = options.KeepDecisionsDays == 0 ? DateTimeOffset.MaxValue : ended + TimeSpan.FromDays(options.KeepDecisionsDays);
        _later[incident] = textsDue > now ? textsDue : decidersDue;
        var removed = 0;
        foreach (var (seq, texts, deciders) in entries)
        {
            IEnumerable<string> gone = [.. textsDue > now ? [] : texts, .. decidersDue > now ? [] : deciders];
            removed += await journal.RemoveTextsAsync(incident, seq, [.. gone], cancellationToken);
        }

        if (removed > 0)
        {
            await engine.ForgetAsync(incident, cancellationToken);
        }

        return removed;
    }

    /// <summary>The commitments of the names of whoever voted or commanded in this entry, and of whom they named.</summary>
    private static HashSet<string> DecidersOf(StoredEntry stored, Entry entry)
    {
        if (entry.Fact is not (Voted or Commanded or Opened { By: not null }) || stored.Values.Count == 0)
        {
            return [];
        }

        using var document = JsonDocument.Parse(stored.Blob ?? stored.Bytes);
        var fact = stored.Blob is null ? document.RootElement.GetProperty("fact") : document.RootElement;
        return [.. ((string[])["by", "other"]).Select(role => NameIn(fact, role)).OfType<string>()];
    }

    private static string? NameIn(JsonElement fact, string role) =>
        fact.TryGetProperty(role, out var person)
        && person.ValueKind == JsonValueKind.Object
        && person.TryGetProperty("name", out var name)
        && name.ValueKind == JsonValueKind.Object
        && name.TryGetProperty("sealed", out var commitment)
            ? commitment.GetString()
            : null;
}
