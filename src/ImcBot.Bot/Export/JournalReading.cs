using ImcBot.Bot.Channel;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>One entry as every rendering hears it.</summary>
/// <param name="Incident">The incident after it.</param>
internal sealed record Told(StoredEntry Stored, Entry Entry, Incident Incident);

/// <summary>
/// Reads a journal once for a rendering. Only the newest entry's signature is asked: the hashes carry it back to the first entry. When that
/// does not hold, every signature is asked, and what is told ends before the first entry that fails.
/// </summary>
internal sealed class JournalReading(Journals journal, RunbookRepository runbooks)
{
    private const string Compare = "Compare the database with its backup.";

    /// <summary>Reads the journal to its end, or to the last entry that holds.</summary>
    /// <param name="begin">Makes the rendering that is told; asked a second time when the first one heard what does not hold.</param>
    /// <exception cref="KeyNotFoundException">There is no such incident.</exception>
    public async Task<(Rendering Rendering, ReviewModel ReviewModel)> ReadAsync(
        int number,
        Func<Rendering> begin,
        CancellationToken cancellationToken
    )
    {
        var expected = await journal.CountAsync(number, cancellationToken) ?? throw new KeyNotFoundException($"There is no INC-{number}.");
        var (rendering, model) = (begin(), new ReviewModel(Head.Before(number), journal.Key.Print));
        if (await TellAsync(rendering, model, expected, int.MaxValue, null, cancellationToken) is null)
        {
            return (rendering, model);
        }

        var checking = new ReviewModel(Head.Before(number), journal.Key.Print);
        var refusal = await TellAsync(null, checking, expected, int.MaxValue, journal.Key, cancellationToken);
        (rendering, model) = (
            begin(),
            new ReviewModel(Head.Before(number), journal.Key.Print)
            {
                Frozen = $"INC-{number} is frozen: {refusal?.Why} What follows ends before it. {refusal?.Advice}",
            }
        );
        await TellAsync(rendering, model, expected, checking.Head.Seq, null, cancellationToken);
        return (rendering, model);
    }

    /// <summary>Only what the journal tells, as far as it holds.</summary>
    public async Task<ReviewModel> StoryAsync(int number, CancellationToken cancellationToken) =>
        (await ReadAsync(number, () => null!, cancellationToken)).ReviewModel;

    private async Task<(string Why, string Advice)?> TellAsync(
        Rendering? rendering,
        ReviewModel model,
        int expected,
        int upTo,
        JournalKey? key,
        CancellationToken cancellationToken
    )
    {
        var fold = new Fold();
        StoredEntry? last = null;
        await foreach (var stored in journal.ReadAsync(model.Head.Incident, cancellationToken))
        {
            if (stored.Seq > upTo)
            {
                return null;
            }

            string? refusal;
            Entry? entry;
            try
            {
                refusal = Chain.Refuse(model.Head, stored, key, out entry);
            }
            catch (System.Text.Json.JsonException)
            {
                return ($"Entry {stored.Seq} of INC-{model.Head.Incident} cannot be read.", Compare);
            }

            if (refusal is not null)
            {
                return (refusal, Compare);
            }

            var (runbook, why, advice) = entry!.Fact is Opened opened
                ? await runbooks.OpenedWithAsync(opened.Runbook, cancellationToken)
                : (fold.Incident!.Runbook, "", "");
            if (runbook is null)
            {
                return (why, advice);
            }

            var told = new Told(stored, entry, fold.Take(entry, runbook));
            model.Take(told);
            rendering?.Take(told);
            last = stored;
        }

        var wrong =
            model.Head.Seq < expected
                ? $"Entry {model.Head.Seq + 1} of INC-{model.Head.Incident} is missing: the journal had "
                    + $"{Words.Count(expected, "entry", "entries")}."
            : last is not null && !journal.Key.Verifies(last.Bytes, last.Signature)
                ? $"Entry {last.Seq} of INC-{model.Head.Incident} is not signed by this journal's key."
            : null;
        return wrong is null ? null : (wrong, Compare);
    }
}
