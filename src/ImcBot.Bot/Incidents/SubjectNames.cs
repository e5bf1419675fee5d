using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// Gives the rows of a database that an older program made the subject that their runbook names. Done once, at the start.
/// </summary>
internal sealed class SubjectNames(Journals journal, RunbookRepository runbooks)
{
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        foreach (var number in await journal.Incidents.WithoutSubjectAsync(cancellationToken))
        {
            if (
                await OpenedAsync(number, cancellationToken) is { } opened
                && await runbooks.FindAsync(opened.Runbook, cancellationToken) is { } runbook
            )
            {
                await journal.Incidents.NameSubjectAsync(number, opened.Subject?.Name ?? runbook.Service, cancellationToken);
            }
        }
    }

    private async Task<Opened?> OpenedAsync(int number, CancellationToken cancellationToken)
    {
        await foreach (var first in journal.ReadAsync(number, cancellationToken))
        {
            return Chain.Refuse(Head.Before(number), first, journal.Key, out var entry) is null ? entry!.Fact as Opened : null;
        }

        return null;
    }
}
