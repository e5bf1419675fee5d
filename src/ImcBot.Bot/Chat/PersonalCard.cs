using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Relays;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>Draws a card again for the one person who looks at it.</summary>
internal sealed class PersonalCard(IIncidents incidents, MentionMode mentions, RelayRegister relays, Signers signers, BotOptions options)
{
    /// <summary>The card as this person sees it: with buttons for what they may decide.</summary>
    public async Task<Reply> DrawAsync(Click click, Member member, Person by, CancellationToken cancellationToken)
    {
        var question = click.Question;
        if (click.Incident is not { } number || await incidents.FindAsync(number, cancellationToken) is not { } incident)
        {
            throw new Unclear("This card's incident is not known here any more.");
        }

        var kind =
            incident.FindRequest(question) is not null ? CardKind.Approval
            : incident.Task?.Question == question && question != default ? CardKind.Manual
            : CardKind.Incident;
        var limit = kind is CardKind.Incident ? RelayLimit.Of(await relays.PolicyAsync(incident.Relay, cancellationToken)) : null;
        var names = await signers.NamesAsync(incident.FindRequest(question), cancellationToken);
        return click.TakesCard
            ? new Reply(
                null,
                CardFactory.Write(
                    incident,
                    new PostKey(kind, kind is CardKind.Incident ? default : question),
                    new Viewing(by, [member.AccountId], mentions.HearsAll, limit) { Signers = names, TextDays = options.KeepTextDays }
                )
            )
            : new Reply($"This client shows no buttons of your own. Type approve {question.Short}, or deny {question.Short} and why.");
    }
}
