using System.Globalization;
using ImcBot.Bot.Export;

namespace ImcBot.Bot.Commands;

/// <summary>What a person has copied from the relay's own <c>ledger</c> command.</summary>
internal static class AskedLedger
{
    /// <exception cref="CommandException">The head is not written as the relay prints it.</exception>
    public static LedgerTerms Of(IEnumerable<string> keys, string? head)
    {
        List<string> prints = [.. keys.Select(key => key.Trim().ToLowerInvariant())];
        return head?.Split(':') switch
        {
            null => new LedgerTerms(prints, null, ""),
            [var rows, { Length: >= 8 } hash] when int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var count) =>
                new LedgerTerms(prints, count, hash.ToLowerInvariant()),
            _ => throw new CommandException(
                $"'{head}' is no head of a relay's ledger; write it as 'imcbot-relay ledger' prints it, such as 3:9c1d2e3f."
            ),
        };
    }
}
