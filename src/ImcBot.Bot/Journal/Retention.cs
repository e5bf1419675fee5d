namespace ImcBot.Bot.Journal;

/// <summary>Once a day, removes the texts of people from incidents that ended and are older than the configured days. Entries, signatures and the chain stay.</summary>
internal sealed class Retention(JournalStore journal, BotOptions options, TimeProvider clock, ILogger<Retention> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.KeepTextDays > 0)
        {
            var before = clock.GetUtcNow() - TimeSpan.FromDays(options.KeepTextDays);
            var removed = await journal.RemoveOldTextsAsync((before - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, stoppingToken);
            if (removed > 0)
            {
                log.LogInformation("{Removed} texts of incidents older than {Days} days were removed from the record", removed, options.KeepTextDays);
            }

            await Task.Delay(TimeSpan.FromDays(1), clock, stoppingToken);
        }
    }
}
