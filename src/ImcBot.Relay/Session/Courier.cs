using System.Net;
using ImcBot.Contracts;
using ImcBot.Relay.Ledger;
using Microsoft.Extensions.Logging;
using Refit;

namespace ImcBot.Relay.Session;

/// <summary>Carries what waits in the outbox to the bot, oldest first. What was not taken stays on disk.</summary>
internal sealed class Courier(RelayLedger ledger, ILogger<Courier> log)
{
    /// <summary>Letters per look; each goes alone, so that none makes a request too large.</summary>
    private const int Batch = 50;

    /// <summary>Sends until the outbox is empty. Throws what the gateway throws.</summary>
    public async Task DeliverAsync(IBotGateway bot, CancellationToken cancellationToken)
    {
        for (var letters = ledger.Waiting(Batch); letters.Count > 0; letters = ledger.Waiting(Batch))
        {
            foreach (var letter in letters)
            {
                try
                {
                    await SendAsync(bot, letter, cancellationToken);
                }
                catch (ApiException exception) when (IsHopeless(exception.StatusCode) && BotAnswers.IsProven(exception))
                {
                    log.LogError(
                        "The bot does not take the {Kind} '{Name}' ({Status}): {Answer}",
                        letter.Kind,
                        letter.Name,
                        (int)exception.StatusCode,
                        exception.Content
                    );
                }

                ledger.Sent([letter]);
            }
        }
    }

    /// <summary>Answers that the same bytes would get again; one such letter must not hold up all others.</summary>
    private static bool IsHopeless(HttpStatusCode status) =>
        status
            is HttpStatusCode.BadRequest
                or HttpStatusCode.NotFound
                or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnprocessableEntity;

    private static async Task SendAsync(IBotGateway bot, Letter letter, CancellationToken cancellationToken)
    {
        switch (letter.Kind)
        {
            case Letter.Blob:
                using (var content = new ByteArrayContent(letter.Body))
                {
                    await bot.PutBlobAsync(letter.Name, content, cancellationToken);
                }

                break;
            case Letter.Alert:
                await bot.AlertAsync(RelayJson.Options.Read<HostAlert>(letter.Body)!, cancellationToken);
                break;
            default:
                await bot.ReportAsync([RelayJson.Options.Read<Report>(letter.Body)!], cancellationToken);
                break;
        }
    }
}
