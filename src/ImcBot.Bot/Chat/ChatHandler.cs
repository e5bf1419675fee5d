using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>Turns what members of the team say and click into facts, and answers what only asks.</summary>
internal sealed class ChatHandler(
    IIncidents incidents,
    RelayAdministration administration,
    Headers headers,
    OnCallRoster roster,
    MentionMode mentions,
    FigureCounter figures,
    RelayRegister relays,
    Signers signers,
    BotOptions options
) : IChatHandler
{
    private const int LongestAttempt = 200;

    private readonly Orders _orders = new(incidents, headers, roster, signers);
    private readonly PersonalCard _cards = new(incidents, mentions, relays, signers, options);

    public async Task<Reply> HearAsync(Heard heard, CancellationToken cancellationToken)
    {
        try
        {
            var by = Person(heard.By);
            if (heard.IsElsewhere && await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is null)
            {
                return ChatCommand.Of(heard, by) is Talk
                    ? Reply.None
                    : new Reply(
                        "Here others than my team may read. Ask in the incident's thread, in a channel of my team, or in your "
                            + "private chat with me."
                    );
            }

            return heard.Click is { IsRefresh: true } or { Verb: Vocabulary.View }
                ? await _cards.DrawAsync(heard.Click, heard.By, by, cancellationToken)
                : await DoAsync(heard, await UnderstandAsync(heard, by, cancellationToken), by, cancellationToken);
        }
        catch (Exception refusal) when (refusal is Unclear or KeyNotFoundException)
        {
            return Reply.Of(refusal.Message);
        }
    }

    public async Task ForgetAsync(string thread, string message, bool isChanged, CancellationToken cancellationToken)
    {
        // A note with an incident's number may have been typed anywhere.
        IReadOnlyList<Incident> where = await incidents.FindByThreadAsync(thread, cancellationToken) is { } here
            ? [here]
            : await incidents.ListOpenAsync(cancellationToken);
        foreach (var incident in where)
        {
            foreach (var entry in await incidents.EntriesOfAsync(incident.Number, message, cancellationToken))
            {
                await incidents.TellAsync(incident.Number, at => new Unsaid(at, entry, isChanged), cancellationToken);
            }
        }
    }

    public async Task ChangeChannelAsync(bool isHere, string by, CancellationToken cancellationToken)
    {
        foreach (var incident in await incidents.ListOpenAsync(cancellationToken))
        {
            await incidents.TellAsync(incident.Number, at => new ChannelChanged(at, isHere, by), cancellationToken);
        }
    }

    public async Task RefuseAsync(Heard heard, string why, CancellationToken cancellationToken)
    {
        var question = heard.Click?.Question ?? default;
        if (
            (
                heard.Click?.Incident is { } number
                    ? await incidents.FindAsync(number, cancellationToken)
                    : await incidents.FindByThreadAsync(heard.Thread, cancellationToken)
            ) is
            { } incident
        )
        {
            var what = heard.Click is { } tried ? $"{tried.Verb} {(question == default ? "" : question.Short)}".Trim() : heard.Text;
            await incidents.TellAsync(
                incident.Number,
                at => new Refused(at, $"{heard.By.Name} ({heard.By.Id})", Words.Clean(what, LongestAttempt), why),
                cancellationToken
            );
        }
    }

    /// <summary>What was said; a subject's own word for the items of its queue stands for <c>messages</c> in its thread.</summary>
    private async Task<ChatCommand> UnderstandAsync(Heard heard, Person by, CancellationToken cancellationToken)
    {
        var spoken = ChatCommand.Of(heard, by);
        if (
            spoken is not (Talk or Mistaken)
            || heard is not { Click: null, Attached: null, IsChanged: false }
            || await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is not { } incident
        )
        {
            return spoken;
        }

        var said = heard.Text.TrimStart();
        var word = new[] { incident.Words.Items, incident.Words.Item }.FirstOrDefault(word =>
            said.StartsWith(word, StringComparison.OrdinalIgnoreCase) && said[word.Length..] is "" or [' ', ..]
        );
        return
            word is not null
            && ChatCommand.Of(heard with { Text = Words.Kebab(CommandVerb.Messages) + said[word.Length..] }, by) is Ordered ordered
            ? ordered
            : spoken;
    }

    private async Task<Reply> DoAsync(Heard heard, ChatCommand spoken, Person by, CancellationToken cancellationToken) =>
        spoken switch
        {
            Answers(var vote) => Escaped(await Voting.CastAsync(incidents, vote, cancellationToken)),
            Ordered { Verb: CommandVerb.Help } help => await HelpAsync(heard, help, by, cancellationToken),
            Ordered ordered => await _orders.DoAsync(heard, ordered, by, cancellationToken)
                ?? await TalkAsync(heard, by, cancellationToken),
            Lists => Replies.Open(await incidents.ListOpenAsync(cancellationToken)),
            Opens opens => await OpenAsync(opens, by, cancellationToken),
            Counts counts => await CountAsync(counts, cancellationToken),
            Relaying asked => await administration.DoAsync(
                asked,
                by,
                heard.Click?.Card is { } card ? new Sent(heard.Thread, card, false) : null,
                cancellationToken
            ),
            Mistaken mistaken => await MistakeAsync(heard, mistaken, by, cancellationToken),
            Talk talk => await UnreadAsync(heard, talk, by, cancellationToken),
            _ => await TalkAsync(heard, by, cancellationToken),
        };

    private async Task<Reply> HelpAsync(Heard heard, Ordered help, Person by, CancellationToken cancellationToken)
    {
        if (help.Argument.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return Replies.Help(mentions.Sentence);
        }

        var here = help.Incident is { } number
            ? await incidents.FindAsync(number, cancellationToken)
            : await incidents.FindByThreadAsync(heard.Thread, cancellationToken);
        return Help.Now(here, await incidents.ListOpenAsync(cancellationToken), by, mentions.HearsAll);
    }

    private async Task<Reply> CountAsync(Counts counts, CancellationToken cancellationToken)
    {
        var counted = await figures.CountAsync(counts.Days, cancellationToken);
        return new Reply(null, CardJson.Write(lines => StatsCard.Draw(counted, lines)));
    }

    private async Task<Reply> OpenAsync(Opens opens, Person by, CancellationToken cancellationToken)
    {
        var decision = await incidents.OpenManuallyAsync(opens.Host, opens.Subject, by, cancellationToken);
        return Replies.Declined(decision)
            ?? new Reply($"{decision.Incident.Name} is open for {Words.Escape(decision.Incident.Label, 80)}.");
    }

    private async Task<Reply> MistakeAsync(Heard heard, Mistaken mistaken, Person by, CancellationToken cancellationToken)
    {
        await TalkAsync(heard, by, cancellationToken);
        throw new Unclear(mistaken.Sentence);
    }

    /// <summary>A yes or no that could not be read is answered while a request waits for one.</summary>
    private async Task<Reply> UnreadAsync(Heard heard, Talk talk, Person by, CancellationToken cancellationToken)
    {
        await TalkAsync(heard, by, cancellationToken);
        if (talk.Answer is { } word)
        {
            var here = await incidents.FindByThreadAsync(heard.Thread, cancellationToken);
            IReadOnlyList<Incident> near = here is null ? await incidents.ListOpenAsync(cancellationToken) : [here];
            if (near.Select(incident => incident.Request).OfType<Change>().FirstOrDefault() is { } open)
            {
                throw new Unclear(ChatCommand.WhichRequest(word, open.Question.Short));
            }
        }

        return Reply.None;
    }

    private async Task<Reply> TalkAsync(Heard heard, Person by, CancellationToken cancellationToken)
    {
        var text = heard.Attached ?? heard.Text;
        if (text.Length > 0 && heard.Click is null && await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is { } incident)
        {
            await incidents.TellAsync(
                incident.Number,
                at => new Noted(at, by, text, IsNote: heard.Attached is not null, Message: heard.Message),
                cancellationToken
            );
        }

        return Reply.None;
    }

    private Person Person(Member member) => new(member.Id, member.Name, roster.RolesOf(member.Id));

    private static Reply Escaped(Reply reply) => reply with { Text = Words.Escape(reply.Text!, 1000) };
}

/// <summary>What was said cannot be carried out as it stands; the message is for the person.</summary>
internal sealed class Unclear(string message) : Exception(message);
