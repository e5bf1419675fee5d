using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>Gives the rows of a database that an older program made the subject that their runbook names. Done once, at the start.</summary>
internal sealed class SubjectNames(Journals journal, RunbookRepository runbooks)
{
    public async Task FillAsync(CancellationToken token)
    {
        foreach (var number in await journal.WithoutSubjectAsync(token))
        {
            if (await OpenedAsync(number, token) is { } opened && await runbooks.HasAsync(opened.Runbook, token))
            {
                await journal.NameSubjectAsync(number, opened.Subject?.Name ?? (await runbooks.FindAsync(opened.Runbook, token)).Service, token);
            }
        }
    }

    private async Task<Opened?> OpenedAsync(int number, CancellationToken token)
    {
        await foreach (var first in journal.ReadAsync(number, token))
        {
            return Chain.Refuse(Head.Before(number), first, journal.Key, out var entry) is null ? entry!.Fact as Opened : null;
        }

        return null;
    }
}
